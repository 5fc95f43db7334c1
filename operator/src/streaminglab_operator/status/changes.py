"""What changed between two statuses: transition times, and the Events worth telling. Pure."""

from collections.abc import Mapping
from typing import Any

from streaminglab_operator.api.reasons import Reason

_QUIET = frozenset({"Reconciling"})
_PASSING = frozenset(
    {
        Reason.PROGRESSING,
        Reason.WAITING_FOR_INFLUXDB,
        Reason.WAITING_FOR_TOPICS,
        Reason.WAITING_FOR_INJECTION,
        Reason.WAITING_FOR_COMPONENTS,
        Reason.CREATING,
        Reason.STARTING,
        Reason.NOT_READY,
        Reason.ROLLING_OUT,
        Reason.POD_MISSING,
        Reason.NOT_RUNNING,
        Reason.CONNECT_UNREACHABLE,
        Reason.WAITING_FOR_CONNECT,
        Reason.RUNNING,
        Reason.VERIFYING,
        Reason.VERIFY_AGAIN,
    }
)
"""What every lab goes through on its way."""


def dated(last: Mapping[str, Any], new: Mapping[str, Any], now: str) -> dict[str, Any]:
    """The new status with ``lastTransitionTime`` kept where a condition's status is the same."""
    before = {c["type"]: c for c in last.get("conditions", [])}
    conditions = []
    for condition in new.get("conditions", []):
        old = before.get(condition["type"], {})
        same = old.get("status") == condition["status"] and "lastTransitionTime" in old
        stamp = old["lastTransitionTime"] if same else now
        conditions.append({**condition, "lastTransitionTime": stamp})
    result = {**new, "conditions": conditions}
    data = dict(new.get("data") or {})
    if data:
        old_data = last.get("data") or {}
        same = data.get("verifiedBy") == old_data.get("verifiedBy") and "verifiedAt" in old_data
        data["verifiedAt"] = old_data["verifiedAt"] if same else now
        result["data"] = data
    return result


def events(last: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Type, reason and message of an Event for each condition that became true, ceased to be
    true, or met a trouble of another kind.

    What only waits its turn is in the status; an Event for each such step would cost the API
    server more writes than the lab itself.
    """
    before = {c["type"]: c for c in last.get("conditions", [])}
    found = []
    for condition in new.get("conditions", []):
        kind, status, reason = condition["type"], condition["status"], condition["reason"]
        old = before.get(kind, {"status": "False", "reason": ""})
        if kind in _QUIET or status == "Unknown" or not condition.get("message"):
            continue
        turned = old["status"] != status and "True" in (old["status"], status)
        # Ready repeats its component's reason, which is told there.
        trouble = kind != "Ready" and status == "False" and reason not in _PASSING
        if not (turned or (trouble and old["reason"] != reason)):
            continue
        if kind == "Stalled" and status == "False":
            continue
        warning = trouble or kind == "Stalled" or (kind == "Ready" and status == "False")
        found.append(("Warning" if warning else "Normal", reason, condition["message"]))
    return found
