"""How one component is, from its workload and its pods. Pure."""

import json
from dataclasses import dataclass, replace
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.conditions import REFUSALS
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import (
    Culprit,
    JobState,
    LabView,
    Observed,
    PodState,
    WorkloadState,
)
from streaminglab_operator.observed.causes import cause
from streaminglab_operator.plan import Desired, Lab, brokers
from streaminglab_operator.plan.steps import job_of
from streaminglab_operator.services import BY_COMPONENT, Service
from streaminglab_operator.services.page import PAGE
from streaminglab_operator.status.sizing import with_field

_PASSING = (Reason.STARTING, Reason.NOT_READY, Reason.POD_MISSING, Reason.ROLLING_OUT)


@dataclass(frozen=True, slots=True)
class PartState:
    """``ready`` and, if not, why; ``final`` when no waiting will heal it."""

    name: str
    kind: str
    ready: bool
    count: str
    reason: Reason
    message: str
    image: str = ""
    final: bool = False
    blocking: bool = True
    """False: the lab is Ready without it."""
    running: bool = False
    """Every pod is ready, though something of it may have been refused."""


def absent(service: Service[Any], why: Culprit) -> PartState:
    """A service that cannot be made here: the lab is Ready without it only where the administrator
    has said that it is not offered."""
    declared = why.reason is Reason.NOT_OFFERED
    part = PartState(service.component, service.kind, False, "0/0", why.reason, why.message)
    return replace(part, final=not declared, blocking=not declared)


def workload(lab: Lab, view: LabView, desired: Desired, component: str) -> PartState:
    """A StatefulSet or Deployment: ready when every pod of the newest revision is."""
    kind = BY_COMPONENT[component].kind
    name = names.release(lab.key.name, component)
    problem = view.problems.get(component)
    item, state = _item(lab, view, component)
    if item is None or state is None:
        why = problem or Culprit(Reason.CREATING, f"{component} is being created")
        why = with_field(why, component, desired.limits)
        return PartState(component, kind, False, "0/?", why.reason, why.message)
    ready = sum(1 for _, pod in view.live_pods(component) if pod.ready)
    count = f"{min(ready, state.ready)}/{state.desired}"
    culprit = _pods_culprit(view, component, name, state, problem)
    if component == brokers.COMPONENT and (culprit is None or culprit.reason in _PASSING):
        # Said first: for who stopped it on purpose, "does not answer" would be no news.
        culprit = brokers.trouble(brokers.seen(lab, view), desired.roll) or culprit
    if culprit is None:
        message = f"{component}: {state.desired} of {state.desired} ready"
        return PartState(
            component, kind, True, count, Reason.READY, message, item.image, running=True
        )
    culprit = with_field(culprit, component, desired.limits)
    said = f"{component}: {culprit.message}"
    running = culprit.reason in REFUSALS and state.up and ready >= state.desired
    part = PartState(
        component, kind, False, count, culprit.reason, said, item.image, running=running
    )
    return replace(part, blocking=not _waits_for_the_lab(lab, part))


def _waits_for_the_lab(lab: Lab, part: PartState) -> bool:
    """The page's pod runs, and calls itself ready when the lab is: the lab cannot wait for it."""
    page = lab.spec.part(PAGE.part) if part.name == PAGE.component else None
    runs = part.reason in (Reason.NOT_READY, Reason.ROLLING_OUT)
    return page is not None and page.ready_with_lab and runs


def _item(lab: Lab, view: LabView, component: str) -> tuple[Observed | None, WorkloadState | None]:
    """What runs a component, and how it is; of Kafka the first of its StatefulSets."""
    kind, name = BY_COMPONENT[component].kind, names.release(lab.key.name, component)
    if component == brokers.COMPONENT:
        first = view.get(kind, names.broker(lab.key.name, 0))
        return first, brokers.workload(brokers.seen(lab, view))
    item = view.get(kind, name)
    return item, item.state if item and isinstance(item.state, WorkloadState) else None


def _pods_culprit(
    view: LabView, component: str, name: str, state: WorkloadState, problem: Culprit | None
) -> Culprit | None:
    live = view.live_pods(component)
    # An evicted pod counts only while its successor is missing.
    pods = live if len(live) >= state.desired else view.pods(component)
    broken = [pod.culprit for _, pod in pods if pod.culprit and not pod.ready]
    # What is broken comes before what merely starts.
    broken.sort(key=lambda c: c.reason in (Reason.STARTING, Reason.NOT_READY))
    if broken:
        return broken[0]
    return problem or state.culprit or _missing(view, component, name, state)


