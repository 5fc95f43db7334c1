"""Where pods run: what the administrator says for all labs, and a lab for itself."""

from __future__ import annotations

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
