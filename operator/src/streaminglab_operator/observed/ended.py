"""Which Jobs are done, told by their pods. Pure.

A Job of ours has one pod, and is done when that has ended well. Its controller gathers what pods
tell for a second before it looks at a Job, and needs two such looks to call it complete
(``syncJobBatchPeriod`` of Kubernetes' ``pkg/controller/job``): two or three seconds of each Job.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from streaminglab_operator.observed import JobState, ObjectKey, Observed, PodState


def with_ended_jobs(objects: Mapping[ObjectKey, Observed]) -> Mapping[ObjectKey, Observed]:
    """The same objects, with each Job complete of which a pod has ended well."""
    done = _owners_of_succeeded(objects.values())
    ended = {key: _complete(item) for key, item in objects.items() if item.uid in done}
    return {**objects, **ended} if ended else objects


def as_its_pods_tell(item: Observed, objects: Mapping[ObjectKey, Observed]) -> Observed:
    """One object; a Job is complete if a pod of it, which is one of ``objects``, ended well."""
    if not isinstance(item.state, JobState):
        return item
    return _complete(item) if item.uid in _owners_of_succeeded(objects.values()) else item


def _owners_of_succeeded(objects: Iterable[Observed]) -> set[str]:
    return {o.owner for o in objects if isinstance(o.state, PodState) and o.state.succeeded}


def _complete(item: Observed) -> Observed:
    state = item.state
    if not isinstance(state, JobState) or state.failed:
        return item
    return replace(item, state=replace(state, complete=True, active=0))
