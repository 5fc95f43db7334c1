"""One comparison: read InfluxDB and the topics until they are equal or time is up."""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, NamedTuple

from confluent_kafka import Consumer

from streaminglab_base.clock import Clock
from streaminglab_base.errors import Unavailable
from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.influx.follow import Follower, Source
from streaminglab_jobs.points import Point
from streaminglab_jobs.verify import report
from streaminglab_jobs.verify.repair import MOST, Look, Repair
from streaminglab_jobs.verify.stillness import HOPELESS, Stillness, enough_of
from streaminglab_jobs.verify.tally import Mine, Tally, Window, everything
from streaminglab_jobs.verify.topic import Parse, TopicReader

POLL_SECONDS = 0.25
DETAIL_SECONDS = 2.0
"""Sets are compared in full this often, while the cheap comparison says "not equal"."""


class Place(NamedTuple):
    """A topic that must hold InfluxDB's points, and how to read it.

    ``another``: makes one more consumer, for a topic with so many points that it has to be read
    again where it differs; without it, all digests are kept.
    """

    topic: str
    consumer: Consumer
    parse: Parse
    another: Callable[[], Consumer] | None = None


class Scope(NamedTuple):
    """What is compared: times, which points, and how many were injected (0: without end)."""

    window: Window
    expected: int
    mine: Mine = everything


class Session:
    """What was read so far, and whether it agrees."""

    def __init__(
        self,
        source: Source,
        measurement: str,
        places: dict[str, Place],
        scope: Scope,
        *,
        stopping: Stopping,
    ) -> None:
        window, mine = scope.window, scope.mine
        self._stopping = stopping
        self._clock: Clock = stopping.clock
        self._source, self._measurement = source, measurement
        self._expected = scope.expected
        self._window = window
        self._influx = Tally(window, mine, self._read_influx_again)
        self._follower = Follower(source, measurement, {}, self._influx.add)
        self._places = places
        self._tallies = {
            name: Tally(window, mine, partial(self._read_again, name) if p.another else None)
            for name, p in places.items()
        }
        self._readers = {
            name: TopicReader(p.consumer, p.topic, p.parse, self._tallies[name].add)
            for name, p in places.items()
        }
        self._detail = self._clock.monotonic()
        self._stillness = Stillness()
        self._judged: Hashable = None
        self._hopeless = self._repairing = False

    def run(self, patience: Patience, repair: Repair | None) -> None:
        """Poll until equal, or nothing moves any more, or time is up."""
        while patience.left > 0:
            began = self._clock.monotonic()
            at_end = True
            try:
                at_end = self._poll(patience)
                if at_end and (self._equal() or self._only_twice()):
                    return
                if repair is not None:
                    self._repair(repair, at_end)
                if self._stands_still(repair, at_end):
                    return
            except Unavailable as error:
                self._stillness = Stillness()
                patience.say(f"waiting: {error}")
            patience.say(self._progress())
            if at_end:
                patience.stopping.sleep(POLL_SECONDS - (self._clock.monotonic() - began))
            patience.stopping.check()

    def _read_influx_again(self, take: Callable[[Point], None]) -> None:
        for row in self._source.rows(self._measurement, -1, None):
            if row.point is not None:
                take(row.point)

    def _read_again(self, name: str, take: Callable[[Point], None]) -> None:
        another = self._places[name].another
        if another is None:
            return
        consumer = another()
        try:
            self._readers[name].read_again(consumer, lambda p, _: take(p), self._stopping)
        finally:
            consumer.close()

    def _poll(self, patience: Patience) -> bool:
        self._follower.poll()
        at_end = True
        for reader in self._readers.values():
            at_end = reader.poll(patience.stopping) and at_end
        return at_end

    def _enough(self) -> bool:
        return report.enough(self._influx, self._expected, self._window)

    def _equal(self) -> bool:
        same = all(self._influx.same_as(t) for t in self._tallies.values())
        return same and self._enough()

    def _only_twice(self) -> bool:
        """Whether nothing is missing and only records that are twice make the difference."""
        now = self._clock.monotonic()
        if now - self._detail < DETAIL_SECONDS or not self._enough():
            return False
        self._detail = now
        if any(len(t) < len(self._influx) for t in self._tallies.values()):
            return False
        return all(self._influx.difference(t).lacks_nothing for t in self._tallies.values())

    def _stands_still(self, repair: Repair | None, at_end: bool) -> bool:
        tallies = list(self._tallies.values())
        seen = (at_end, len(self._influx), *(len(t) for t in tallies), repair and repair.replayed)
        still = self._stillness.seconds(seen, self._clock.monotonic())
        if not at_end or still < HOPELESS:
            return False
        if self._judged != seen:
            self._judged = seen
            producer = [t for name, t in self._tallies.items() if name != "telegraf"]
            self._hopeless = not self._enough() or any(self._more(t) for t in tallies)
            self._repairing = bool(repair) and not any(self._influx.lacked_by(t) for t in producer)
        return enough_of(still, hopeless=self._hopeless, repairing=self._repairing)

    def _more(self, topic: Tally) -> bool:
        """Whether it holds points that InfluxDB, which was written first, has not."""
        return self._influx.difference(topic).unexpected > 0

    def _repair(self, repair: Repair, at_end: bool) -> None:
        telegraf = self._tallies.get("telegraf")
        if telegraf is not None and self._enough():
            others = [t for name, t in self._tallies.items() if name != "telegraf"]
            reader = self._readers["telegraf"]
            repair.step(
                Look(
                    seen=len(telegraf),
                    settled=at_end and not any(self._influx.lacked_by(t) for t in others),
                    missing=lambda: self._influx.missing_in(telegraf, MOST),
                    ends=reader.ends,
                    reached=reader.reached,
                    newer=telegraf.newer,
                )
            )

    def _progress(self) -> str:
        counts = ", ".join(f"{len(t)} in {name}" for name, t in self._tallies.items())
        return f"comparing: {len(self._influx)} points in InfluxDB, {counts}"

    def report(self, alerts: int, replayed: int) -> dict[str, Any]:
        """The verdict on what was read so far."""
        compared = {
            name: report.Compared(place.topic, t, self._influx.difference(t))
            for (name, place), t in zip(self._places.items(), self._tallies.values(), strict=True)
        }
        counts = report.Counts(self._expected, alerts, replayed)
        return report.build(self._influx, compared, counts, self._window)
