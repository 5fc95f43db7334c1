"""Where the node image comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.artifacts.versions import pin
from tools.cluster import node_image, node_source
from tools.cluster.errors import ClusterError

HOST = "unix:///nowhere"


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMINGLAB_CACHE", str(tmp_path))


def holds(monkeypatch: pytest.MonkeyPatch, *references: str) -> None:
    """Let Docker hold just these images, and reach no registry."""
    monkeypatch.setattr(node_image, "present", lambda host, reference: reference in references)
    monkeypatch.setattr(node_source, "pull", lambda host, reference: reference in references)


def test_an_image_that_was_pulled_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    upstream = pin("upstream", "kind-node")
    holds(monkeypatch, upstream)
    assert node_source.ensure(HOST) == upstream


def test_pull_alone_is_refused_where_no_registry_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    holds(monkeypatch)
    monkeypatch.setenv("NODE_IMAGE", "pull")
    with pytest.raises(ClusterError, match="cannot be pulled"):
        node_source.ensure(HOST)


def test_without_registry_and_debian_there_is_no_node_image(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    holds(monkeypatch)
    monkeypatch.setattr(node_source, "is_debian", lambda: False)
    with pytest.raises(ClusterError, match="on Debian only"):
        node_source.ensure(HOST)


def test_an_unknown_wish_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_IMAGE", "steal")
    with pytest.raises(ClusterError, match="NODE_IMAGE=steal"):
        node_source.ensure(HOST)


def test_nodes_of_other_inputs_are_outdated_and_pulled_ones_are_not() -> None:
    current = node_source.assembled(HOST).reference
    assert not node_source.outdated(HOST, current)
    assert node_source.outdated(HOST, current[:-1] + "x")
    assert not node_source.outdated(HOST, "kindest/node:v1.37.0")


def test_the_pinned_upstream_image_is_fixed_by_its_digest() -> None:
    assert "@sha256:" in pin("upstream", "kind-node")
