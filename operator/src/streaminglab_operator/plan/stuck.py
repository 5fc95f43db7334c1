"""Pods of an older template that will never be ready, and that nobody else replaces. Pure.

A StatefulSet whose pods come in order waits for each one to be ready before it replaces it, also
when what is new is the cure: "you must manually delete" it (Kubernetes documentation, StatefulSets,
"Forced rollback"). Whether pods come in order cannot be changed in a StatefulSet that is there, so
the operator does what people would be told to do. Volumes are kept: only pods go.

Kafka's brokers have rules of their own (:mod:`plan.brokers`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import (
    JobState,
    LabView,
    Observed,
    PodState,
    WorkloadState,
    timestamp,
)

PATIENCE_SECONDS = 120.0
"""What merely has not answered yet may still do so: its first start may be making its files."""

_REFUSED = frozenset(
    {Reason.LIMIT_RANGE, Reason.QUOTA_EXCEEDED, Reason.POD_SECURITY, Reason.REFUSED}
)
_OF_NO_USE = frozenset(
    {
        Reason.UNSCHEDULABLE,
        Reason.IMAGE_PULL_BACK_OFF,
        Reason.ERR_IMAGE_PULL,
        Reason.ERR_IMAGE_NEVER_PULL,
        Reason.INVALID_IMAGE_NAME,
        Reason.OTHER_CONTAINER_RUNS,
    }
)
_MAY_COME = frozenset({Reason.STARTING, Reason.NOT_READY})


@dataclass(frozen=True, slots=True)
class Stuck:
    """- ``pods``: to be deleted; their StatefulSets make them anew of the newest template
    - ``again_after``: in how many seconds another one is due; None: none is
    """

    pods: tuple[Observed, ...] = ()
    again_after: float | None = None


NONE = Stuck()


def stuck(view: LabView, *, apart: str) -> Stuck:
    """``apart``: a component that is left to others, or ``""``."""
    due = list(_outdated(view, apart))
    pods = tuple(pod for pod, wait in due if wait <= 0)
    return Stuck(pods, min((wait for _, wait in due if wait > 0), default=None))


def hopeless_jobs(view: LabView) -> frozenset[str]:
    """Jobs whose pods cannot come, or end, as they are: refused, broken before they ran, or held by
    a container of others. A Job's template cannot change, so that another size, image or annotation
    needs another Job of the name."""
    pods: dict[tuple[str, str], list[PodState]] = {}
    for item in view.of_kind("Pod"):
        if isinstance(item.state, PodState) and not (item.state.finished or item.deleting):
            pods.setdefault((item.component, item.owner), []).append(item.state)
    jobs = ((item, pods.get((item.component, item.uid), ())) for item in view.of_kind("Job"))
    return frozenset(item.name for item, its in jobs if _hopeless(view, item, its))


def _hopeless(view: LabView, item: Observed, pods: Sequence[PodState]) -> bool:
    job = item.state
    if item.deleting or not isinstance(job, JobState) or job.complete or job.failed:
        return False
    if pods:
        return all(pod.culprit is not None and pod.culprit.reason in _OF_NO_USE for pod in pods)
    why = view.problems.get(item.component)
    return not job.active and why is not None and why.reason in _REFUSED


def _outdated(view: LabView, apart: str) -> Iterator[tuple[Observed, float]]:
    """Each such pod with the seconds that it still has."""
    for item in view.of_kind("Pod"):
        pod = item.state
        if item.deleting or item.component == apart or not isinstance(pod, PodState):
            continue
        owner = view.get("StatefulSet", pod.owner)
        if owner is None or not isinstance(owner.state, WorkloadState):
            continue
        newest = owner.state.revision
        if newest and pod.revision and pod.revision != newest and not pod.ready:
            yield item, _patience(pod, view.now)


def _patience(pod: PodState, now: float) -> float:
    if pod.culprit is None or pod.culprit.reason not in _MAY_COME:
        return 0.0
    made = timestamp(pod.created)
    return 0.0 if made is None else made + PATIENCE_SECONDS - now
