"""What changed between two statuses: transition times, and the Events worth telling. Pure."""

from collections.abc import Mapping
from typing import Any

_QUIET = frozenset({"Reconciling"})
_BAD = frozenset({"Ready", "Stalled"})


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
    """Type, reason and message of an Event for each condition that changed its status or reason."""
    before = {c["type"]: c for c in last.get("conditions", [])}
    found = []
    for condition in new.get("conditions", []):
        kind = condition["type"]
        old = before.get(kind, {"status": "False", "reason": ""})
        same = (old["status"], old["reason"]) == (condition["status"], condition["reason"])
        if kind in _QUIET or same:
            continue
        if condition["status"] == "Unknown" or not condition.get("message"):
            continue
        if kind == "Stalled" and condition["status"] == "False":
            continue
        fell = old["status"] == "True" and condition["status"] == "False"
        warning = (kind == "Stalled") or (fell and kind in _BAD)
        found.append(
            ("Warning" if warning else "Normal", condition["reason"], condition["message"])
        )
    return found
