"""A jar's key and its bytes depend on what goes in, and on nothing else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.unit.tools_artifacts.fakes import FakeRecipe
from tools.artifacts.jar import JarRecipe, packed


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one Java source, one resource and one test."""
    for part in ("src", "resources", "test"):
        (tmp_path / "connector" / part).mkdir(parents=True)
        (tmp_path / "connector" / part / "file").write_text("1")
    return tmp_path / "connector"


def recipe(checkout: Path, version: str = "1", against: str = "1") -> JarRecipe:
    return JarRecipe(
        name="connector", about="", directory="connector", version=version, root=checkout.parent,
        against=FakeRecipe(name="jars", about="", content=against),
    )  # fmt: skip


@pytest.mark.parametrize("part", ["src", "resources"])
def test_an_edit_of_what_goes_in_changes_the_key(checkout: Path, part: str) -> None:
    before = recipe(checkout).key()
    (checkout / part / "file").write_text("2")
    assert recipe(checkout).key() != before


def test_an_edit_of_a_test_builds_nothing_anew(checkout: Path) -> None:
    before = recipe(checkout).key()
    (checkout / "test" / "file").write_text("2")
    assert recipe(checkout).key() == before


def test_the_version_and_the_jars_it_is_compiled_against_change_the_key(checkout: Path) -> None:
    keys = {
        recipe(checkout).key(),
        recipe(checkout, version="2").key(),
        recipe(checkout, against="2").key(),
    }
    assert len(keys) == 3


def test_entries_come_in_one_order_after_the_manifest_whatever_the_order_given() -> None:
    entries = {"b.class": b"b", "a.class": b"a"}
    made = packed("1.2", entries)
    assert made == packed("1.2", dict(reversed(entries.items())))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["META-INF/MANIFEST.MF", "a.class", "b.class"]
        assert b"Implementation-Version: 1.2\r\n" in archive.read("META-INF/MANIFEST.MF")
