"""The status of a lab that is suspended, or was. Pure.

It is no alarm: Ready is False with a reason of its own, and nothing is stalled. kstatus knows no
word for rest, so of its three conditions none is True once the last pod has gone.
"""

from typing import Any

from streaminglab_operator.api import (
    Condition,
    ConditionStatus,
    ConditionType,
    Phase,
    Reason,
    StreamingLabStatus,
)
from streaminglab_operator.observed import JobState, LabView
from streaminglab_operator.plan import Desired, Lab
from streaminglab_operator.plan.steps import job_of
from streaminglab_operator.services import Program, Service
from streaminglab_operator.status.components import PartState, absent
from streaminglab_operator.status.data import Comparison
from streaminglab_operator.status.overall import condition

_BACK = "spec.suspend: false brings it back"


def workload(view: LabView, desired: Desired, service: Service[Any]) -> PartState:
    """A service without pods, or with the last of them."""
    name = service.component
    missing = desired.unavailable.get(name)
    if missing is not None:
        return absent(service, missing)
    if name in desired.still_running:
        held = desired.holds.get(name)
        message = f"{name} {held.message}" if held else f"{name} is being stopped"
        count = f"{len(view.live_pods(name))}/0"
        return PartState(name, service.kind, False, count, Reason.SUSPENDING, message)
    message = f"{name} is suspended; its data is kept"
    return PartState(name, service.kind, False, "0/0", Reason.SUSPENDED, message)


def job(view: LabView, program: Program) -> PartState:
    """A Job that is done stays so; another one waits for the lab."""
    item = job_of(view, program.name)
    if item is not None and isinstance(item.state, JobState) and item.state.complete:
        done = f"{program.name} is done"
        return PartState(program.name, "Job", True, "1/1", Reason.COMPLETE, done, item.image)
    message = f"{program.name} is not run while the lab is suspended"
    return PartState(program.name, "Job", False, "0/1", Reason.SUSPENDED, message)


def comparison(desired: Desired) -> Comparison:
    """Nothing is compared without pods; the counts stay as they were."""
    return Comparison("Unknown", _reason(desired), "compared again when the lab is back")


def overall(lab: Lab, desired: Desired) -> tuple[Condition, Condition, Condition]:
    """Ready, Reconciling and Stalled."""
    reason, message, at = _reason(desired), _message(desired), lab.generation
    going: ConditionStatus = "True" if desired.still_running else "False"
    return (
        condition(ConditionType.READY, "False", reason, message, at),
        condition(ConditionType.RECONCILING, going, reason, message, at),
        condition(ConditionType.STALLED, "False", Reason.PROGRESSING, "", at),
    )


def phase(desired: Desired) -> Phase:
    """The lab in one word, for people."""
    return Phase.SUSPENDING if desired.still_running else Phase.SUSPENDED


def said(lab: Lab, desired: Desired, last: StreamingLabStatus) -> Condition | None:
    """The condition Suspended; None in a lab that never was."""
    kind, at = ConditionType.SUSPENDED, lab.generation
    if desired.suspended:
        rests: ConditionStatus = "False" if desired.still_running else "True"
        return condition(kind, rests, _reason(desired), _message(desired), at)
    if all(old.type != kind for old in last.conditions):
        return None
    return condition(kind, "False", Reason.RESUMED, "spec.suspend is false", at)


def _reason(desired: Desired) -> Reason:
    return Reason.SUSPENDING if desired.still_running else Reason.SUSPENDED


def _message(desired: Desired) -> str:
    if desired.still_running:
        return f"the lab is being suspended; still running: {', '.join(desired.still_running)}"
    return f"the lab is suspended: it has no pods, and its data is kept; {_BACK}"
