"""The chaos that a lab declares: who is stopped when. Pure.

All that a later pass needs is in ``status.chaos``, and it is written there before anybody is
stopped: a pass acts on what is recorded (:func:`in_force`), and says what is to be recorded next
(:func:`following`). So an operator that was killed in between goes on with the same broker, and a
chaos that has ended is not begun again by a restart.

Times are those of the machine's clock, because they must outlive the process.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.spec_chaos import ChaosSpec, ScheduledStopSpec
from streaminglab_operator.api.status_chaos import ChaosState, ChaosStatus
from streaminglab_operator.observed import rfc3339, timestamp
from streaminglab_operator.plan import brokers
from streaminglab_operator.plan.brokers import Broker
from streaminglab_operator.plan.lab import Lab

SET_BACK_SECONDS = 60.0
"""By so much a clock may be set back while a chaos runs; by more, it ends."""
SOONEST_SECONDS = 0.2


def following(
    last: ChaosStatus | None, lab: Lab, found: Sequence[Broker], now: float, *, topics: bool
) -> ChaosStatus | None:
    """What is to be recorded now; None in a lab that never had a chaos.

    - ``found``: the brokers as they were seen; ``now``: seconds since the epoch
    - ``topics``: the lab's topics are made. Before that no broker may be missing
    """
    spec = lab.spec.chaos
    if spec is None:
        return _ended(last, now, "spec.chaos was taken out", checksum="") if last else None
    checksum = names.digest(json.dumps(spec.to_dict(), sort_keys=True))
    if last is None or last.checksum != checksum:
        last = ChaosStatus(checksum=checksum)
    return _Chaos(spec, lab, found, now, topics).after(last)


def in_force(recorded: ChaosStatus | None, following: ChaosStatus | None) -> tuple[int, ...]:
    """The brokers that are to be stopped in this pass: who is recorded, and is not to come back."""
    if recorded is None or following is None:
        return ()
    return tuple(b for b in recorded.stopped_brokers if b in following.stopped_brokers)


def again_after(status: ChaosStatus | None, now: float) -> float | None:
    """In how many seconds something is due by the clock; None while all waits for brokers."""
    if status is None or status.state is not ChaosState.RUNNING:
        return None
    due = (
        timestamp(at or "") for at in (status.ends_at, status.stopped_until, status.next_stop_at)
    )
    return min((max(at - now, SOONEST_SECONDS) for at in due if at and at > now), default=None)


@dataclass(frozen=True, slots=True)
class _Chaos:
    """One chaos, and the lab around it at one moment."""

    spec: ChaosSpec
    lab: Lab
    found: Sequence[Broker]
    now: float
    topics: bool

    def after(self, last: ChaosStatus) -> ChaosStatus:
        if last.state is ChaosState.ENDED:
            return last
        if self.lab.spec.suspend:
            last = _with(last, stopped_brokers=[], stopped_until=None)
        if last.state is ChaosState.WAITING:
            return self._begin(last)
        began = timestamp(last.started_at or "")
        over = began is None or not (
            began - SET_BACK_SECONDS <= self.now < began + self.spec.duration_seconds
        )
        if over or began is None:
            return _ended(last, self.now, "its time is over")
        return self._stop_over(last) if last.stopped_brokers else self._next(last, began)

    def _begin(self, last: ChaosStatus) -> ChaosStatus:
        waits = self._waits()
        if waits:
            return _with(last, message=f"begins as soon as {waits}")
        begun = _with(
            last,
            state=ChaosState.RUNNING,
            started_at=rfc3339(self.now),
            ends_at=rfc3339(self.now + self.spec.duration_seconds),
            next_stop_at=rfc3339(self.now + self._first()),
        )
        return _with(begun, message=f"the first broker stops at {begun.next_stop_at}")

    def _first(self) -> int:
        stops = self._schedule()
        return stops[0].at_seconds if stops else self.spec.period_seconds

    def _schedule(self) -> list[ScheduledStopSpec]:
        return sorted(self.spec.schedule, key=lambda stop: stop.at_seconds)

    def _stop_over(self, last: ChaosStatus) -> ChaosStatus:
        """Brokers are being stopped, or are: until they have been for long enough."""
        chosen = [b for b in self.found if b.id in last.stopped_brokers]
        named = ", ".join(str(b.id) for b in chosen)
        until = timestamp(last.stopped_until or "")
        if until is None and not any(b.stopped for b in chosen):
            return _with(last, message=f"broker {named} is next, as soon as the others allow it")
        if until is None:
            stops = self._schedule()
            down = (stops[last.count] if last.count < len(stops) else self.spec).down_seconds
            following = self.now + self.spec.period_seconds
            return _with(
                last,
                count=last.count + 1,
                stopped_until=rfc3339(self.now + down),
                next_stop_at=None if stops else rfc3339(following),
                message=f"broker {named} is stopped until {rfc3339(self.now + down)}",
            )
        if self.now < until:
            return last
        return _with(last, stopped_brokers=[], stopped_until=None, message=f"broker {named} starts")

    def _next(self, last: ChaosStatus, began: float) -> ChaosStatus:
        """Nobody is stopped: until the next one is due, and may go."""
        stops = self._schedule()
        if stops and last.count >= len(stops):
            return _ended(last, self.now, "its schedule is done")
        due = began + stops[last.count].at_seconds if stops else timestamp(last.next_stop_at or "")
        at = rfc3339(due) if due is not None else None
        if due is not None and self.now < due:
            return _with(last, next_stop_at=at, message=f"the next broker stops at {at}")
        chosen = [stops[last.count].broker] if stops else self._drawn(last)
        waits = self._waits(chosen)
        if waits:
            return _with(last, message=f"the next broker stops as soon as {waits}")
        named = ", ".join(map(str, chosen))
        message = f"broker {named} is next, as soon as the others allow it"
        return _with(last, stopped_brokers=chosen, next_stop_at=at, message=message)

    def _drawn(self, last: ChaosStatus) -> list[int]:
        """Random, and the same whoever draws: of the lab's uid, the field and the count."""
        kept = self.lab.spec.stopped_brokers
        free = [b.id for b in self.found if b.id not in kept]
        seed = (self.lab.uid, last.checksum, str(last.count))
        drawn = sorted(free, key=lambda number: names.digest(*seed, str(number)))
        return sorted(drawn[: max(1, self.spec.at_once - len(kept))])

    def _waits(self, chosen: Sequence[int] = ()) -> str:
        """What must be so before somebody may be stopped; empty: nothing is in the way."""
        kept = self.lab.spec.stopped_brokers
        down = {*kept, *chosen}
        if self.lab.spec.suspend:
            return "the lab is back (spec.suspend)"
        if not self.topics:
            return "the Job init is done"
        if len(down) > max(self.spec.at_once, len(kept)):
            names_kept = ", ".join(map(str, kept))
            return (
                f"broker {names_kept} runs (spec.kafka.stoppedBrokers): atOnce is "
                f"{self.spec.at_once}, and with {len(down)} of {len(self.found)} stopped Kafka has "
                "no quorum"
            )
        away = brokers.away(self.found)
        if away is not None:
            return f"broker {away.id} is back"
        rolling = next((b for b in self.found if b.outdated), None)
        if rolling is not None:
            return f"broker {rolling.id} is restarted: the brokers are being replaced"
        back = next((b for b in self.found if b.stopped and b.id not in kept), None)
        return f"broker {back.id} is back" if back is not None else ""


def _ended(last: ChaosStatus, now: float, why: str, checksum: str | None = None) -> ChaosStatus:
    """``checksum``: of another field, after which the same one begins anew."""
    known = last.checksum if checksum is None else checksum
    if last.state is ChaosState.ENDED:
        return last if last.checksum == known else _with(last, checksum=known)
    return _with(
        last,
        state=ChaosState.ENDED,
        checksum=known,
        ends_at=rfc3339(now),
        stopped_brokers=[],
        stopped_until=None,
        next_stop_at=None,
        message=f"ended: {why}. It stopped brokers {last.count} times",
    )


def _with(status: ChaosStatus, **changes: Any) -> ChaosStatus:
    return status.model_copy(update=changes)
