"""Ready, Reconciling, Stalled and the phase: the whole lab in one word. Pure.

``Ready`` is only ever computed from the other conditions, and only here. kstatus reads the three:
exactly one of them is True.
"""

from collections.abc import Iterable, Sequence

from streaminglab_operator.api import (
    Condition,
    ConditionStatus,
    ConditionType,
    Phase,
    Reason,
    StreamingLabStatus,
)
from streaminglab_operator.api.conditions import WAITS
from streaminglab_operator.api.reason_docs import REASONS
from streaminglab_operator.plan import Lab
from streaminglab_operator.status.components import PartState
from streaminglab_operator.status.data import Comparison

ON_THE_WAY = (Phase.SUSPENDED, Phase.SUSPENDING, Phase.STARTING)
_WORKED = (Phase.READY, Phase.DEGRADED)
OVERALL = (ConditionType.READY, ConditionType.RECONCILING, ConditionType.STALLED)


def condition(
    kind: ConditionType, status: ConditionStatus, reason: Reason, message: str, generation: int
) -> Condition:
    """A condition without its time, which only who writes it can know."""
    return Condition(
        type=kind, status=status, reason=reason, message=message, observed_generation=generation
    )


def overall(
    lab: Lab, parts: Iterable[PartState], data: Comparison, others: Iterable[Condition]
) -> tuple[Condition, Condition, Condition]:
    """Ready, Reconciling and Stalled. ``others``: conditions of no component that count too."""
    known = list(parts)
    ready, stalled = _ready(lab, known, data, others), _stalled(lab, known, data)
    return ready, _reconciling(lab, ready, stalled), stalled


def has_worked(last: StreamingLabStatus) -> bool:
    """True if the lab has worked since it was made, or came back from its rest."""
    return last.phase not in ON_THE_WAY and bool(last.data or last.phase in _WORKED)


def phase(
    parts: Iterable[PartState], ready: Condition, stalled: Condition, last: StreamingLabStatus
) -> Phase:
    """The lab in one word, for people."""
    if ready.status == "True":
        return Phase.READY
    if stalled.status == "True":
        return Phase.FAILED
    by_name = {p.name: p for p in parts}
    up = all(p.ready for p in by_name.values() if p.kind != "Job" and p.blocking)
    if not up:
        return Phase.DEGRADED if has_worked(last) else Phase.STARTING
    if last.data or last.phase in _WORKED:
        return Phase.VERIFYING
    if not by_name["init"].ready:
        return Phase.INITIALISING
    inject = by_name.get("inject")
    return Phase.VERIFYING if inject is None or inject.ready else Phase.INJECTING


def _relevant(lab: Lab, parts: Iterable[PartState]) -> list[PartState]:
    """An injection without end is never complete, and need not be."""
    return [
        p
        for p in parts
        if p.blocking and not (p.name == "inject" and lab.spec.endless and not p.final)
    ]


def _ready(
    lab: Lab, parts: Sequence[PartState], data: Comparison, others: Iterable[Condition]
) -> Condition:
    def unready(reason: Reason, message: str) -> Condition:
        return condition(ConditionType.READY, "False", reason, message, lab.generation)

    waiting = [p for p in _relevant(lab, parts) if not p.ready]
    # What is broken comes before what only waits for it.
    waiting.sort(key=lambda p: (not p.final, p.reason in WAITS))
    if waiting:
        return unready(waiting[0].reason, waiting[0].message)
    if data.flowing != "True":
        return unready(data.reason, data.message)
    missing = [other for other in others if other.status != "True"]
    for other in missing:
        if not REASONS[other.reason].beside:
            return unready(other.reason, other.message)
    flows = f"data flows: {data.message}" if lab.spec.weather else "all parts of the lab are ready"
    left = ", ".join(p.name for p in parts if p.reason is Reason.NOT_OFFERED)
    without = [f"without {left}, which this installation does not offer"] if left else []
    message = "; ".join([flows, *without, *(other.message for other in missing)])
    return condition(ConditionType.READY, "True", Reason.READY, message, lab.generation)


def _stalled(lab: Lab, parts: Iterable[PartState], data: Comparison) -> Condition:
    why: PartState | Comparison | None = next((p for p in parts if p.final), None)
    if why is None and data.final:
        why = data
    if why is not None:
        return condition(ConditionType.STALLED, "True", why.reason, why.message, lab.generation)
    return condition(ConditionType.STALLED, "False", Reason.PROGRESSING, "", lab.generation)


def _reconciling(lab: Lab, ready: Condition, stalled: Condition) -> Condition:
    status: ConditionStatus = "False"
    reason, message = Reason.READY, ""
    if stalled.status == "True":
        reason, message = Reason.STALLED, stalled.message
    elif ready.status != "True":
        status, reason, message = "True", ready.reason, ready.message
    return condition(ConditionType.RECONCILING, status, reason, message, lab.generation)
