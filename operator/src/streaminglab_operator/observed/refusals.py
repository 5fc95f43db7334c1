"""Why the API server refused something, from its own words to a culprit. Pure."""

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit


def refusal(message: str, what: str = "it") -> Culprit:
    """``what``: the object that was refused, or ``it`` for a pod that the message names itself."""
    if what.startswith("HTTPRoute ") and ("not found" in message or "could not find" in message):
        sentence = "the cluster does not know routes of the Gateway API: use access.ingress alone"
        return Culprit(Reason.GATEWAY_API_MISSING, sentence)
    if "being terminated" in message:
        return Culprit(Reason.NAMESPACE_TERMINATING, "the namespace is being deleted")
    reason, who = _who(message)
    return Culprit(reason, f"{who} {what}: {message}")


def _who(message: str) -> tuple[Reason, str]:
    if "exceeded quota" in message:
        return Reason.QUOTA_EXCEEDED, "the namespace's quota forbids"
    if is_dead_webhook(message):
        return Reason.REFUSED, "a webhook of this cluster, not of StreamingLab, does not answer for"
    if "violates PodSecurity" in message:
        return Reason.POD_SECURITY, "the namespace's pod security level forbids"
    if "LimitRange" in message or "per Container is" in message or "per Pod is" in message:
        return Reason.LIMIT_RANGE, "the namespace's limits forbid"
    return Reason.REFUSED, "the API server refused"


def is_dead_webhook(message: str) -> bool:
    """True if somebody else's admission webhook is in the way: the API server says 500, and it
    lasts until they mend it (Kubernetes, apiserver/pkg/util/webhook)."""
    return "failed calling webhook" in message
