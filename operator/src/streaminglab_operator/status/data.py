"""What the verify Job saw: the three sets of points, counted and compared. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_operator.observed import JobState, LabView
from streaminglab_operator.plan import Desired, Lab
from streaminglab_operator.status.components import ComponentStatus, job, report_of

_COUNTS = ("influxdb", "producer", "telegraf", "alerts", "expected", "replayed")


@dataclass(frozen=True, slots=True)
class DataStatus:
    """The ``data`` part of the status (None: leave it as it is) and the condition's content."""

    flowing: str
    reason: str
    message: str
    counts: dict[str, Any] | None
    final: bool = False


NO_DATA = DataStatus("True", "Ready", "", None)
"""Of a lab without the weather: there is nothing to compare."""


def data_status(lab: Lab, view: LabView, desired: Desired, last: Mapping[str, Any]) -> DataStatus:
    """True only after a comparison made with the very containers that run now."""
    release = desired.release("verify")
    state = job(lab, view, desired, "verify")
    if release is None:
        return _waiting(state, last)
    name = release.name(lab.key.name)
    report = report_of(view, "verify", name)
    counts = _counts(report, name, lab)
    verified_by = (last.get("data") or {}).get("verifiedBy")
    if state.ready:
        if counts is None and verified_by != name:
            return DataStatus("Unknown", "Verifying", "waits for the comparison's result", None)
        shown = counts or dict(last["data"])
        return DataStatus("True", "Verified", _verified(shown), counts)
    item = view.get("Job", name)
    # A comparison that found all equal ends a moment before its Job is called complete.
    differ = counts is not None and not (report or {}).get("equal")
    if item and isinstance(item.state, JobState) and (item.state.failed or differ):
        reason = "PointsMissing" if differ else "VerifyFailed"
        return DataStatus("False", reason, state.message, counts, final=item.state.failed)
    return _unfinished(state, desired, last)


def _unfinished(state: ComponentStatus, desired: Desired, last: Mapping[str, Any]) -> DataStatus:
    verified_by = (last.get("data") or {}).get("verifiedBy")
    if desired.verified_before and verified_by == desired.verified_before:
        before = _condition(last, "DataFlowing")
        if before.get("status") == "True":
            return DataStatus("True", "Verified", str(before.get("message", "")), None)
    if state.reason in ("Running", "Creating"):
        return DataStatus("Unknown", "Verifying", "the points are being compared", None)
    # A quota, an image, an earlier try that failed: what keeps the comparison from being made.
    return DataStatus("Unknown", state.reason, state.message, None)


def _condition(last: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return next((c for c in last.get("conditions", []) if c["type"] == kind), {})


def _waiting(state: ComponentStatus, last: Mapping[str, Any]) -> DataStatus:
    seen = (last.get("data") or {}).get("verifiedBy")
    message = state.message.removeprefix("verify ")
    if seen:
        return DataStatus("Unknown", "VerifyAgain", f"compared again later: {message}", None)
    return DataStatus("Unknown", state.reason, f"comparison {message}", None)


def _counts(report: Mapping[str, object] | None, name: str, lab: Lab) -> dict[str, Any] | None:
    if report is None or "influxdb" not in report:
        return None
    found: dict[str, Any] = {key: _number(report.get(key)) for key in _COUNTS}
    found["expected"] = lab.spec.points
    found["summary"] = f"{found['influxdb']}/{found['producer']}/{found['telegraf']}"
    found["verifiedBy"] = name
    return found


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _verified(data: Mapping[str, Any]) -> str:
    older = data["expected"] - data["influxdb"]
    left_out = f"; {older} of {data['expected']} are older than what is kept" if older > 0 else ""
    return (
        f"{data['influxdb']} points in InfluxDB, {data['producer']} in the producer's topic, "
        f"{data['telegraf']} in Telegraf's topic: the same points, none lost, none twice{left_out}"
    )
