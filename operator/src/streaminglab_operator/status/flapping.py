"""That a part of a lab comes and goes, and the lab is looked at less often. Pure."""

from streaminglab_operator.api import Condition, ConditionType, StreamingLabStatus


def flapping(status: StreamingLabStatus, sentence: str) -> StreamingLabStatus:
    """The status of a lab that is not Ready, with what its parts do."""
    said = [_with(c, sentence) for c in status.conditions]
    return status.model_copy(update={"conditions": said})


def _with(condition: Condition, sentence: str) -> Condition:
    if condition.type != ConditionType.READY or condition.status == "True":
        return condition
    message = f"{condition.message}; {sentence}" if condition.message else sentence
    return condition.model_copy(update={"message": message})
