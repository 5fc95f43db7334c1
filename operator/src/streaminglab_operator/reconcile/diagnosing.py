"""Workloads whose pods do not come: ask for the reason, and have it tried again.

Controllers tell by an Event alone that a quota or an admission policy refuses their pods, and
their back-off grows to a quarter of an hour. A touch makes them try at once, so that a lab heals
soon after a quota is raised.
"""

from collections.abc import Iterable

from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import JobState, Observed, PodState, WorkloadState
from streaminglab_operator.ports import Cluster
from streaminglab_operator.reconcile.memory import LabMemory, Podless

PATIENCE_SECONDS = 2.0
RECHECK_SECONDS = 10.0
NUDGE_SECONDS = 20.0


async def diagnose(
    cluster: Cluster,
    key: LabKey,
    objects: Iterable[Observed],
    memory: LabMemory,
    now: float,
) -> None:
    """Fill ``memory.podless`` for workloads that lack pods; clear it when they have come."""
    seen = list(objects)
    lacking = {(o.kind, o.name): o for o in seen if _lacks_pods(o, seen)}
    for gone in memory.podless.keys() - lacking.keys():
        del memory.podless[gone]
    for name, item in lacking.items():
        known = memory.podless.setdefault(name, Podless(item.component, now, now))
        memory.recheck_at = await _ask(cluster, key, item, known, now)


async def _ask(cluster: Cluster, key: LabKey, item: Observed, known: Podless, now: float) -> float:
    """When to look again."""
    if now - known.since < PATIENCE_SECONDS:
        return now + PATIENCE_SECONDS
    known.culprit = await cluster.why_not_created(key.namespace, item)
    # Of a Deployment the Event is about its ReplicaSet; its own status says the same.
    refused = known.culprit or (isinstance(item.state, WorkloadState) and item.state.culprit)
    if refused and now - known.nudged >= NUDGE_SECONDS:
        known.nudged = now
        await cluster.nudge(key.namespace, item, str(int(now)))
    return now + RECHECK_SECONDS


def _lacks_pods(item: Observed, seen: Iterable[Observed]) -> bool:
    if isinstance(item.state, WorkloadState):
        live = [p for p in _pods(seen, item) if not p.finished]
        return len(live) < item.state.desired
    if isinstance(item.state, JobState) and not (item.state.complete or item.state.failed):
        return not item.state.active and not any(p.owner == item.name for p in _pods(seen, item))
    return False


def _pods(seen: Iterable[Observed], item: Observed) -> list[PodState]:
    return [
        o.state
        for o in seen
        if isinstance(o.state, PodState) and not o.deleting and o.component == item.component
    ]
