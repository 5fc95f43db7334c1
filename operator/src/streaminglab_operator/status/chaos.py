"""The condition of a declared chaos: whether it is over, and until when it goes on. Pure."""

from streaminglab_operator.api import Condition, ConditionType, Reason
from streaminglab_operator.api.status_chaos import ChaosState
from streaminglab_operator.plan import Desired, Lab
from streaminglab_operator.status.overall import condition


def chaos_ended(lab: Lab, desired: Desired) -> Condition | None:
    """None in a lab that never declared a chaos."""
    known, kind = desired.chaos, ConditionType.CHAOS_ENDED
    if known is None:
        return None
    if known.state is ChaosState.ENDED:
        return condition(kind, "True", Reason.CHAOS_OVER, f"chaos {known.message}", lab.generation)
    if known.state is ChaosState.WAITING:
        message = f"chaos {known.message}"
        return condition(kind, "False", Reason.CHAOS_WAITING, message, lab.generation)
    message = f"chaos until {known.ends_at}: {known.message}"
    return condition(kind, "False", Reason.CHAOS_RUNNING, message, lab.generation)
