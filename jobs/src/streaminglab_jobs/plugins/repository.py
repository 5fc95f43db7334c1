"""A Maven repository: how its files are named, where they lie, and the checksums beside them."""

import re
from dataclasses import dataclass

FORM = "group:artifact:version[:packaging[:classifier]]"
PACKAGINGS = ("jar", "zip", "tar.gz", "tgz", "tar")
_FEWEST_PARTS, _MOST_PARTS = 3, 5
# No part may hold "..": it becomes a piece of an address.
_PART = re.compile(r"[A-Za-z0-9_-]+([.+][A-Za-z0-9_-]+)*")
_HEX = {"sha512": 128, "sha256": 64, "sha1": 40}
PUBLISHED = ("sha512", "sha256", "sha1")
"""Endings of a Maven repository's checksum files, the strongest first. Every file has a sha1."""


@dataclass(frozen=True, slots=True)
class Coordinates:
    """One file of a Maven repository."""

    group: str
    artifact: str
    version: str
    packaging: str = "jar"
    classifier: str = ""

    @property
    def file_name(self) -> str:
        """Such as ``mongo-kafka-connect-2.0.1-all.jar``."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{classifier}.{self.packaging}"

    @property
    def path(self) -> str:
        """Path below the repository's address, by Maven's default layout, no slash in front."""
        group = self.group.replace(".", "/")
        return f"{group}/{self.artifact}/{self.version}/{self.file_name}"


def coordinates(text: str) -> Coordinates:
    """Read coordinates; ValueError says in plain words what is wrong with them."""
    parts = text.split(":")
    if not _FEWEST_PARTS <= len(parts) <= _MOST_PARTS:
        raise ValueError(f"Maven coordinates are {FORM}, not {text!r}")
    for part in parts:
        if not _PART.fullmatch(part):
            raise ValueError(f"{part!r} cannot be a part of Maven coordinates ({FORM})")
    found = Coordinates(*parts)
    if found.version.upper().endswith("-SNAPSHOT"):
        raise ValueError(f"{found.version} changes from day to day: name a released version")
    if found.packaging not in PACKAGINGS:
        known = ", ".join(PACKAGINGS)
        raise ValueError(f"packaging {found.packaging!r} is none of {known}")
    return found


def address(repository: str, of: Coordinates) -> str:
    """Full URL of the file."""
    return f"{repository.rstrip('/')}/{of.path}"


def checksum_in(algorithm: str, text: str) -> str:
    """The checksum in a published file: the first word that looks like one. ValueError if none.

    Some tools write the digits alone, some the file's name behind them, some in front.
    """
    wanted = re.compile(rf"[0-9a-fA-F]{{{_HEX[algorithm]}}}")
    for word in text.split():
        if wanted.fullmatch(word):
            return word.lower()
    raise ValueError(f"holds no {algorithm}")
