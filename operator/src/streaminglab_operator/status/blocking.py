"""The status of a lab for which no pass could be made: why, and the rest as it was. Pure."""

from collections.abc import Iterable

from streaminglab_operator import names
from streaminglab_operator.api import ConditionType, Phase, Problem, Reason, StreamingLabStatus
from streaminglab_operator.observed import Culprit
from streaminglab_operator.status.overall import ON_THE_WAY, OVERALL, condition, has_worked


def invalid(
    generation: int, problems: Iterable[Problem], status: StreamingLabStatus
) -> StreamingLabStatus:
    """The status of a lab whose spec cannot work: named field by field, nothing is changed.

    ``generation``: of the spec that is refused. ``status``: what is known of the lab as it runs;
    only its summary is replaced.
    """
    message = "; ".join(f"{p.field}: {p.message}" for p in problems)
    message = f"the spec was not applied, what runs is left as it is. {message}"
    return blocked(generation, Culprit(Reason.INVALID_SPEC, message), status, final=True)


def paused(generation: int, name: str, status: StreamingLabStatus) -> StreamingLabStatus:
    """The status of a lab that is left alone: what is said of its parts is what was last seen.

    ``observedGeneration`` stays, since a spec that was edited meanwhile was not looked at.
    """
    message = (
        f"the operator leaves this lab alone, because its annotation {names.PAUSED_ANNOTATION} is "
        "true; what is said of its parts is what was seen before. To have it looked after again: "
        f"kubectl annotate slab {name} {names.PAUSED_ANNOTATION}-"
    )
    said = blocked(generation, Culprit(Reason.PAUSED, message), status, final=True)
    seen = status.observed_generation
    return said.model_copy(update={"phase": Phase.PAUSED, "observed_generation": seen})


def waiting(generation: int, message: str, status: StreamingLabStatus) -> StreamingLabStatus:
    """The status of a lab that runs, and waits to be brought up to date: it is as it was."""
    said = condition(ConditionType.UPGRADED, "False", Reason.WAITING_FOR_TURN, message, generation)
    kept = [c for c in status.conditions if c.type != ConditionType.UPGRADED]
    undated = [c.model_copy(update={"last_transition_time": None}) for c in kept]
    return status.model_copy(update={"conditions": [*undated, said], "applied_hash": None})


def blocked(
    generation: int, why: Culprit, status: StreamingLabStatus, *, final: bool
) -> StreamingLabStatus:
    """A status whose summary says why a pass could not be made.

    ``final``: no waiting will heal it (Stalled), it is not tried again soon (Reconciling).
    ``appliedHash`` is left as it is stored.
    """
    at_rest = Reason.STALLED if final else why.reason
    reason, message = (why.reason, why.message) if final else (Reason.PROGRESSING, "")
    summary = [
        condition(ConditionType.READY, "False", why.reason, why.message, generation),
        condition(
            ConditionType.RECONCILING,
            "False" if final else "True",
            at_rest,
            why.message,
            generation,
        ),
        condition(ConditionType.STALLED, "True" if final else "False", reason, message, generation),
    ]
    kept = [
        c.model_copy(update={"last_transition_time": None})
        for c in status.conditions
        if c.type not in OVERALL
    ]
    return status.model_copy(
        update={
            "observed_generation": generation,
            "phase": _phase(status, final=final),
            "conditions": [*summary, *kept],
            "applied_hash": None,
        }
    )


def _phase(status: StreamingLabStatus, *, final: bool) -> Phase:
    if final:
        return Phase.FAILED
    if status.phase in ON_THE_WAY:
        return status.phase
    return Phase.DEGRADED if has_worked(status) else Phase.STARTING
