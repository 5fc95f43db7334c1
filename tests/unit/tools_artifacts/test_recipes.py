"""What single recipes do to what they were given."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tools.artifacts import get
from tools.artifacts.catalog import RECIPES, recipe
from tools.artifacts.cilium import patch
from tools.artifacts.golang import GoRecipe
from tools.artifacts.maven import SUMS, MavenRecipe, check, sums
from tools.artifacts.rootfs import RootfsRecipe
from tools.shell.errors import ToolError


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ToolError, match=r"no artefact `helmet`[\s\S]*kafka-jars"):
        get("helmet")


def test_a_jar_with_another_content_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.jar").write_bytes(b"evil")
    good = hashlib.sha256(b"good").hexdigest()
    with pytest.raises(ToolError, match=rf"a\.jar has sha256 .* expected {good}"):
        check(f"{good}  a.jar\n", sums(tmp_path))


def test_a_jar_without_a_committed_checksum_is_refused() -> None:
    with pytest.raises(ToolError, match=r"new\.jar came from Maven"):
        check("", {"new.jar": "00"})


def test_a_jar_that_did_not_come_is_named() -> None:
    with pytest.raises(ToolError, match=r"old\.jar is in the checksum list"):
        check("00  old.jar\n", {})


def test_jars_that_match_their_list_pass() -> None:
    check("# comment\n00  a.jar\n", {"a.jar": "00"})


@pytest.mark.parametrize(
    ("name", "jars"),
    [
        ("kafka", ("kafka_2.13", "kafka-clients", "kafka-tools")),
        ("connect", ("kafka_2.13", "kafka-clients", "kafka-tools", "connect-runtime")),
    ],
)
def test_the_committed_checksums_cover_kafkas_own_jars(name: str, jars: tuple[str, ...]) -> None:
    found = recipe(f"{name}-jars")
    assert isinstance(found, MavenRecipe)
    version = next(version for key, version in found.properties if key.startswith("kafka"))
    listed = (found.directory / SUMS).read_text()
    for jar in jars:
        assert f"  {jar}-{version}.jar\n" in listed


def test_ciliums_constant_is_pointed_elsewhere_in_the_one_file_that_has_it(
    tmp_path: Path,
) -> None:
    source = tmp_path / "modules_linux.go"
    source.write_text('const path = "/proc/modules"\n')
    test = tmp_path / "modules_test.go"
    test.write_text('"/proc/modules"')
    patch(tmp_path)
    assert source.read_text() == 'const path = "/dev/null"\n'
    assert test.read_text() == '"/proc/modules"'


def test_a_cilium_that_reads_modules_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.go").write_text("package modules\n")
    with pytest.raises(ToolError, match="0 files"):
        patch(tmp_path)


def test_another_debian_mirror_is_used_when_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rootfs = recipe("rootfs-trixie")
    assert isinstance(rootfs, RootfsRecipe)
    plain = rootfs.command(Path("x.tar"))
    assert plain[-2:] == ["trixie", "x.tar"]
    monkeypatch.setenv("STREAMINGLAB_DEBIAN_MIRROR", "http://mirror.example/debian")
    assert rootfs.command(Path("x.tar"))[-1] == "http://mirror.example/debian"


@pytest.mark.parametrize("name", [n for n, r in RECIPES.items() if isinstance(r, GoRecipe)])
def test_every_go_recipe_has_its_checksums_beside_it(name: str) -> None:
    found = recipe(name)
    assert isinstance(found, GoRecipe)
    required = "require" in (found.directory / "go.mod").read_text()
    assert (found.directory / "go.sum").is_file() == required


@pytest.mark.parametrize("name", [n for n, r in RECIPES.items() if isinstance(r, MavenRecipe)])
def test_every_maven_recipe_has_its_checksums_and_no_version_of_its_own(name: str) -> None:
    found = recipe(name)
    assert isinstance(found, MavenRecipe)
    sums_of = (found.directory / SUMS).read_text()
    for _, version in found.properties:
        assert f"-{version}" in sums_of
    assert "<version>${" in (found.directory / "pom.xml").read_text()
