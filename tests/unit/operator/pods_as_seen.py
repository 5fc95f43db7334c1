"""Pods as a real API server gives them (cut to what a kubelet and a scheduler write)."""

from typing import Any

Json = dict[str, Any]


def pod(
    *containers: Json,
    name: str = "meteo-kafka-0-0",
    phase: str = "Pending",
    ready: bool = False,
    conditions: list[Json] | None = None,
    **status: Any,
) -> Json:
    """A pod of the lab meteo with these container statuses."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "user-alice",
            "uid": f"uid-{name}",
            "resourceVersion": "812",
            "creationTimestamp": "2026-03-02T08:00:00Z",
            "labels": {
                "streaminglab.dev/lab": "meteo",
                "app.kubernetes.io/component": "kafka",
            },
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "StatefulSet",
                    "name": "meteo-kafka",
                    "uid": "u1",
                    "controller": True,
                }
            ],
        },
        "spec": {"containers": [{"name": "kafka", "image": "apache/kafka:4.3.1"}]},
        "status": {
            "phase": phase,
            "conditions": [
                {"type": "PodScheduled", "status": "True"},
                {"type": "Ready", "status": "True" if ready else "False"},
                *(conditions or []),
            ],
            "containerStatuses": list(containers),
            **status,
        },
    }


def container(
    state: Json,
    last: Json | None = None,
    *,
    name: str = "kafka",
    ready: bool = False,
    restarts: int = 0,
) -> Json:
    """One entry of ``containerStatuses``."""
    return {
        "name": name,
        "image": "apache/kafka:4.3.1",
        "imageID": "",
        "ready": ready,
        "started": ready,
        "restartCount": restarts,
        "containerID": f"containerd://{name}-{restarts}",
        "state": state,
        "lastState": last or {},
    }


def waiting(reason: str, message: str = "") -> Json:
    """A container that waits."""
    return {"waiting": {"reason": reason, **({"message": message} if message else {})}}


def running() -> Json:
    """A container that runs."""
    return {"running": {"startedAt": "2026-03-02T08:00:05Z"}}


def terminated(code: int, reason: str = "Error", message: str = "") -> Json:
    """A container that ended."""
    return {
        "terminated": {
            "exitCode": code,
            "reason": reason,
            "startedAt": "2026-03-02T08:00:05Z",
            "finishedAt": "2026-03-02T08:00:09Z",
            "containerID": "containerd://gone",
            **({"message": message} if message else {}),
        }
    }


UNSCHEDULABLE: Json = {
    "type": "PodScheduled",
    "status": "False",
    "reason": "Unschedulable",
    "message": "0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are "
    "available: 3 No preemption victims found for incoming pod.",
}
