"""Where the node image comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.artifacts.versions import pin
from tools.machine import Docker
from tools.node import parts, source
from tools.shell.errors import ToolError
from tools.shell.lock import hold
from tools.shell.paths import artifacts_dir


@dataclass(frozen=True)
class Holding(Docker):
    """An engine that holds just these images, and reaches no registry."""

    references: tuple[str, ...] = ()

    def image_id(self, reference: str) -> str:
        return "sha256:1" if reference in self.references else ""

    def pull(self, reference: str, seconds: float) -> bool:
        return False


def holding(*references: str) -> Holding:
    """An engine that holds these images."""
    return Holding("unix:///nowhere", references)


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMINGLAB_CACHE", str(tmp_path))


def test_an_image_that_was_pulled_is_used() -> None:
    upstream = pin("upstream", "kind-node")
    assert source.ensure(holding(upstream)) == upstream


def test_pull_alone_is_refused_where_no_registry_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_IMAGE", "pull")
    with pytest.raises(ToolError, match="cannot be pulled"):
        source.ensure(holding())


def test_without_registry_and_debian_there_is_no_node_image() -> None:
    with pytest.raises(ToolError, match="on Debian only"):
        source.ensure(holding(), debian=False)


def test_an_unknown_wish_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_IMAGE", "steal")
    with pytest.raises(ToolError, match="NODE_IMAGE=steal"):
        source.ensure(holding())


def test_nodes_of_other_inputs_are_outdated_and_pulled_ones_are_not() -> None:
    current = source.assembled(holding()).reference
    assert not source.outdated(holding(), current)
    assert source.outdated(holding(), current[:-1] + "x")
    assert not source.outdated(holding(), "kindest/node:v1.37.0")


def test_a_nodes_parts_are_told_while_it_is_assembled() -> None:
    recipe = source.assembled(holding())
    assert source.assembling() == []
    with hold(artifacts_dir() / "locks" / f"{recipe.name}.lock", "assembles it"):
        assert source.assembling() == parts.names()
    assert source.assembling() == []


def test_the_pinned_upstream_image_is_fixed_by_its_digest() -> None:
    assert "@sha256:" in pin("upstream", "kind-node")
