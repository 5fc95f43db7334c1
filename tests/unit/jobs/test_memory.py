"""The memory of a job is the same for many times as many points."""

import gc
import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, TopicPartition

from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.config import InjectConfig
from streaminglab_jobs.influx.follow import Follower
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.influx.query import InfluxQuery, Row
from streaminglab_jobs.influx.write import InfluxWriter
from streaminglab_jobs.inject.run import Injection
from streaminglab_jobs.points import Point, from_producer_json, to_producer_json
from streaminglab_jobs.producer.delivery import Delivery
from streaminglab_jobs.verify import sketch, tally
from streaminglab_jobs.verify.session import Place, Scope, Session
from streaminglab_jobs.verify.tally import Tally, Window
from streaminglab_jobs.verify.topic import BATCH
from streaminglab_jobs.verify.window import LATEST
from tests.unit.jobs.fake_clock import FakeClock
from tests.unit.jobs.fake_kafka import FakeConsumer, FakeLog, FakeMessage
from tests.unit.jobs.fakes import HERE

FEW, MANY = 2_000, 20_000
CHUNK = 500


def peak(work: Callable[[int], None], points: int) -> int:
    """The most bytes that were held at once."""
    gc.collect()
    tracemalloc.start()
    try:
        work(points)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def holds_no_more_of_many(work: Callable[[int], None], few: int = FEW, many: int = MANY) -> None:
    """Many times the points, and less than half as much memory again."""
    work(few)  # what is made once, as caches are
    assert peak(work, many) < 1.5 * peak(work, few)


def point(i: int) -> Point:
    return Point(f"s{i % 7}", i, 1.0, 50.0, 1000.0, 3.0)


class NoEnd(InfluxHttp):
    """An InfluxDB that makes its answer while it is read, and forgets what is written to it."""

    def __init__(self, points: int = 0) -> None:
        self._points = points
        self.written = 0

    @contextmanager
    def stream(self, *_: Any, **__: Any) -> Iterator[Any]:
        yield self._chunks()

    def _chunks(self) -> Iterator[bytes]:
        for first in range(0, self._points, CHUNK):
            values = [[i, *point(i)[2:]] for i in range(first, first + CHUNK)]
            series = [{"tags": {"station": "s0"}, "values": values}]
            yield json.dumps({"results": [{"series": series}]}).encode()

    def send(self, lines: bytes) -> None:
        self.written += lines.count(b"\n") + 1


class Ticking(FakeClock):
    """Looking at it takes a second, so that points are always due."""

    def time_ns(self) -> int:
        self.now += 1.0
        return super().time_ns()


def test_inject() -> None:
    def work(points: int) -> None:
        config = InjectConfig.model_validate(
            {
                "influxdb": HERE.model_dump(),
                "run": "r",
                "rate": 10_000_000.0,
                "points": points,
                "batchSize": CHUNK,
                "largestBatch": CHUNK,
            }
        )
        influx = NoEnd()
        query = InfluxQuery(influx, "weather")
        writer = InfluxWriter(influx.send, HERE, "weather", query)
        Injection(config, query, writer, Stopping(Ticking())).run()
        assert influx.written == points + 1

    holds_no_more_of_many(work)


class Kafka:
    """Takes each record at once, and forgets it."""

    def __init__(self) -> None:
        self.records = 0

    def produce(self, *_: Any, on_delivery: Callable[..., None], timestamp: int) -> None:
        self.records += 1
        on_delivery(None, None)


def test_producer() -> None:
    def work(points: int) -> None:
        kafka = Kafka()
        delivery = Delivery(cast(Any, kafka), "weather", Stopping(FakeClock()))

        class Source:
            def last_times(self, *_: Any, **__: Any) -> dict[str, int]:
                return {f"s{i}": points for i in range(7)}

            def rows(self, *_: Any) -> Iterator[Row]:
                yield from InfluxQuery(NoEnd(points), "weather").rows("weather", 0, None)

        assert Follower(Source(), "weather", {}, delivery.hand_on).poll() == points
        assert (kafka.records, delivery.arrived) == (points, points)

    holds_no_more_of_many(work)


@pytest.fixture
def few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "KEPT", FEW // 2)
    monkeypatch.setattr(sketch, "BUCKETS", 256)
    monkeypatch.setattr(sketch, "_MASK", 255)


@pytest.mark.usefixtures("few_are_kept")
def test_a_tally() -> None:
    def work(points: int) -> None:
        influx, topic = (Tally(Window(0, LATEST), again=lambda _: None) for _ in range(2))
        for i in range(points):
            influx.add(point(i))
            topic.add(point(i))
        assert influx.same_as(topic)

    holds_no_more_of_many(work)


class LongTopic(FakeConsumer):
    """A topic of one partition whose records are made when they are read; one is missing."""

    def __init__(self, records: int) -> None:
        super().__init__(FakeLog(1))
        self._records, self._next = records, 0

    def assign(self, partitions: list[TopicPartition]) -> None:
        self._next = partitions[0].offset

    def consume(self, most: int, timeout: float) -> list[Any]:
        first, self._next = self._next, min(self._next + most, self._records)
        if first == self._records:
            return [FakeMessage(0, first, None, KafkaError(KafkaError._PARTITION_EOF))]
        return [
            FakeMessage(0, i, to_producer_json(point(i + (i > 100))).encode())
            for i in range(first, self._next)
        ]


@pytest.mark.usefixtures("few_are_kept")
def test_verify_where_a_point_is_missing() -> None:
    def work(points: int) -> None:
        class Source:
            def last_times(self, *_: Any, **__: Any) -> dict[str, int]:
                return {point(i).station: i for i in range(points - 7, points)}

            def rows(self, *_: Any) -> Iterator[Row]:
                return (Row(p.station, p.time, p) for p in map(point, range(points)))

        def another() -> Any:
            return LongTopic(points - 1)

        places = {"producer": Place("weather", another(), from_producer_json, another)}
        scope = Scope(Window(0, LATEST), points)
        session = Session(Source(), "weather", places, scope, stopping=Stopping(FakeClock()))
        session.run(Patience(Stopping(FakeClock()), 60), None)
        report = session.report(0, 0)
        assert (report["influxdb"], report["missing"]) == (points, {"producer": 1})

    # Two batches of records are in memory at a time.
    holds_no_more_of_many(work, 2 * BATCH, 10 * BATCH)


def test_points_that_were_not_whole_when_they_were_first_seen() -> None:
    """Each is waited for, and nothing of that is left once it came."""

    class Source:
        whole = 0

        def last_times(self, *_: Any, **__: Any) -> dict[str, int]:
            return {"s0": self.whole + 1}

        def rows(self, *_: Any) -> Iterator[Row]:
            if self.whole:
                yield Row("s0", self.whole, point(self.whole))
            yield Row("s0", self.whole + 1, None)

    def work(points: int) -> None:
        source, carried = Source(), [0]
        follower = Follower(source, "weather", {}, lambda _: carried.__setitem__(0, carried[0] + 1))
        for source.whole in range(points):
            follower.poll()
        assert carried == [points - 1]

    holds_no_more_of_many(work)
