"""When each pod of a lab came how far: what the first lab's seconds are made of."""

import time

from bench.client import Json
from bench.waiting import pod_done

STAGES = ("made", "scheduled", "prepared", "runs", "ready")
"""There is a pod; it has a node, and so its volume; its init containers are done; its container
runs; it is ready or is over."""


class PodTimes:
    """Told of each event of a watch of pods; ``ready`` of one that ends is its end."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self.of: dict[str, dict[str, float]] = {}

    def begin(self) -> None:
        """From now on seconds are counted."""
        self._begun = time.monotonic()

    def saw(self, pod: Json) -> bool:
        """Note what is new; whether the pod is ready, or ended well."""
        times = self.of.setdefault(pod["metadata"]["name"], {})
        status = pod.get("status", {})
        ends = pod["spec"].get("restartPolicy", "Always") != "Always"
        done = status.get("phase") == "Succeeded" if ends else pod_done(pod)
        states = [c.get("state", {}) for c in status.get("containerStatuses", [])]
        reached = {
            "made": True,
            "scheduled": bool(pod["spec"].get("nodeName")),
            "prepared": _is(pod, "Initialized"),
            "runs": any("running" in state or "terminated" in state for state in states),
            "ready": done,
        }
        for stage in STAGES:
            if reached[stage]:
                times.setdefault(stage, round(time.monotonic() - self._begun, 2))
        return done


def _is(pod: Json, condition: str) -> bool:
    conditions = pod.get("status", {}).get("conditions") or []
    return any(c["type"] == condition and c["status"] == "True" for c in conditions)
