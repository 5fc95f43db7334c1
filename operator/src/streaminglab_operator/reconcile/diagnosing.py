"""Workloads whose pods do not come: ask for the reason, and have it tried again.

Controllers tell by an Event alone that a quota or an admission policy refuses their pods, and
their back-off grows to a quarter of an hour. A touch makes them try at once, so that a lab heals
soon after a quota is raised.
"""

from collections.abc import Iterable

from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import JobState, Observed, WorkloadState
from streaminglab_operator.ports import Cluster
from streaminglab_operator.reconcile.memory import LabMemory

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
    """Fill ``memory.problems`` for components that lack pods; clear it when they have come."""
    seen = list(objects)
    pods: dict[str, int] = {}
    for item in seen:
        if item.kind == "Pod" and not item.deleting:
            pods[item.component] = pods.get(item.component, 0) + 1
    for item in seen:
        wanted = _wanted_pods(item)
        if not wanted:
            continue
        if pods.get(item.component, 0) >= wanted:
            if memory.refused_at.pop(item.component, None) is not None:
                memory.problems.pop(item.component, None)
            continue
        await _ask(cluster, key, item, memory, now)


async def _ask(
    cluster: Cluster, key: LabKey, item: Observed, memory: LabMemory, now: float
) -> None:
    since = memory.refused_at.setdefault(item.component, now)
    if now - since < PATIENCE_SECONDS:
        memory.recheck_at = now + PATIENCE_SECONDS
        return
    memory.recheck_at = now + RECHECK_SECONDS
    culprit = await cluster.why_not_created(key.namespace, item)
    if culprit is None:
        return
    memory.problems[item.component] = culprit
    if now - since > NUDGE_SECONDS:
        memory.refused_at[item.component] = now - PATIENCE_SECONDS
        await cluster.nudge(key.namespace, item, str(int(now)))


def _wanted_pods(item: Observed) -> int:
    if isinstance(item.state, WorkloadState):
        return item.state.desired
    if isinstance(item.state, JobState) and not (item.state.complete or item.state.failed):
        return 1
    return 0
