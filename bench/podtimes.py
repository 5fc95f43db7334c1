"""When each pod of a lab came how far: what the first lab's seconds are made of."""

import time

from bench import labs
from bench.client import Client, Json
from bench.waiting import Done, is_true, pod_done, tracking

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

    def seconds(self) -> float:
        """Since then."""
        return round(time.monotonic() - self._begun, 2)

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
            "prepared": is_true(status, "Initialized"),
            "runs": any("running" in state or "terminated" in state for state in states),
            "ready": done,
        }
        for stage in STAGES:
            if reached[stage]:
                times.setdefault(stage, self.seconds())
        return done


async def applied(client: Client, lab: Json, pods: PodTimes, done: Done, most: float) -> float:
    """Apply a lab and follow its pods; seconds until it is as it should be, ``most`` at most."""
    namespace = lab["metadata"]["namespace"]
    async with (
        tracking(client, f"/api/v1/namespaces/{namespace}/pods", pods.saw),
        tracking(client, labs.labs_path(namespace), done) as tracker,
    ):
        started = time.monotonic()
        pods.begin()
        await client.apply(labs.lab_path(namespace), labs.body(lab))
        return await tracker.until(1, most) - started
