"""What the verify Job saw: the three sets of points, counted and compared. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from streaminglab_operator.api import (
    ConditionStatus,
    ConditionType,
    DataStatus,
    Reason,
    StreamingLabStatus,
)
from streaminglab_operator.observed import JobState, LabView
from streaminglab_operator.observed.text import NAME, SENTENCE, cut
from streaminglab_operator.plan import Desired, Lab
from streaminglab_operator.status.components import PartState, job, report_of, reported_at

_TIME = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the condition DataFlowing says, and ``counts``: the new ``data`` of the status (None:
    leave it as it is). ``final`` when no waiting will heal it."""

    flowing: ConditionStatus
    reason: Reason
    message: str
    counts: DataStatus | None = None
    final: bool = False


NO_DATA = Comparison("True", Reason.READY, "")
"""Of a lab without the weather: there is nothing to compare."""


def compared(lab: Lab, view: LabView, desired: Desired, last: StreamingLabStatus) -> Comparison:
    """True only after a comparison made with the very containers that run now."""
    release = desired.release("verify")
    state = job(lab, view, desired, "verify")
    if release is None:
        return _waiting(state, last)
    name = release.name(lab.key.name)
    report = report_of(view, "verify", name)
    counts = _counts(report, name, lab)
    if counts is not None:
        at = _time(reported_at(view, "verify", name))
        counts = counts.model_copy(update={"verified_at": at})
    if state.ready:
        shown = counts or (last.data if _verified_by(last) == name else None)
        if shown is None:
            return Comparison("Unknown", Reason.VERIFYING, "waits for the comparison's result")
        return Comparison("True", Reason.VERIFIED, _verified(shown), counts)
    item = view.get("Job", name)
    # A comparison that found all equal ends a moment before its Job is called complete.
    differ = counts is not None and not (report or {}).get("equal")
    if item and isinstance(item.state, JobState) and (item.state.failed or differ):
        reason = Reason.POINTS_MISSING if differ else Reason.VERIFY_FAILED
        said = state.message if item.state.failed else _goes_on(report or {})
        return Comparison("False", reason, said, counts, final=item.state.failed)
    return _unfinished(state, desired, last)


def _goes_on(report: Mapping[str, object]) -> str:
    """What differs, and what the next try waits for: a try ends when nothing moves any more."""
    waits = cut(report.get("waitsFor"), NAME)
    follows = f"waits for {waits}" if waits else "no waiting heals that, but it is looked at again"
    return f"{cut(report.get('message'), SENTENCE)}; verify {follows}"


def _unfinished(state: PartState, desired: Desired, last: StreamingLabStatus) -> Comparison:
    if desired.verified_before and _verified_by(last) == desired.verified_before:
        before = last.condition(ConditionType.DATA_FLOWING)
        if before is not None and before.status == "True":
            return Comparison("True", Reason.VERIFIED, before.message)
    if state.reason in (Reason.RUNNING, Reason.CREATING):
        return Comparison("Unknown", Reason.VERIFYING, "the points are being compared")
    # A quota, an image, an earlier try that failed: what keeps the comparison from being made.
    return Comparison("Unknown", state.reason, state.message)


def _verified_by(last: StreamingLabStatus) -> str | None:
    return last.data.verified_by if last.data else None


def _waiting(state: PartState, last: StreamingLabStatus) -> Comparison:
    message = state.message.removeprefix("verify ")
    if _verified_by(last):
        return Comparison("Unknown", Reason.VERIFY_AGAIN, f"compared again later: {message}")
    return Comparison("Unknown", state.reason, f"comparison {message}")


def _counts(report: Mapping[str, object] | None, name: str, lab: Lab) -> DataStatus | None:
    """The numbers of a report; what is no count is 0: pods write the report, not the operator."""
    if report is None or "influxdb" not in report:
        return None

    def count(key: str) -> int:
        value = report.get(key)
        return value if isinstance(value, int) and value >= 0 else 0

    influxdb, producer, telegraf = count("influxdb"), count("producer"), count("telegraf")
    return DataStatus(
        summary=f"{influxdb}/{producer}/{telegraf}",
        influxdb=influxdb,
        producer=producer,
        telegraf=telegraf,
        alerts=count("alerts"),
        expected=lab.spec.points,
        replayed=count("replayed"),
        own=count("own"),
        verified_by=name,
    )


def _time(text: str) -> str | None:
    """A pod's own time, if it is one: whoever may write a pod's status may write anything."""
    return text if _TIME.fullmatch(text) else None


def _verified(data: DataStatus) -> str:
    # A status that was edited by hand may lack counts.
    influxdb, expected = data.influxdb or 0, data.expected or 0
    older = expected - influxdb
    left_out = f"; {older} of {expected} are older than what is kept" if older > 0 else ""
    if data.own:
        left_out += f"; {data.own} more, which the lab did not inject, are not compared"
    return (
        f"{influxdb} points in InfluxDB, {data.producer or 0} in the producer's topic, "
        f"{data.telegraf or 0} in Telegraf's topic: the same points, none lost, none twice"
        f"{left_out}"
    )
