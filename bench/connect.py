"""How soon Kafka Connect answers with its plugins, from its pod on, on real pods."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import yaml

from bench import labs
from bench.client import Client, Json
from bench.goals import GOALS
from bench.podtimes import STAGES, PodTimes, applied
from bench.realcluster import RealCluster
from bench.report import Report, say
from bench.waiting import is_true

NAMESPACE = "bench-connect"
EXAMPLE = labs.ROOT / "examples" / "liveconnect.yaml"
POD = f"{labs.LAB_NAME}-connect-0"
READY_SECONDS = 600.0
CONNECT_READY = "ConnectReady"


@dataclass(slots=True)
class Connected:
    """What was seen: when each pod came how far, which connectors the worker was to have and has,
    and how long after its pod was ready the lab's status said so."""

    pods: PodTimes = field(default_factory=PodTimes)
    asked: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    said_after: float = 0.0
    pulls: int = 0

    @property
    def seconds(self) -> float:
        """From the pod to its being ready; 0 if it was not."""
        times = self.pods.of.get(POD, {})
        return times["ready"] - times["made"] if times.keys() >= {"made", "ready"} else 0.0


def example() -> Json:
    """The spec that it is about."""
    found = (d for d in yaml.safe_load_all(EXAMPLE.read_text()) if d["kind"] == "StreamingLab")
    spec: Json = next(found)["spec"]
    return spec


def document(namespace: str, spec: Json) -> Json:
    """The example's broker and Connect, with all of its plugins and none of its connectors."""
    lab = labs.lab(namespace)
    connect = {key: value for key, value in spec["connect"].items() if key != "connectors"}
    lab["spec"] = {
        "profile": spec["profile"],
        "weather": False,
        "kafka": spec["kafka"],
        "connect": connect,
        "page": {"enabled": False},
    }
    return lab


async def measure(as_it_is: bool = False) -> Connected:
    """One lab, until its status says that Connect is ready."""
    seen = Connected()
    async with RealCluster.prepared(as_it_is) as cluster, cluster.namespace(NAMESPACE) as namespace:
        client, spec = cluster.client, example()
        lab = document(namespace, spec)
        seen.asked = frozenset(c["class"] for c in spec["connect"]["connectors"])
        say("connect: one broker and one worker")
        said = await applied(client, lab, seen.pods, _connect_ready, READY_SECONDS)
        seen.said_after = round(said - seen.pods.of[POD].get("ready", said), 2)
        async with (
            cluster.forwarded(namespace, f"pod/{POD}", 8083) as url,
            Client.connect(url) as rest,
        ):
            plugins: Any = await rest.get("/connector-plugins")
        seen.classes = frozenset(plugin["class"] for plugin in plugins)
        seen.pulls = await cluster.pulls(namespace)
    return seen


def _connect_ready(raw: Json) -> bool:
    return is_true(raw.get("status", {}), CONNECT_READY)


def report(seen: Connected) -> Report:
    """The figure, and when it is void."""
    times = seen.pods.of.get(POD, {})
    stages = {
        f"{before} to {after}": round(times[after] - times[before], 2)
        for before, after in pairwise(s for s in STAGES if s in times)
    }
    return Report(
        name="connect",
        what="Kafka Connect with the example's plugins, from its pod until it is ready, on real "
        "pods; its broker is ready before",
        figure=seen.seconds,
        unit="s",
        goal=GOALS["connect"].most,
        counts={
            "connectors": sorted(seen.classes),
            "stages": stages,
            "saidAfter": seen.said_after,
            "podTimes": seen.pods.of,
        },
        void_if={
            "the worker was not ready": not seen.seconds,
            "the worker has not every plugin": not seen.asked or not seen.asked <= seen.classes,
            "an image was pulled": seen.pulls > 0,
        },
    )
