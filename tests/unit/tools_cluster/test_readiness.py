"""When a pod counts as ready, also just after its node was restarted."""

from __future__ import annotations

from typing import Any

from tools.cluster.readiness import pod_unready

MOMENT = "2026-11-21T07:00:00Z"


def pod(ready: str, started: str, phase: str = "Running") -> dict[str, Any]:
    """A pod on node `a` whose one container runs since `started`."""
    return {
        "metadata": {"name": "dns"},
        "spec": {"nodeName": "a"},
        "status": {
            "phase": phase,
            "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [{"state": {"running": {"startedAt": started}}}],
        },
    }


def test_a_pod_that_says_ready_is_ready() -> None:
    assert not pod_unready(pod("True", "2026-11-21T06:00:00Z"), {})


def test_a_pod_that_says_it_is_not_ready_is_late() -> None:
    assert pod_unready(pod("False", "2026-11-21T06:00:00Z"), {})


def test_a_status_from_before_its_node_was_restarted_is_not_believed() -> None:
    assert pod_unready(pod("True", "2026-11-21T06:59:59Z"), {"a": MOMENT})
    assert not pod_unready(pod("True", "2026-11-21T07:00:00Z"), {"a": MOMENT})


def test_a_restart_of_another_node_says_nothing_about_this_pod() -> None:
    assert not pod_unready(pod("True", "2026-11-21T06:59:59Z"), {"b": MOMENT})


def test_a_finished_pod_is_not_waited_for() -> None:
    assert not pod_unready(pod("False", "2026-11-21T06:00:00Z", phase="Succeeded"), {"a": MOMENT})
