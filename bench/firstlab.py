"""P1: one default lab on real pods, from ``kubectl apply`` to verified data."""

from dataclasses import dataclass, field

from bench import labs
from bench.client import Json
from bench.goals import GOALS
from bench.owned import moved
from bench.podtimes import PodTimes, applied
from bench.realcluster import RealCluster
from bench.report import Report, say
from bench.script import Script

BY_OPERATOR, BY_SCRIPT = "bench-p1-operator", "bench-p1-scripted"
READY_SECONDS = 600.0
_DATA = ("influxdb", "producer", "telegraf", "expected")


@dataclass(slots=True)
class FirstLab:
    """Seconds of both ways, and what was seen on them."""

    operator: float = 0.0
    script: float = 0.0
    operator_times: dict[str, float] = field(default_factory=dict)
    script_times: dict[str, float] = field(default_factory=dict)
    pods: PodTimes = field(default_factory=PodTimes)
    data: dict[str, int] = field(default_factory=dict)
    objects: int = 0
    pulls: int = 0


async def measure(as_it_is: bool = False) -> FirstLab:
    """First by the operator; then, when that lab is gone, the same manifests by a script."""
    seen = FirstLab()
    async with RealCluster.prepared(as_it_is) as cluster:
        async with cluster.namespace(BY_OPERATOR) as namespace:
            documents = await _by_operator(cluster, namespace, seen)
        async with cluster.namespace(BY_SCRIPT) as namespace:
            say("p1: the same manifests, by a script")
            script = Script(cluster, namespace, moved(documents, BY_OPERATOR, namespace))
            seen.script = await script.run(labs.lab(namespace))
            seen.script_times = script.times
            seen.pulls += await cluster.pulls(namespace)
    return seen


async def _by_operator(cluster: RealCluster, namespace: str, seen: FirstLab) -> list[Json]:
    client = cluster.client
    document = labs.lab(namespace)

    def ready(raw: Json) -> bool:
        for condition in raw.get("status", {}).get("conditions", []):
            if condition["status"] == "True" and condition["type"] not in seen.operator_times:
                seen.operator_times[condition["type"]] = seen.pods.seconds()
        return labs.is_ready(raw)

    say("p1: one lab, by the operator")
    seen.operator = await applied(client, document, seen.pods, ready, READY_SECONDS)
    status = (await client.get(labs.lab_path(namespace)))["status"]
    seen.data = {key: status["data"][key] for key in _DATA}
    documents = await labs.children(client, namespace)
    seen.objects = len(documents)
    seen.pulls = await cluster.pulls(namespace)
    return documents


def report(seen: FirstLab) -> Report:
    """The figure, and when it is void."""
    counts = {seen.data.get(key) for key in _DATA}
    return Report(
        name="p1",
        what="one default lab applied, until Ready with the data verified, on real pods; "
        "floor: the same manifests by a script that waits as it must",
        figure=seen.operator,
        unit="s",
        floor=seen.script,
        goal=GOALS["p1"].most,
        counts={
            "objects": seen.objects,
            "data": seen.data,
            "operatorTimes": seen.operator_times,
            "scriptTimes": seen.script_times,
            "podTimes": seen.pods.of,
        },
        void_if={
            "the counts of the points differ": len(counts) != 1,
            "an image was pulled": seen.pulls > 0,
        },
    )
