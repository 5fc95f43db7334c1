"""What the operator is installed with, and when it counts as rolled out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tools.lab.stage import not_offered, own_values, rolled_out
from tools.shell.errors import ToolError


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


def test_what_cannot_be_had_is_declared_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    found = {"kafka": "streaminglab/kafka:4", "ksqldb": "none", "kafka-ui": "none", "grafana": ""}
    assert not_offered(found) == {"notOffered": ["kafka-ui", "ksqldb"]}
    said = capsys.readouterr()
    assert "kafka-ui, ksqldb" in said.out + said.err
    assert not_offered({"kafka": "a", "grafana": ""}) == {}


def test_values_of_ones_own_are_named_by_a_file_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    with pytest.raises(ToolError, match=r"OPERATOR_VALUES=.*values\.yaml is no file"):
        own_values({"OPERATOR_VALUES": str(file)})
    file.touch()
    assert own_values({"OPERATOR_VALUES": str(file)}) == ["--values", str(file)]
    assert own_values({}) == []
