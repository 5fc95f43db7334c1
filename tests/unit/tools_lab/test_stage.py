"""When the operator counts as rolled out."""

from __future__ import annotations

from typing import Any

import pytest

from tools.lab.stage import rolled_out


def deployment(observed: int = 2, **counts: int) -> dict[str, Any]:
    """One replica is asked for, by generation 2."""
    full = {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
    return {
        "metadata": {"generation": 2},
        "spec": {"replicas": 1},
        "status": {"observedGeneration": observed, **full, **counts},
    }


def test_a_deployment_is_rolled_out_when_all_its_pods_are_new_and_available() -> None:
    assert rolled_out(deployment())


@pytest.mark.parametrize(
    "state",
    [
        deployment(observed=1),
        deployment(updatedReplicas=0),
        deployment(availableReplicas=0),
        deployment(replicas=2),
        {"metadata": {"generation": 1}, "spec": {"replicas": 1}},
    ],
)
def test_an_old_pod_a_pod_too_many_or_one_that_is_late_is_waited_for(state: dict[str, Any]) -> None:
    assert not rolled_out(state)
