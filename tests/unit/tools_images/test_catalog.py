"""The catalog of images, and what every Containerfile must hold to."""

from __future__ import annotations

import json
import re

import pytest

from tools import images
from tools.artifacts.catalog import RECIPES
from tools.images import __main__ as command
from tools.images.catalog import (
    DIRECTORY,
    Image,
    built,
    components,
    image,
    load,
    order,
    parse,
    resolve,
)
from tools.shell.errors import ToolError
from tools.shell.paths import ROOT

ABSENT = {
    "about": "x", "local": False, "reason": "its jars are nowhere",
    "upstream": {"repository": "confluentinc/cp-ksqldb-server", "tag": "upstream.ksqldb"},
}  # fmt: skip


def test_a_tag_is_resolved_by_its_name_in_the_version_file() -> None:
    entry = {
        "about": "x", "version": "maven.kafka",
        "upstream": {"repository": "apache/kafka", "tag": "upstream.kafka"},
    }  # fmt: skip
    found = parse("kafka", entry)
    assert found.version == resolve("maven.kafka")
    assert found.upstream == f"apache/kafka:{resolve('upstream.kafka')}"
    assert found.repository == "streaminglab/kafka"


def test_a_misspelt_key_is_named() -> None:
    entry = {"about": "x", "version": "maven.kafka", "artefacts": []}
    with pytest.raises(ToolError, match=r"kafka has unknown keys \['artefacts'\]"):
        parse("kafka", entry)


def test_a_missing_version_is_named() -> None:
    with pytest.raises(ToolError, match="kafka: 'version' is missing"):
        parse("kafka", {"about": "x"})


def test_bases_come_before_what_stands_on_them() -> None:
    top = Image(name="top", about="", version="1", base="ground")
    ground = Image(name="ground", about="", version="1")
    assert list(order({"top": top, "ground": ground})) == ["ground", "top"]


@pytest.mark.parametrize("base", ["nowhere", "top"])
def test_a_base_that_is_unknown_or_itself_is_refused(base: str) -> None:
    with pytest.raises(ToolError, match="top: no base"):
        order({"top": Image(name="top", about="", version="1", base=base)})


def test_an_unknown_image_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ToolError, match=r"no image `grafena`[\s\S]*telegraf"):
        image("grafena")


@pytest.mark.parametrize("name", load())
def test_every_part_of_an_image_exists(name: str) -> None:
    found = image(name)
    assert {part.split("/")[0] for part in found.artifacts} <= set(RECIPES)
    assert all((ROOT / source).exists() for source in found.sources)


@pytest.mark.parametrize("name", built())
def test_every_image_runs_as_a_number_that_is_not_root(name: str) -> None:
    text = (DIRECTORY / name / "Containerfile").read_text()
    final = re.split(r"^FROM ", text, flags=re.MULTILINE)[-1]
    users = re.findall(r"^USER (\S+)", final, flags=re.MULTILINE)
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


@pytest.mark.parametrize("name", built())
def test_every_image_can_stand_on_another_base(name: str) -> None:
    text = (DIRECTORY / name / "Containerfile").read_text()
    assert text.startswith("ARG BASE=")
    assert {*re.findall(r"^FROM (\S+)", text, flags=re.MULTILINE)} == {"${BASE}"}


def test_an_image_that_cannot_be_built_says_why_and_what_to_use_instead() -> None:
    found = parse("ksqldb", ABSENT)
    assert not found.local
    assert found.reason == "its jars are nowhere"
    with pytest.raises(ToolError, match=r"no local image `ksqldb`: its[\s\S]*use confluentinc/c"):
        images.BUILDER.of("ksqldb")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"local": True}, "needs a `reason` exactly when"),
        ({"version": "maven.kafka"}, r"\['version'\] mean nothing"),
        ({"use": "students"}, "use `students`, which is none of"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(
    change: dict[str, object], problem: str
) -> None:
    with pytest.raises(ToolError, match=f"ksqldb .*{problem}"):
        parse("ksqldb", {**ABSENT, **change})


@pytest.mark.parametrize("key", ["reason", "upstream"])
def test_an_entry_without_a_local_image_says_why_and_where_it_is(key: str) -> None:
    with pytest.raises(ToolError, match=key):
        parse("ksqldb", {name: value for name, value in ABSENT.items() if name != key})


def test_where_no_image_registry_answers_the_operator_is_told_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STREAMINGLAB_BASE", "local")
    assert {images.reference(name) for name in set(components()) - set(built())} == {images.NONE}


def test_where_an_image_registry_answers_the_chart_keeps_its_upstream_image(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STREAMINGLAB_BASE", "debian@sha256:12")
    assert images.reference("ksqldb") == ""


def test_labs_get_no_base_no_operator_and_nothing_that_is_for_tests() -> None:
    assert {"kafka", "jobs", "ksqldb"} <= set(components())
    assert {load()[name].use for name in components()} == {"labs"}
    assert not {"python", "operator"} & set(components())


def test_without_names_what_can_be_built_is_built_and_what_labs_use_is_told() -> None:
    assert command.chosen("build", []) == list(built())
    assert command.chosen("references", []) == list(components())
    assert command.chosen("build", ["kafka"]) == ["kafka"]
    assert "ksqldb" not in built()


def test_the_operators_chart_knows_every_component() -> None:
    chart = ROOT / "charts" / "streaminglab-operator"
    schema = json.loads((chart / "values.schema.json").read_text())
    assert set(components()) <= set(schema["properties"]["images"]["properties"])
