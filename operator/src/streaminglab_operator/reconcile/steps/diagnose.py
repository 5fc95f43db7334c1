"""Ask why pods do not come, and have their controller try again.

Controllers tell by an Event alone that a quota or an admission policy refuses their pods, and
their back-off grows to a quarter of an hour. A touch makes them try at once, so that a lab heals
soon after a quota is raised.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from streaminglab_operator.errors import Conflict, NotFound
from streaminglab_operator.observed import (
    Culprit,
    JobState,
    ObjectKey,
    Observed,
    PodState,
    WorkloadState,
)
from streaminglab_operator.reconcile.ownership import own
from streaminglab_operator.reconcile.passes import Next, Pass

PATIENCE_SECONDS = 2.0
UNSEEN_SECONDS = 10.0
"""The same where its controller has not seen the workload yet: many labs at once keep it busy."""
RECHECK_SECONDS = 10.0
NUDGE_SECONDS = 20.0
MOST = 64
"""Workloads that are looked at: a lab has some twenty, and anybody can say of his own that they are
a lab's. Those that the lab is to have come first."""


@dataclass(slots=True)
class Podless:
    """A workload that lacks pods: ``nudged`` is when it was last touched, or first seen so."""

    component: str
    since: float
    nudged: float
    culprit: Culprit | None = None


@dataclass(slots=True)
class DiagnoseMemory:
    """By workload, since when it lacks pods, and why if that is known. ``begun``: whether there was
    a look before. Forgetting it costs a question."""

    podless: dict[ObjectKey, Podless] = field(default_factory=dict)
    begun: bool = False

    def problems(self) -> dict[str, Culprit]:
        """By component, what keeps its pods from being made."""
        return {p.component: p.culprit for p in self.podless.values() if p.culprit}


async def run(this: Pass) -> Next:
    """Looks again while pods are missing: at once at first, then every ten seconds."""
    memory = this.memories.of(DiagnoseMemory)
    podless = memory.podless
    # Of an object that the lab did not make nothing is asked, and it is not touched.
    seen = list(own(this.tools.store.objects(this.key), this.record.uid).values())
    lacking = {(o.kind, o.name): o for o in _workloads(this, seen) if _lacks_pods(o, seen)}
    for gone in podless.keys() - lacking.keys():
        del podless[gone]
    # What a process before this one knew is not to be unsaid for as long as a new pod may take.
    since = this.now if memory.begun or not this.last.conditions else float("-inf")
    memory.begun, looks = True, []
    for name, item in lacking.items():
        known = podless.setdefault(name, Podless(item.component, since, this.now))
        looks.append(await _ask(this, item, known))
    return Next(min(looks, default=None))


def _workloads(this: Pass, seen: Iterable[Observed]) -> list[Observed]:
    wanted = {(m.kind, m.name) for _, m in this.wanted}
    found = [o for o in seen if isinstance(o.state, JobState | WorkloadState)]
    return sorted(found, key=lambda o: (o.kind, o.name) not in wanted)[:MOST]


async def _ask(this: Pass, item: Observed, known: Podless) -> float:
    """In how many seconds to look again."""
    cluster, namespace, now = this.tools.cluster, this.key.namespace, this.now
    wait = known.since + (PATIENCE_SECONDS if _looked_at(item) else UNSEEN_SECONDS) - now
    if wait > 0:
        return wait
    # Of a Deployment the Event is about its ReplicaSet; its own status tells the same.
    if item.kind != "Deployment":
        known.culprit = await cluster.why_not_created(namespace, item)
    why = known.culprit or (isinstance(item.state, WorkloadState) and item.state.culprit)
    if why and now - known.nudged >= NUDGE_SECONDS:
        before, known.nudged = known.nudged, now
        try:
            await cluster.nudge(namespace, item, str(int(this.tools.clock.wall())))
        except (Conflict, NotFound):
            # Changed since, or somebody else's by now: it is looked at again as it is then.
            known.nudged = before
    return RECHECK_SECONDS


def _looked_at(item: Observed) -> bool:
    """Whether its controller has seen it: before, no pod of it can have been refused."""
    return isinstance(item.state, JobState | WorkloadState) and item.state.seen


def _lacks_pods(item: Observed, seen: Iterable[Observed]) -> bool:
    if isinstance(item.state, WorkloadState):
        live = [p for p in _pods(seen, item) if not p.finished]
        return len(live) < item.state.desired
    if isinstance(item.state, JobState) and not (item.state.complete or item.state.failed):
        return not item.state.active and not any(_is_live_pod_of(o, item) for o in seen)
    return False


def _is_live_pod_of(pod: Observed, item: Observed) -> bool:
    return isinstance(pod.state, PodState) and not pod.deleting and pod.owner == item.uid


def _pods(seen: Iterable[Observed], item: Observed) -> list[PodState]:
    return [
        o.state
        for o in seen
        if isinstance(o.state, PodState) and not o.deleting and o.component == item.component
    ]
