"""A lab that is suspended: a plan turned into one that takes everything down and keeps the data.

Pure. What writes ends before what it writes to, so that nothing on its way is lost: first the
programs and services, then InfluxDB, whose replication queue is on its disk, then Kafka. A part
is scaled down only when the pods of those before it are gone; until then it is left as it is,
whatever else was edited, because a roll in the middle of it would help nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit, JobState, LabView, PodState
from streaminglab_operator.plan import access
from streaminglab_operator.plan.brokers import NOTHING
from streaminglab_operator.plan.desired import Desired, Release
from streaminglab_operator.plan.stuck import NONE as NONE_STUCK

LAST = ("influxdb", "kafka")
"""What goes after everything else, in this order."""
VALUE = "suspended"
"""The value by which a chart scales its workload to zero."""


def suspended(desired: Desired, view: LabView) -> Desired:
    """The same lab without pods; ``desired``: the plan of the lab as if it were to run.

    Jobs that are done stay, so that they are not run again at resume. Those that are not are
    deleted: made anew at resume they go on, because what they do is recorded where they do it.
    """
    running = frozenset(_running(view))
    releases: list[Release] = []
    holds = dict.fromkeys((*desired.holds, *_jobs(view, finished=True)), _RESTS)
    for component in _jobs(view, finished=False):
        holds.pop(component, None)
    for release in desired.releases:
        earlier = _first_to_stop(release.component, running)
        if earlier:
            sentence = f"waits until {earlier} has stopped"
            holds[release.component] = Culprit(Reason.SUSPENDING, sentence)
        elif not release.digest:
            releases.append(_scaled_down(release))
    return replace(
        desired,
        releases=tuple(releases),
        holds=holds,
        set_up_influxdb=False,
        verified_before="",
        roll=NOTHING,
        stuck=NONE_STUCK,
        suspended=True,
        still_running=tuple(sorted(running)),
    )


_RESTS = Culprit(Reason.SUSPENDED, "rests while the lab is suspended")


def _scaled_down(release: Release) -> Release:
    if release.chart == access.COMPONENT:
        return release
    return replace(release, values={**release.values, VALUE: True})


def _first_to_stop(component: str, running: Iterable[str]) -> str:
    """A component that must have stopped before this one may; ``""`` if there is none."""
    if component not in LAST:
        return ""
    later = LAST[LAST.index(component) :]
    return min((other for other in running if other not in later), default="")


def _running(view: LabView) -> Iterator[str]:
    """Components with a pod that has not ended; one that is being deleted still runs."""
    for item in view.of_kind("Pod"):
        if isinstance(item.state, PodState) and not item.state.finished:
            yield item.component


def _jobs(view: LabView, *, finished: bool) -> Iterator[str]:
    """Components with a Job that is done, or with one that is not."""
    for item in view.of_kind("Job"):
        state = item.state
        if isinstance(state, JobState) and (state.complete or state.failed) is finished:
            yield item.component
