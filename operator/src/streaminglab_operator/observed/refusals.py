"""Why the API server refused something, from its own words to a culprit. Pure."""

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit


def refusal(message: str, what: str = "it") -> Culprit:
    """``what``: the object that was refused, or ``it`` for a pod that the message names itself."""
    if what.startswith("HTTPRoute ") and ("not found" in message or "could not find" in message):
        sentence = "the cluster does not know routes of the Gateway API: use access.ingress alone"
        return Culprit(Reason.GATEWAY_API_MISSING, sentence)
    if "exceeded quota" in message:
        return Culprit(Reason.QUOTA_EXCEEDED, f"the namespace's quota forbids {what}: {message}")
    if "being terminated" in message:
        return Culprit(Reason.NAMESPACE_TERMINATING, "the namespace is being deleted")
    if "violates PodSecurity" in message:
        sentence = f"the namespace's pod security level forbids {what}: {message}"
        return Culprit(Reason.POD_SECURITY, sentence)
    if "LimitRange" in message or "per Container is" in message or "per Pod is" in message:
        return Culprit(Reason.LIMIT_RANGE, f"the namespace's limits forbid {what}: {message}")
    return Culprit(Reason.REFUSED, f"the API server refused {what}: {message}")
