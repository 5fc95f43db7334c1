"""Formats of texts in the spec, said on the type of the field, with what to write instead.

A format stands in the annotation of a field and nowhere else: `places` finds, for a model, every
field that carries one, and the API makes one rule of each format (CEL and Python alike).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from streaminglab_operator.schema import units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.paths import values_at


@dataclass(frozen=True, slots=True)
class Format:
    """A regular expression, and the sentence for who broke it. `id` names the rule."""

    id: str
    pattern: str
    message: str


STORAGE = Format(
    "storage-format",
    units.STORAGE,
    "a disk size is a whole number and a unit, at least 100Mi: 500Mi, 1Gi, 20Gi",
)
STORAGE_CLASS = Format(
    "storage-class-format",
    units.DNS_SUBDOMAIN,
    "the name of a StorageClass has small letters, digits, '-' and '.'",
)
CPU = Format(
    "cpu-format",
    units.CPU,
    "write whole cores (up to 99) or thousandths of a core (from 10m on): 1, 250m",
)
MEMORY = Format(
    "memory-format",
    units.MEMORY,
    "write a whole number, then Mi or Gi, at least 64Mi: 512Mi, 2Gi",
)
SECRET_NAME = Format(
    "secret-name-format",
    units.DNS_SUBDOMAIN,
    "the name of a Secret or ConfigMap has small letters, digits, '-' and '.'",
)
OBJECT_NAME = Format(
    "object-name-format",
    units.DNS_SUBDOMAIN,
    "the name of an object in Kubernetes has small letters, digits, '-' and '.'",
)
SQL_NAME = Format(
    "database-name-format",
    units.SQL_NAME,
    "use small letters, digits and '_', beginning with a letter",
)
USER_NAME = Format(
    "user-name-format",
    units.USER_NAME,
    "use small letters, digits, '_' and '-', beginning with a letter",
)
URL = Format(
    "url-format",
    units.URL,
    "write an address that begins with http:// or https://, without user and password",
)
PROXY = Format(
    "proxy-format",
    units.PROXY,
    "write a proxy as http://NAME:PORT, without user, password and path",
)
NO_PROXY = Format(
    "no-proxy-format",
    units.NO_PROXY,
    "write a host name, a domain that begins with '.' (.example.org), an address, a range such as "
    "10.0.0.0/8, or * for everything",
)
CERTIFICATES = Format(
    "ca-bundle-format",
    units.CERTIFICATES,
    "write certificates as PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, one "
    "after the other, and nothing else: no key and no comment",
)
LABEL_KEY = Format(
    "label-key-format",
    units.LABEL_KEY,
    "a key has letters, digits, '-', '_' and '.', and may begin with a domain and '/': pool, "
    "example.org/pool",
)
LABEL_VALUE = Format(
    "label-value-format",
    units.LABEL_VALUE,
    "a label's value has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at "
    "both ends",
)


def misfits(value: SpecModel, at: str) -> Iterator[tuple[str, str]]:
    """Every text in it that has not the format of its field, by its path below `at`, with the
    sentence for who wrote it."""
    raw = {at: value.to_dict()}
    for format_, place in places(type(value), at):
        for path, text in values_at(raw, place):
            if not units.fits(format_.pattern, text):
                yield path, format_.message


def places(model: type[SpecModel], path: str) -> Iterator[tuple[Format, str]]:
    """Every format with a place that has it: `spec.connect.secrets[]`."""
    for name, field in model.model_fields.items():
        yield from _places(field.annotation, field.metadata, f"{path}.{field.alias or name}")


def _places(kind: Any, said: Iterable[Any], path: str) -> Iterator[tuple[Format, str]]:
    yield from ((word, path) for word in said if isinstance(word, Format))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from _places(arguments[0], arguments[1:], path)
    elif origin in (Union, UnionType):
        for argument in arguments:
            yield from _places(argument, (), path)
    elif origin is list:
        yield from _places(arguments[0], (), f"{path}[]")
    elif isinstance(kind, type) and issubclass(kind, SpecModel):
        yield from places(kind, path)
