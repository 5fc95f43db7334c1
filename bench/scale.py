"""Many labs on fake nodes: one run of the real operator, and what was seen of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import labs, steps
from bench.client import Json
from bench.curve import Curve
from bench.errors import BenchError
from bench.fakecluster.commands import FLOOR
from bench.floor import Floor, raw
from bench.options import Options
from bench.report import say
from bench.seen import Seen
from bench.stage import Stage, fake_cluster
from bench.waiting import pod_done, tracking

PODS = "/api/v1/pods"

Step = Callable[[Stage, Options], Awaitable[Seen]]


@dataclass(slots=True)
class OperatorRun:
    """What one run of the operator cost, step by step, and what it had made of the labs.

    - ``set_up``, ``to_set_up``: InfluxDBs that were, and that were to be
    - ``documents``, ``pods``: what the floor is to make
    - ``still_ready``: labs that were Ready when all had idled
    """

    steps: dict[str, Seen] = field(default_factory=dict)
    set_up: int = 0
    to_set_up: int = 0
    pods: int = 0
    documents: list[Json] = field(default_factory=list)
    still_ready: int = 0

    def step(self, name: str) -> Seen:
        """What was seen of a step; of one that was not made, that it failed."""
        return self.steps.get(name, Seen(name, failure="it was not made"))

    @property
    def curve(self) -> Curve:
        """When the labs came and were Ready."""
        return self.step("roll-out").curve


IDLE: tuple[Step, ...] = (steps.idle,)
RESTART: tuple[Step, ...] = (steps.restart,)
EDITS: tuple[Step, ...] = (steps.edit_one, steps.edit_all)
WHOLE: tuple[Step, ...] = (*EDITS, *IDLE, *RESTART, steps.delete_all)


async def run_operator(
    options: Options,
    after: Sequence[Step] = (),
    *,
    go_on: bool = False,
    helm: Path | None = None,
) -> OperatorRun:
    """Roll all labs out, and do the rest with them. ``helm``: another one than the house's.

    Raises :class:`BenchError` if a step fails, unless the run is to ``go_on``.
    """
    run = OperatorRun()
    async with Stage.started(options.labs, options.logs, helm=helm) as stage:
        await _do(run, await steps.roll_out(stage, options), go_on)
        run.set_up = stage.influxdb.set_up_labs()
        run.to_set_up = sum(map(labs.has_influxdb, labs.documents(options)))
        run.documents = await labs.children(stage.cluster.admin)
        run.pods = len((await stage.cluster.admin.get(PODS))["items"])
        for step in after:
            await _do(run, await step(stage, options), go_on)
            if step is steps.idle:
                run.still_ready = stage.ready.count
    return run


async def _do(run: OperatorRun, seen: Seen, go_on: bool) -> None:
    run.steps[seen.name] = seen
    if seen.failure and not go_on:
        raise BenchError(f"{seen.name}: {seen.failure}")


async def run_floor(options: Options, run: OperatorRun) -> Floor:
    """The same objects, raw, in a cluster of their own that is as new as the operator's was."""
    async with fake_cluster(options.labs, "floor", options.logs) as cluster:
        await cluster.namespaces(labs.namespaces(options.labs))
        async with (
            cluster.connect(FLOOR) as client,
            tracking(cluster.admin, PODS, pod_done) as pods,
        ):
            say(f"floor: {len(run.documents)} objects, {run.pods} pods, raw")
            return await raw(client, run.documents, pods, run.pods, options.rate)
