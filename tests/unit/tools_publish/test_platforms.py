"""For which platforms a registry has the images, and what is said of those that lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tools.images.catalog import load
from tools.publish import images
from tools.publish.__main__ import parser, run
from tools.publish.pins import name_of, published


@dataclass
class Held:
    """A registry with some tags."""

    tags: set[str]
    address: str = "registry.example.org/lab"

    def digest(self, tag: str) -> str:
        return "sha256:0" if tag in self.tags else ""


def tags(platforms: Sequence[str]) -> set[str]:
    return {name_of(image, each) for image in published(load()) for each in platforms}


def lacking(held: set[str]) -> dict[str, Any]:
    return dict(images.missing(Held(held)))  # type: ignore[arg-type]


def test_a_registry_with_all_of_both_platforms_lacks_nothing() -> None:
    assert lacking(tags(["amd64", "arm64"])) == {}


def test_what_lacks_is_named_by_platform() -> None:
    held = tags(["amd64", "arm64"])
    jobs = next(image for image in published(load()) if image.name == "jobs")
    assert lacking(held - {name_of(jobs, "arm64")}) == {"arm64": ["jobs"]}
    everything = [image.name for image in published(load())]
    assert lacking(tags(["arm64"])) == {"amd64": everything}


def test_publishing_says_of_which_platform_there_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.publish.__main__.Registry", lambda address: Held(set(), address))
    monkeypatch.setattr(images, "push", lambda _: [])
    monkeypatch.setattr(images, "missing", lambda _: {"arm64": ["kafka", "jobs"]})
    assert run(parser().parse_args(["images", "registry.example.org/lab"])) == 0
    assert "no arm64 of kafka, jobs: PART=images on such a machine" in capsys.readouterr().err
