"""Where the pods of a lab run and what they carry, by the administrator's word and the lab's."""

from __future__ import annotations

import json
from typing import Any

from streaminglab_operator.plan.lab import Options
from streaminglab_operator.schema.pods import PodsSpec
from tests.charts.lab_charts import lab_with
from tests.charts.support import CHARTS, containers, pod_templates, render, run_helm

SITE = {
    "nodeSelector": {"pool": "labs"},
    "tolerations": [{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}],
    "priorityClassName": "teaching",
    "runtimeClassName": "gvisor",
    "labels": {"cost": "school"},
    "annotations": {"example.org/scan": "yes"},
}


def test_every_pod_of_a_lab_goes_where_the_site_says() -> None:
    pods = list(pod_templates(lab_with(Options(pods=PodsSpec.model_validate(SITE)))))
    assert pods
    for name, pod in pods:
        spec, said = pod["spec"], pod["metadata"]
        assert {key: spec[key] for key in SITE if key in spec} == {
            key: SITE[key]
            for key in ("nodeSelector", "tolerations", "priorityClassName", "runtimeClassName")
        }, name
        assert said["labels"]["cost"] == "school", name
        assert said["annotations"]["example.org/scan"] == "yes", name


def test_without_it_pods_say_nothing_of_nodes() -> None:
    for name, pod in pod_templates(lab_with(Options())):
        assert not {"nodeSelector", "tolerations", "priorityClassName"} & set(pod["spec"]), name


def test_brokers_stay_apart_beside_an_affinity_of_the_site() -> None:
    node: dict[str, Any] = {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{}]}
    }
    values = {"replicas": 3, "scheduling": {"affinity": {"nodeAffinity": node}}}
    for _, pod in pod_templates(render("kafka", values)):
        assert pod["spec"]["affinity"]["nodeAffinity"] == node
        assert (
            "preferredDuringSchedulingIgnoredDuringExecution"
            in (pod["spec"]["affinity"]["podAntiAffinity"])
        )


NODES = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a", "b"]}]}
            ]
        }
    }
}


def test_every_pod_goes_to_the_nodes_that_it_may_and_beside_those_that_it_must() -> None:
    """What the charts themselves say of pods that run side by side stays as it is."""
    said = Options(pods=PodsSpec.model_validate({"affinity": NODES}))
    own: dict[str, Any] = {}
    for (owner, pod), (_, plain) in zip(
        pod_templates(lab_with(said)), pod_templates(lab_with(Options())), strict=True
    ):
        usual = plain["spec"].get("affinity", {})
        assert pod["spec"]["affinity"] == {**usual, **NODES}, owner["metadata"]["name"]
        own |= usual
    assert own, "no chart says anything of its own"


def test_the_operators_chart_takes_no_affinity_to_pods() -> None:
    values: dict[str, Any] = {"labPods": {"affinity": {"podAffinity": {}}}}
    done = run_helm("template", "x", str(CHARTS / "streaminglab-operator"), values=values)
    assert "additional properties 'podAffinity' not allowed" in done.stderr


def test_the_operators_chart_hands_the_sites_word_on() -> None:
    word = {**SITE, "affinity": NODES}
    (operator,) = containers(render("streaminglab-operator", {"labPods": word}))
    env = {e["name"]: e.get("value") for e in operator["env"]}
    assert json.loads(env["STREAMINGLAB_LAB_PODS"]) == word
