"""Which engine is used, and how many nodes it gets."""

from __future__ import annotations

import pytest

from tools.cluster import choice
from tools.cluster.existing import ExistingEngine
from tools.cluster.kind import KindEngine
from tools.shell import paths
from tools.shell.errors import ToolError


def test_without_any_setting_a_local_cluster_is_made() -> None:
    assert choice.choose({}).name == "kind"


def test_a_kubeconfig_means_that_cluster_and_the_reason_names_the_file() -> None:
    chosen = choice.choose({"KUBECONFIG": "/home/a/config"})
    assert chosen.name == "existing"
    assert "/home/a/config" in chosen.reason


def test_the_kubeconfig_of_our_own_cluster_does_not_make_it_somebody_else_s() -> None:
    assert choice.choose({"KUBECONFIG": str(paths.kubeconfig())}).name == "kind"


def test_engine_forces_its_choice_over_a_kubeconfig() -> None:
    assert choice.choose({"ENGINE": "kind", "KUBECONFIG": "/x"}).name == "kind"


def test_an_unknown_engine_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(ToolError) as caught:
        choice.choose({"ENGINE": "minikube"})
    assert "minikube" in caught.value.cause
    assert "existing, kind" in caught.value.cure


def test_each_name_makes_its_own_engine() -> None:
    assert isinstance(choice.create(choice.Choice("kind", "")), KindEngine)
    assert isinstance(choice.create(choice.Choice("existing", "")), ExistingEngine)


@pytest.mark.parametrize(("text", "count"), [("", 1), ("1", 1), ("3", 3)])
def test_one_and_three_nodes_are_possible(text: str, count: int) -> None:
    assert choice.node_count({"NODES": text}) == count


@pytest.mark.parametrize("text", ["0", "2", "-1", "three", "3.0"])
def test_any_other_number_of_nodes_is_refused(text: str) -> None:
    with pytest.raises(ToolError, match=f"NODES={text}"):
        choice.node_count({"NODES": text})
