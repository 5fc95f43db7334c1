"""Why the API server refused something, from its own words to a culprit. Pure.

The words are cut: anybody can write an Event, or run the webhook that refuses.
"""

import re

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit
from streaminglab_operator.observed.text import SENTENCE, cut

_QUOTA = ("exceeded quota", "failed quota: ", "status unknown for quota: ", "nsufficient quota to ")
"""The admission plugin ResourceQuota: too much, a size that must be said, a quota that was just
made, a scope that no quota allows."""
_NO_ACCOUNT = re.compile(r"error looking up service account [^\s/]{1,63}/([^\s:]{1,253}): ")
"""The admission plugin ServiceAccount. Of labs only Jupyter's pods name one that others make."""
_GENERATED = re.compile(r"\bpods \"([a-z0-9.-]{1,247}-)[a-z0-9]{5}\" is forbidden")
"""A pod whose name was made up for this very try (Kubernetes, apiserver/pkg/storage/names)."""
_LEVELS = ("violates PodSecurity", "unable to validate against any security context constraint")
"""The admission plugin PodSecurity, and that of OpenShift."""
_LIMITED = ("Container", "Pod", "PersistentVolumeClaim")


_OUTSIDE = "-access-"
"""What the names of Services have that are no broker's."""


def refusal(message: str, what: str = "it") -> Culprit:
    """``what``: the object that was refused, or ``it`` for a pod that the message names itself."""
    if what.startswith("HTTPRoute ") and ("not found" in message or "could not find" in message):
        sentence = "the cluster does not know routes of the Gateway API: use access.ingress alone"
        return Culprit(Reason.GATEWAY_API_MISSING, sentence)
    if "being terminated" in message:
        return Culprit(Reason.NAMESPACE_TERMINATING, "the namespace is being deleted")
    if account := _NO_ACCOUNT.search(message):
        sentence = (
            f"this namespace has no ServiceAccount {account[1]}: make it, or take "
            "spec.jupyter.serviceAccountName out"
        )
        return Culprit(Reason.REFUSED, sentence)
    if "nodePort" in message and "provided port is" in message:
        return Culprit(Reason.NODE_PORT_REFUSED, _node_port(message, what))
    reason, who = _who(message)
    return Culprit(reason, f"{who} {what}: {cut(_steady(message), SENTENCE)}")


def _steady(message: str) -> str:
    """Without what differs from one try to the next: it would be told anew each time."""
    found = _GENERATED.search(message)
    if found is None:
        return message
    name = found[0].split('"')[1]
    return message.replace(name, f"{found[1]}...")


def _node_port(message: str, what: str) -> str:
    """The words of the API server's allocator of ports (pkg/registry/core/service)."""
    port = re.search(r"Invalid value: (\d{1,5})", message)
    within = re.search(r"valid ports is (\d{1,5}-\d{1,5})", message)
    named = f"the node port {port[1]}" if port else "a node port"
    why = "belongs to another Service of this cluster"
    if "allocated" not in message:
        why = "is outside of this cluster's range"
    span = within[1] if within else "30000-32767 as a rule"
    where, rest = "spec.access.kafka.nodePort.ports", "all else of Kafka works"
    if _OUTSIDE in what:
        where, rest = "its nodePort.port in spec.access.outside", "all else of the lab works"
    return f"{named} {why}: write another one ({span}) into {where}, or take nodePort out; {rest}"


def _who(message: str) -> tuple[Reason, str]:
    if any(words in message for words in _QUOTA):
        return Reason.QUOTA_EXCEEDED, "the namespace's quota forbids"
    if any(words in message for words in _LEVELS):
        return Reason.POD_SECURITY, "the namespace's pod security level forbids"
    if "LimitRange" in message or any(f"per {what} is" in message for what in _LIMITED):
        return Reason.LIMIT_RANGE, "the namespace's limits forbid"
    return Reason.REFUSED, "the API server refused"


def is_dead_webhook(message: str) -> bool:
    """True if somebody else's admission webhook is in the way: the API server says 500, and it
    lasts until they mend it (Kubernetes, apiserver/pkg/util/webhook)."""
    return "failed calling webhook" in message


def unable(message: str, what: str) -> Culprit:
    """An answer of 500 and more: a fault, or a webhook that does not answer; nobody said no."""
    who = "the API server cannot make"
    if is_dead_webhook(message):
        who = "a webhook of this cluster, not of StreamingLab, does not answer for"
    return Culprit(Reason.API_SERVER_ERROR, f"{who} {what}: {cut(message, SENTENCE)}")


def taken(what: str, owner: str, remedy: str) -> Culprit:
    """``what``: kind and name of an object that is there and is not the lab's; ``owner``: the lab
    that it belongs to, if that is known."""
    whose = f"belongs to the lab {owner}" if owner else "was not made by this lab"
    sentence = f"{what} is there already and {whose}; it is left as it is: {remedy}"
    return Culprit(Reason.NAME_TAKEN, sentence)


def former_volume(name: str) -> Culprit:
    """What a StatefulSet would come up on is still there, and is on its way out."""
    return Culprit(
        Reason.FORMER_LAB,
        f"the PersistentVolumeClaim {name} of what had this name before is still being removed; "
        "this lab goes on by itself. If it stays: a pod still uses it, and "
        f"`kubectl describe pvc {name}` says which",
    )


def former(what: str) -> Culprit:
    """``what``: kind and name of an object of a lab of this name that was deleted."""
    return Culprit(
        Reason.FORMER_LAB,
        f"the former lab of this name is still being removed: waits until its {what} is gone",
    )
