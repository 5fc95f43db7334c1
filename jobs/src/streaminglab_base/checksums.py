"""A file's checksum as somebody says it is, and as it is."""

from dataclasses import dataclass

from streaminglab_base.errors import JobError


class WrongChecksum(JobError):
    """The file is not the declared one."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A checksum, and who says so."""

    algorithm: str
    value: str
    said_by: str


def check(expected: Expected, actual: str, url: str) -> None:
    """Raise WrongChecksum, with both values, unless they are the same."""
    if expected.value.lower() != actual.lower():
        raise WrongChecksum(
            f"wrong checksum: {expected.said_by} says {expected.algorithm} {expected.value}, "
            f"but the file at {url} has {actual}"
        )
