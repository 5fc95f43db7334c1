"""Rules on `spec.chaos`: what its numbers must be to each other, and to the lab's brokers."""

from __future__ import annotations

from collections.abc import Iterator

from streaminglab_operator.api.effective import RESILIENCE_BROKERS, brokers_of
from streaminglab_operator.api.rules_lab import CEL_BROKERS, LabCase
from streaminglab_operator.schema.rules import Rule


def _brokers(case: LabCase) -> Iterator[str]:
    if case.new.chaos is not None and brokers_of(case.new) < RESILIENCE_BROKERS:
        yield "spec.chaos"


def _down_within_period(case: LabCase) -> Iterator[str]:
    chaos = case.new.chaos
    if chaos is not None and chaos.down_seconds >= chaos.period_seconds and not chaos.schedule:
        yield "spec.chaos.downSeconds"


def _schedule_within_duration(case: LabCase) -> Iterator[str]:
    chaos = case.new.chaos
    for i, stop in enumerate(chaos.schedule if chaos else ()):
        if chaos and stop.at_seconds + stop.down_seconds > chaos.duration_seconds:
            yield f"spec.chaos.schedule[{i}]"


CHAOS_RULES: tuple[Rule, ...] = (
    Rule(
        id="chaos-needs-three-brokers",
        at=("spec",),
        field_path=".chaos",
        cel=f"!has(self.chaos) || {CEL_BROKERS} == {RESILIENCE_BROKERS}",
        message="chaos needs three brokers, so that two remain: set spec.kafka.brokers to 3, or "
        "spec.profile to resilience",
        check=_brokers,
    ),
    Rule(
        id="chaos-down-within-period",
        at=("spec.chaos",),
        field_path=".downSeconds",
        cel="has(self.schedule) && size(self.schedule) > 0 || "
        "self.downSeconds < self.periodSeconds",
        message="downSeconds must be less than periodSeconds: one is back before the next goes",
        check=_down_within_period,
    ),
    Rule(
        id="chaos-schedule-within-duration",
        at=("spec.chaos",),
        field_path=".schedule",
        cel="!has(self.schedule) || "
        "self.schedule.all(s, s.atSeconds + s.downSeconds <= self.durationSeconds)",
        message="each stop of the schedule must be over when the chaos ends: atSeconds and "
        "downSeconds together are at most durationSeconds",
        check=_schedule_within_duration,
    ),
)
