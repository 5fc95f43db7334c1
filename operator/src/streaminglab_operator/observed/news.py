"""Whether a change of an object is news, and whether the news can wait a moment. Pure.

A lab comes up by some sixty changes of its objects, and few of them let anything go on: a component
that is ready now, a program that is done. The others (a pod is made, finds its node, starts) are
said in the status, and are as good half a second later, together with what follows.
"""

from collections.abc import Mapping

from streaminglab_operator.observed import (
    ClaimState,
    JobState,
    ObjectKey,
    Observed,
    PodState,
    WorkloadState,
)
from streaminglab_operator.observed.ended import as_its_pods_tell


def same(known: Observed, record: Observed, objects: Mapping[ObjectKey, Observed]) -> bool:
    """True if nothing that a decision looks at has changed. ``objects``: of the lab; of a Job they
    can tell before its controller does that it is complete."""
    return (
        _as_written(known) == _as_written(record)
        and known.image == record.image
        and (
            known.state == record.state
            or as_its_pods_tell(known, objects).state == as_its_pods_tell(record, objects).state
        )
    )


def can_wait(
    known: Observed | None, record: Observed, objects: Mapping[ObjectKey, Observed]
) -> bool:
    """True if what is new lets nothing go on, and takes nothing back that was said to be well.

    ``known``: as it was before, None where it was not seen before; ``objects``: of the lab, with
    the change.
    """
    if known is None:
        return not _opens(record, objects)
    if _as_written(known) != _as_written(record) or _lost(known, record):
        return False
    return isinstance(record.state, _PASSING) and (
        _opens(known, objects) or not _opens(record, objects)
    )


_PASSING = PodState | WorkloadState | JobState | ClaimState
"""What passes through states by itself; whoever serves a page or an address does not."""


def _as_written(item: Observed) -> tuple[object, ...]:
    """What whoever writes it decides, and not what becomes of it."""
    return item.uid, item.digest, item.ownership, item.operator, item.deleting, item.owner


def _lost(known: Observed, record: Observed) -> bool:
    """Something was well, and is not, or is another by now."""
    before, now = known.state, record.state
    if isinstance(before, PodState) and isinstance(now, PodState):
        return before.ready and (not now.ready or before.fingerprint != now.fingerprint)
    if isinstance(before, WorkloadState) and isinstance(now, WorkloadState):
        return (before.up and not now.up) or before.desired != now.desired
    return False


def _opens(item: Observed, objects: Mapping[ObjectKey, Observed]) -> bool:
    """Whether something may go on because of an object: its component is ready, its program done.

    Pods and what makes them come by two watches: it is the second one that opens.
    """
    state = item.state
    if isinstance(state, JobState):
        return state.complete or state.failed
    if isinstance(state, PodState) and state.finished:
        return state.succeeded or any(
            _opens(o, {}) for o in objects.values() if o.uid == item.owner
        )
    if isinstance(state, PodState):
        return state.ready and _ready(item.component, objects)
    return isinstance(state, WorkloadState) and state.up and _ready(item.component, objects)


def _ready(component: str, objects: Mapping[ObjectKey, Observed]) -> bool:
    states = [o.state for o in objects.values() if o.component == component and not o.deleting]
    workloads = [s for s in states if isinstance(s, WorkloadState)]
    pods = [s for s in states if isinstance(s, PodState) and not s.finished]
    if not workloads or not all(w.up for w in workloads) or not all(p.ready for p in pods):
        return False
    return len(pods) == sum(w.desired for w in workloads)
