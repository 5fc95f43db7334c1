"""The coordinates with checksums of the courses' page are those of the files that were fetched."""

from __future__ import annotations

import hashlib

import pytest

from streaminglab_jobs.plugins.repository import coordinates
from tests.unit.docs.test_yaml import read
from tools.artifacts import get
from tools.pages import fences

PAGES = ("docs/courses/from-compose.md", "docs/courses/from-compose.fr.md")


def printed(page: str) -> dict[str, str]:
    """Coordinates -> checksum, of the plugins that a page writes with both."""
    blocks = [read(fence) for fence in fences(page) if fence.language == "yaml"]
    plugins = [one for block in blocks for one in block.get("connect", {}).get("plugins", ())]
    return {one["maven"]: one["sha512"] for one in plugins if {"maven", "sha512"} <= set(one)}


@pytest.mark.parametrize("page", PAGES)
def test_a_printed_checksum_is_that_of_the_file(page: str) -> None:
    jars, found = get("connect-plugins") / "jars", printed(page)
    assert len(found) == 3
    for maven, sha512 in found.items():
        content = (jars / coordinates(maven).file_name).read_bytes()
        assert hashlib.sha512(content).hexdigest() == sha512, maven
