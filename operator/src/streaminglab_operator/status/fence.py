"""That nothing closes a lab, though its NetworkPolicies do. Pure."""

from streaminglab_operator.api import ConditionType, Reason, StreamingLabStatus
from streaminglab_operator.plan import Lab
from streaminglab_operator.status.overall import condition


def unfenced(lab: Lab, status: StreamingLabStatus) -> StreamingLabStatus:
    """The status of a lab whose Kafka let the operator in."""
    message = (
        "the operator, a pod of another namespace, was let in by Kafka: this cluster enforces no "
        "NetworkPolicy, or another policy of this namespace lets everybody in. Whoever runs pods "
        "in this cluster may reach this lab"
    )
    kind = ConditionType.NETWORK_CLOSED
    said = condition(kind, "False", Reason.NOT_ENFORCED, message, lab.generation)
    return status.model_copy(update={"conditions": [*status.conditions, said]})