def _missing(view: LabView, component: str, name: str, state: WorkloadState) -> Culprit | None:
    present = {item.name for item, _ in view.live_pods(component)}
    if len(present) < state.desired:
        leaving = [o.name for o in view.of_kind("Pod", component) if o.deleting]
        stuck = view.stuck_pod(component)
        if stuck is not None:
            return _lost(*stuck)
        if leaving:
            sentence = f"pod {leaving[0]} is being stopped; a new one follows"
            return Culprit(Reason.POD_MISSING, sentence)
        ending = "-0" if component == brokers.COMPONENT else ""
        ordinals = [f"{name}-{i}{ending}" for i in range(state.desired)]
        absent = next((pod for pod in ordinals if pod not in present), name)
        numbered = BY_COMPONENT[component].kind == "StatefulSet"
        named = f"pod {absent}" if numbered else f"a pod of {name}"
        return Culprit(Reason.POD_MISSING, f"{named} is missing; it is being made")
    if state.ready < state.desired or not state.settled or len(present) > state.desired:
        return Culprit(Reason.ROLLING_OUT, f"{state.ready} of {state.desired} pods ready")
    return None


def _lost(pod: str, node: str) -> Culprit:
    """Nobody but the node, or whoever deletes it, can say that such a pod runs no more."""
    sentence = (
        f"pod {pod} has been Terminating for more than five minutes: its node {node} does not "
        "answer. Ask the administrator to bring the node back, or to take it out of the cluster "
        f"(kubectl delete node {node}); a new pod follows by itself"
    )
    return Culprit(Reason.NODE_LOST, sentence)


def job(lab: Lab, view: LabView, desired: Desired, component: str) -> PartState:
    """A Job: ready when it is complete; ``final`` when it gave up."""
    release = desired.release(component)
    held = desired.holds.get(component)
    item = view.get("Job", release.name(lab.key.name)) if release else job_of(view, component)
    problem = view.problems.get(component)
    state = item.state if item and isinstance(item.state, JobState) else None
    if held is not None:
        final = held.reason is Reason.IMAGE_NOT_AVAILABLE
        said = f"{component} {held.message}"
        return PartState(component, "Job", False, "0/1", held.reason, said, final=final)
    if item is None or state is None:
        why = problem or Culprit(Reason.CREATING, f"{component} is being created")
        why = with_field(why, component, desired.limits)
        return PartState(component, "Job", False, "0/1", why.reason, why.message)
    if state.complete:
        return PartState(
            component, "Job", True, "1/1", Reason.COMPLETE, f"{component} is done", item.image
        )
    said = said_by(view, component, item.name)
    if state.failed:
        message = said or state.message or "it failed"
        return PartState(
            component, "Job", False, "0/1", Reason.FAILED,
            f"{component} failed: {message} (to run it again: kubectl delete job {item.name})",
            item.image, final=True,
        )  # fmt: skip
    culprit = problem or _job_culprit(view, component, item.name)
    reason, message = Reason.RUNNING, f"{component} is running"
    if culprit and culprit.reason not in (Reason.NOT_READY, Reason.STARTING):
        culprit = with_field(culprit, component, desired.limits)
        reason, message = culprit.reason, f"{component}: {culprit.message}"
    elif state.failures:
        reason = Reason.RETRYING
        message = f"{component} failed {state.failures} time(s) and is tried again" + (
            f": {said}" if said else ""
        )
    return PartState(component, "Job", False, "0/1", reason, message, item.image)


def _job_culprit(view: LabView, component: str, owner: str) -> Culprit | None:
    for pod in _pods_of_job(view, component, owner):
        if not pod.finished and pod.culprit:
            return pod.culprit
    return None


def _pods_of_job(view: LabView, component: str, owner: str) -> list[PodState]:
    """The pods whose controller is the lab's very Job, by uid: not the owner of which somebody
    wrote into a pod of his own, or a former Job of the name."""
    job = view.get("Job", owner)
    if job is None:
        return []
    return [pod for o, pod in view.pods(component) if (pod.owner, o.owner) == (owner, job.uid)]


def said_by(view: LabView, component: str, owner: str) -> str:
    """The ``message`` of the newest termination message of a Job's pods, in plain words."""
    document = report_of(view, component, owner)
    if document is None:
        return ""
    message = document.get("message", "")
    return str(message) if message else ""


def report_of(view: LabView, component: str, owner: str) -> dict[str, object] | None:
    """The newest termination message of a Job's pods: a JSON object, or plain text."""
    newest = _newest_said(view, component, owner)
    if newest is None:
        return None
    try:
        found = json.loads(newest.termination)
    except (ValueError, RecursionError):
        return {"message": cause(newest.termination)[:300] or newest.termination[-300:]}
    return found if isinstance(found, dict) else {"message": str(found)[:300]}


def reported_at(view: LabView, component: str, owner: str) -> str:
    """When the pod ended whose termination message is the newest (RFC 3339)."""
    newest = _newest_said(view, component, owner)
    return newest.ended if newest else ""


def _newest_said(view: LabView, component: str, owner: str) -> PodState | None:
    pods = [p for p in _pods_of_job(view, component, owner) if p.termination]
    return max(pods, key=lambda p: p.created, default=None)
