"""Suspended, a chart runs no pod, and everything else that it makes stays as it is."""

from typing import Any

import pytest
import yaml

from tests.charts.support import (
    CHARTS,
    LABS,
    NAMESPACE,
    WITH_PODS,
    Manifest,
    pod_templates,
    render,
    run_helm,
)

# Kafka has its own tests: what a broker is told there depends on which of them are stopped.
PARTS = sorted({*LABS} & {*WITH_PODS} - {"kafka"})
AS_DEPLOYMENT = ("lab-job", {"kind": "Deployment"})
CASES: list[tuple[str, dict[str, Any]]] = [
    *((chart, {}) for chart in PARTS if chart != "lab-job"),
    AS_DEPLOYMENT,
    ("kafka-connect", {"replicas": 3}),
]


def workload(objects: list[Manifest]) -> Manifest:
    (found,) = [owner for owner, _ in pod_templates(objects)]
    return found


@pytest.mark.parametrize(("chart", "values"), CASES, ids=str)
def test_a_suspended_chart_differs_by_its_replicas_and_nothing_else(
    chart: str, values: dict[str, Any]
) -> None:
    running, suspended = (render(chart, {**values, "suspended": s}) for s in (False, True))
    assert workload(running)["spec"]["replicas"] == values.get("replicas", 1)
    assert workload(suspended)["spec"]["replicas"] == 0
    workload(suspended)["spec"]["replicas"] = workload(running)["spec"]["replicas"]
    assert suspended == running


def test_a_job_is_suspended_by_its_own_field() -> None:
    running, suspended = (render("lab-job", {"suspended": s}) for s in (False, True))
    assert "suspend" not in workload(running)["spec"]
    assert workload(suspended)["spec"].pop("suspend") is True
    assert suspended == running


def test_every_part_of_a_lab_can_be_suspended_and_is_not_by_itself() -> None:
    for chart in [*PARTS, "kafka"]:
        assert yaml.safe_load((CHARTS / chart / "values.yaml").read_text())["suspended"] is False


def test_no_disruption_budget_counts_pods_that_must_run() -> None:
    """With minAvailable, a budget over no pod at all would still ask for one."""
    values = {"replicas": 3, "suspended": True}
    budgets = [o for o in render("kafka", values) if o["kind"] == "PodDisruptionBudget"]
    assert budgets == []


@pytest.mark.parametrize("chart", [*PARTS, "kafka"])
def test_the_notes_say_that_it_is_suspended_and_how_to_start_it(chart: str) -> None:
    arguments = ("install", "meteo", str(CHARTS / chart), "-n", NAMESPACE, "--dry-run=client")
    done = run_helm(*arguments, values={"suspended": True})
    assert done.returncode == 0, done.stderr
    notes = done.stdout.split("NOTES:", 1)[1]
    assert "It is suspended: no pod runs, and its data is kept." in notes
    assert f"upgrade meteo charts/{chart} --reuse-values --set suspended=false" in notes
