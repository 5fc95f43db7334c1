"""Java's images are of no platform but for libraries of C in jars: those are there for both."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.component.connectors.test_plugins_link import jars
from tools.artifacts import get
from tools.images.catalog import load
from tools.shell.paths import ROOT

ARTEFACTS = (
    "kafka-jars", "connect-jars", "connect-plugins", "apicurio-registry", "pyspark", "spark-kafka",
)  # fmt: skip
PLATFORMS = {"amd64": r"amd64|x86_64|x86-64|linux64", "arm64": r"aarch_?64|arm64"}
UNUSED = ("jline-2", "com.aayushatharva.brotli4j")
"""Hive's shell, which nobody starts, and does without; and Brotli for answers of the registry,
which sends none compressed."""


def library(name: str) -> str:
    """A jar without its version; some projects make one jar for each platform."""
    return re.sub(r"-[0-9].*$", "", re.sub(r"-linux-.*$", "", name))


def native(jar: str, archive: zipfile.ZipFile) -> Iterator[str]:
    """Platforms of which it has libraries of C for Linux."""
    for name in archive.namelist():
        if name.endswith(".so"):
            for platform, words in PLATFORMS.items():
                if re.search(words, f"{jar}/{name}"):
                    yield platform


@pytest.mark.parametrize("artefact", ARTEFACTS)
def test_what_a_jar_has_for_one_platform_it_has_for_the_other(artefact: str) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for name, archive in jars(get(artefact)):
        if not name.startswith(UNUSED):
            found[library(name)] |= set(native(name, archive))
    assert {name: seen for name, seen in found.items() if len(seen) == 1} == {}


def test_the_page_says_of_each_image_whether_it_can_be_had_for_arm64() -> None:
    text = (ROOT / "docs" / "admin.md").read_text()
    table = text.split("| image | arm64 |", 1)[1].split("\n\n", 1)[0]
    named = re.findall(r"^\| ([a-z][a-z, -]+) \|", table, re.MULTILINE)
    images = [name for row in named for name in row.split(", ")]
    known = [i.name for i in load().values() if not i.local or i.use in ("labs", "operator")]
    assert sorted(images) == sorted(known)
