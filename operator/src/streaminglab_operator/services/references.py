"""``${secret:NAME:KEY}`` in the config of a connector: passwords that Connect never stores. Pure.

Workers mount each Secret as a folder and read it with Kafka's DirectoryConfigProvider (named
``secret``) when a connector starts, so what Connect keeps in its topic, and shows by REST, is the
reference alone.
"""

import re
from collections.abc import Iterator, Mapping

from streaminglab_operator.services.plain_passwords import CONFIDENTIAL_KEY

ROOT = "/etc/streaminglab/secrets"
"""Where workers have their Secrets: ``<root>/<name>/<key>``."""

LAB = "lab"
"""The NAME that stands for the lab's own credentials."""

_BEGIN = "${secret:"
_REFERENCE = re.compile(
    r"\$\{secret:(?:" + re.escape(ROOT) + r"/)?"
    r"(?P<name>[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?):(?P<key>[-._a-zA-Z0-9]+)\}"
)


def secret_references(config: Mapping[str, str]) -> set[tuple[str, str]]:
    """The Secrets that a config refers to, as (name, key); also those written with their path."""
    return {
        (found["name"], found["key"])
        for value in config.values()
        for found in _REFERENCE.finditer(value)
    }


def parts_and_passwords(config: Mapping[str, str]) -> set[tuple[str, str]]:
    """The Secrets, as (name, key), whose value stands inside another text or is a password: where a
    line end at its end is meant by nobody."""
    return {
        (found["name"], found["key"])
        for option, value in config.items()
        for found in _REFERENCE.finditer(value)
        if found[0] != value or re.fullmatch(CONFIDENTIAL_KEY, option)
    }


def with_paths(config: Mapping[str, str]) -> dict[str, str]:
    """The config as Connect must have it: each reference with the folder of its Secret."""
    return {
        option: _REFERENCE.sub(lambda m: f"{_BEGIN}{ROOT}/{m['name']}:{m['key']}}}", value)
        for option, value in config.items()
    }


def malformed(config: Mapping[str, str]) -> Iterator[str]:
    """Options with a reference that Connect could not resolve, as ``${secret:mongo}``."""
    for option, value in sorted(config.items()):
        if value.count(_BEGIN) != len(_REFERENCE.findall(value)):
            yield option
