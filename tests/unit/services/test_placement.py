"""Where pods run: what the administrator says for all labs, and a lab for itself."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator.schema.pods import PodsSpec
from streaminglab_operator.services.placement import laid_over, values

ANY = {"key": "dedicated", "operator": "Exists"}
SITE = PodsSpec.model_validate(
    {
        "nodeSelector": {"pool": "labs", "arch": "amd64"},
        "tolerations": [ANY],
        "priorityClassName": "teaching",
        "runtimeClassName": "gvisor",
        "labels": {"cost": "school", "team": "data"},
        "annotations": {"a.org/x": "1"},
    }
)


def test_a_lab_that_says_nothing_has_what_the_site_says() -> None:
    assert laid_over(SITE, PodsSpec()) == SITE


def test_a_lab_without_a_site_has_what_it_says() -> None:
    assert laid_over(PodsSpec(), SITE) == SITE


def test_a_labs_word_is_laid_over_the_sites_key_by_key() -> None:
    own = PodsSpec.model_validate(
        {
            "nodeSelector": {"pool": "gpu"},
            "tolerations": [ANY, {"key": "gpu", "value": "yes", "effect": "NoSchedule"}],
            "priorityClassName": "exam",
            "labels": {"cost": "class-a"},
        }
    )
    found = laid_over(SITE, own)
    assert found.node_selector == {"pool": "gpu", "arch": "amd64"}
    assert [t.key for t in found.tolerations] == ["dedicated", "gpu"]
    assert (found.priority_class_name, found.runtime_class_name) == ("exam", "gvisor")
    assert found.labels == {"cost": "class-a", "team": "data"}
    assert found.annotations == {"a.org/x": "1"}


def test_site_and_lab_may_each_write_as_much_as_is_allowed() -> None:
    def full(name: str) -> PodsSpec:
        words = {f"{name}{i}": "x" for i in range(8)}
        tolerations = [{"key": key} for key in words]
        maps = dict.fromkeys(("nodeSelector", "labels", "annotations"), words)
        return PodsSpec.model_validate({**maps, "tolerations": tolerations})

    found = laid_over(full("site"), full("own"))
    assert len(found.tolerations) == 16
    assert len(values(found)["podLabels"]) == len(found.node_selector) == 16


def test_charts_are_told_nothing_where_nothing_is_said() -> None:
    assert values(PodsSpec()) == {}


def test_charts_are_told_in_their_own_words() -> None:
    assert values(SITE) == {
        "podLabels": {"cost": "school", "team": "data"},
        "podAnnotations": {"a.org/x": "1"},
        "scheduling": {
            "nodeSelector": {"pool": "labs", "arch": "amd64"},
            "tolerations": [ANY],
            "priorityClassName": "teaching",
            "runtimeClassName": "gvisor",
        },
    }


def expression(key: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": "In" if values else "Exists", "values": list(values)}


def nodes(*required: list[dict[str, Any]], preferred: str = "") -> PodsSpec:
    """Of these terms one must hold; nodes with the label ``preferred`` are preferred."""
    rather = [{"weight": 5, "preference": {"matchExpressions": [expression(preferred)]}}]
    terms = [{"matchExpressions": found} for found in required]
    return PodsSpec.model_validate(
        {
            "affinity": {
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms},
                    "preferredDuringSchedulingIgnoredDuringExecution": rather if preferred else [],
                }
            }
        }
    )


def affinity(found: PodsSpec) -> dict[str, Any]:
    said: dict[str, Any] = values(found)["scheduling"]["affinity"]["nodeAffinity"]
    return said


A, B, C, D = (expression(key, "x") for key in "abcd")


def test_a_node_must_be_what_the_site_and_the_lab_require() -> None:
    """Of terms one must hold, of the expressions of a term all: (a or b) and (c or d)."""
    found = affinity(laid_over(nodes([A], [B]), nodes([C], [D])))
    terms = found["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert [t["matchExpressions"] for t in terms] == [[A, C], [A, D], [B, C], [B, D]]


@pytest.mark.parametrize("site_says", [True, False])
def test_what_one_of_both_requires_holds_alone(site_says: bool) -> None:
    one, none = nodes([A], [B]), PodsSpec()
    assert laid_over(one, none) == one if site_says else laid_over(none, one) == one


def test_preferences_of_both_count_and_the_same_one_counts_once() -> None:
    found = laid_over(nodes(preferred="fast"), nodes(preferred="near"))
    weights = affinity(found)["preferredDuringSchedulingIgnoredDuringExecution"]
    keys = [w["preference"]["matchExpressions"][0]["key"] for w in weights]
    assert keys == ["fast", "near"]
    assert laid_over(nodes(preferred="fast"), nodes(preferred="fast")) == nodes(preferred="fast")


def test_pods_are_told_nothing_empty_which_kubernetes_would_refuse() -> None:
    assert values(nodes()) == {}
    assert set(affinity(nodes(preferred="fast"))) == {
        "preferredDuringSchedulingIgnoredDuringExecution"
    }
