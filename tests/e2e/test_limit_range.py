"""A namespace with a LimitRange, as an administrator of a shared cluster has it: the lab fits."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.cluster import SMALL, Kubectl, LabHandle

EQUAL = (600, 600, 600)


def limit(kubectl: Kubectl, namespace: str, **said: Any) -> None:
    """Make, or change, the namespace's LimitRange."""
    body = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "narrow", "namespace": namespace},
        "spec": {"limits": [{"type": "Container", **said}]},
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(body))


def identities(lab: LabHandle) -> dict[str, str]:
    """The lab's pods that run on."""
    return {
        pod["metadata"]["name"]: pod["metadata"]["uid"]
        for pod in lab.items("pods")
        if pod["status"]["phase"] == "Running"
    }


def test_a_lab_fits_a_minimum_and_a_ratio_by_itself(lab: LabHandle, kubectl: Kubectl) -> None:
    limit(kubectl, lab.namespace, min={"cpu": "50m"}, maxLimitRequestRatio={"cpu": "8"})
    lab.apply(SMALL)
    lab.wait("Ready")
    assert lab.counts() == EQUAL
    before = identities(lab)
    limit(kubectl, lab.namespace, min={"cpu": "300m"}, maxLimitRequestRatio={"cpu": "1500m"})
    lab.apply({**SMALL, "access": {"shortNames": False}})
    lab.wait("Ready")
    assert before.items() <= identities(lab).items(), "no pod that runs was made anew"


def test_a_size_that_the_lab_says_is_told_with_its_field_and_heals(
    lab: LabHandle, kubectl: Kubectl
) -> None:
    limit(kubectl, lab.namespace, min={"cpu": "50m"})
    lab.apply({**SMALL, "init": {"resources": {"cpu": "20m"}}})
    words = "Set spec.init.resources.cpu to 50m or more (LimitRange narrow)"
    lab.until(lambda: words in lab.condition("TopicsReady").get("message", ""), words)
    lab.apply({**SMALL, "init": {"resources": {"cpu": "60m"}}})
    lab.wait("Ready")
    assert lab.counts() == EQUAL
