"""Checksums: what a repository publishes beside a file, and comparing."""

import re
from dataclasses import dataclass

from streaminglab_base.errors import JobError

_HEX = {"sha512": 128, "sha256": 64, "sha1": 40}
PUBLISHED = ("sha512", "sha256", "sha1")
"""Endings of a Maven repository's checksum files, the strongest first. Every file has a sha1."""


class WrongChecksum(JobError):
    """The file is not the declared one."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A checksum, and who says so."""

    algorithm: str
    value: str
    said_by: str


def parse(algorithm: str, text: str) -> str:
    """The checksum in a published file: the first word that looks like one. ValueError if none.

    Some tools write the digits alone, some the file's name behind them, some in front.
    """
    wanted = re.compile(rf"[0-9a-fA-F]{{{_HEX[algorithm]}}}")
    for word in text.split():
        if wanted.fullmatch(word):
            return word.lower()
    raise ValueError(f"holds no {algorithm}")


def check(expected: Expected, actual: str, url: str) -> None:
    """Raise WrongChecksum, with both values, unless they are the same."""
    if expected.value.lower() != actual.lower():
        raise WrongChecksum(
            f"wrong checksum: {expected.said_by} says {expected.algorithm} {expected.value}, "
            f"but the file at {url} has {actual}"
        )
