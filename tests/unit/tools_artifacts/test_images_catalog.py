"""The catalog of images, and what every Containerfile must hold to."""

from __future__ import annotations

import re

import pytest

from tools.artifacts.catalog import RECIPES
from tools.artifacts.errors import ArtifactError
from tools.artifacts.versions import ROOT
from tools.images.catalog import DIRECTORY, Image, image, load, order, parse, resolve


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
    with pytest.raises(ArtifactError, match=r"kafka has unknown keys \['artefacts'\]"):
        parse("kafka", entry)


def test_a_missing_version_is_named() -> None:
    with pytest.raises(ArtifactError, match="kafka: 'version' is missing"):
        parse("kafka", {"about": "x"})


def test_bases_come_before_what_stands_on_them() -> None:
    top = Image(name="top", about="", version="1", base="ground")
    ground = Image(name="ground", about="", version="1")
    assert list(order({"top": top, "ground": ground})) == ["ground", "top"]


@pytest.mark.parametrize("base", ["nowhere", "top"])
def test_a_base_that_is_unknown_or_itself_is_refused(base: str) -> None:
    with pytest.raises(ArtifactError, match="top: no base"):
        order({"top": Image(name="top", about="", version="1", base=base)})


def test_an_unknown_image_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ArtifactError, match=r"no image `grafana`[\s\S]*telegraf"):
        image("grafana")


@pytest.mark.parametrize("name", load())
def test_every_part_of_an_image_exists(name: str) -> None:
    found = image(name)
    assert {part.split("/")[0] for part in found.artifacts} <= set(RECIPES)
    assert all((ROOT / source).exists() for source in found.sources)


@pytest.mark.parametrize("name", load())
def test_every_image_runs_as_a_number_that_is_not_root(name: str) -> None:
    text = (DIRECTORY / name / "Containerfile").read_text()
    final = re.split(r"^FROM ", text, flags=re.MULTILINE)[-1]
    users = re.findall(r"^USER (\S+)", final, flags=re.MULTILINE)
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


@pytest.mark.parametrize("name", load())
def test_every_image_can_stand_on_another_base(name: str) -> None:
    text = (DIRECTORY / name / "Containerfile").read_text()
    assert text.startswith("ARG BASE=")
    assert {*re.findall(r"^FROM (\S+)", text, flags=re.MULTILINE)} == {"${BASE}"}
