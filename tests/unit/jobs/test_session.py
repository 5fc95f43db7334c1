"""verify from end to end, against an InfluxDB and topics in memory."""

import re
from functools import partial
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError

from streaminglab_base.errors import Stopped, Unavailable
from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import weather
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.write import InfluxWriter
from streaminglab_jobs.kafka.tail import newest_times
from streaminglab_jobs.points import Point, from_producer_json, to_producer_json
from streaminglab_jobs.stations import NUMBERED, name
from streaminglab_jobs.verify import sketch, tally
from streaminglab_jobs.verify.repair import FRESH, STABLE, STABLE_UNSEEN, Repair
from streaminglab_jobs.verify.session import Place, Scope, Session
from streaminglab_jobs.verify.stillness import HOPELESS, REPAIRING, STILL
from streaminglab_jobs.verify.tally import Mine, Window, everything
from streaminglab_jobs.verify.topic import TopicReader
from streaminglab_jobs.verify.window import LATEST
from streaminglab_jobs.weather import Run
from tests.unit.jobs.fake_clock import FakeClock
from tests.unit.jobs.fake_kafka import FakeConsumer, FakeLog
from tests.unit.jobs.fakes import HERE, FakeInflux

T0 = 1_760_000_000_000_000_000
POINTS = [Point(f"s{i % 3}", T0 + i, float(i), 50.0, 1000.0, 3.0) for i in range(30)]


def fill(log: FakeLog, points: list[Point]) -> None:
    for point in points:
        number = int(re.sub(r"\D", "", point.station)) % len(log.values)
        log.values[number].append(to_producer_json(point).encode())


def _consumer(log: FakeLog) -> Any:
    return FakeConsumer(log)


class Lab:
    """InfluxDB and the two topics, all with the same points."""

    def __init__(self, points: list[Point] = POINTS) -> None:
        self.clock = FakeClock()
        self.mine: Mine = everything
        self.influx = FakeInflux()
        for point in points:
            self.influx.put_point(point)
        self.producer, self.telegraf = FakeLog(2), FakeLog(2)
        fill(self.producer, points)
        fill(self.telegraf, points)

    def session(self) -> Session:
        places = {
            name: Place(
                topic,
                _consumer(log),
                from_producer_json,
                partial(_consumer, log),
            )
            for name, topic, log in (
                ("producer", "weather", self.producer),
                ("telegraf", "weather-telegraf", self.telegraf),
            )
        }
        query = InfluxQuery(self.influx, "weather")
        scope = Scope(Window(0, LATEST), len(POINTS), self.mine)
        return Session(query, "weather", places, scope, stopping=Stopping(self.clock))

    def repair(self) -> Repair:
        query = InfluxQuery(self.influx, "weather")
        writer = InfluxWriter(self.influx.send, HERE, "weather", query)
        return Repair(self.influx, query, writer, "weather", clock=self.clock)

    def patience(self, seconds: float) -> Patience:
        return Patience(Stopping(self.clock), seconds)

    def verify(self, seconds: float = 300, repair: Repair | None = None) -> dict[str, Any]:
        session = self.session()
        session.run(self.patience(seconds), repair)
        return session.report(0, repair.replayed if repair else 0)


def test_equal_places_are_verified_at_the_first_look() -> None:
    report = Lab().verify(seconds=3600)
    assert report["verified"] is True
    assert (report["influxdb"], report["producer"], report["telegraf"]) == (30, 30, 30)


def test_a_missing_point_is_told_when_nothing_moves_any_more() -> None:
    lab = Lab()
    lab.producer.values[0].pop()
    report = lab.verify()
    assert report["verified"] is False
    assert report["missing"] == {"producer": 1, "telegraf": 0}
    assert report["waitsFor"] == "the producer to carry them"
    assert STILL <= sum(lab.clock.waited) < STILL + 1


def test_a_missing_point_is_waited_for_while_others_come() -> None:
    lab = Lab()
    late = [lab.producer.values[0].pop() for _ in range(5)]

    def come() -> None:
        if late and sum(lab.clock.waited) % 6 < 0.25:
            lab.producer.values[0].append(late.pop())

    lab.clock.on_wait = come
    assert lab.verify()["verified"] is True


@pytest.mark.parametrize("place", ["influx", "producer", "telegraf"])
def test_what_no_waiting_can_heal_is_told_at_once(place: str) -> None:
    lab = Lab()
    if place == "influx":
        del lab.influx.store["weather"]["s1", T0 + 1]
    else:
        fill(getattr(lab, place), [Point("s1", T0 + 500, 1.0, 50.0, 1000.0, 3.0)])
    report = lab.verify(repair=lab.repair())
    assert (report["verified"], report["waitsFor"]) == (False, "")
    assert HOPELESS <= sum(lab.clock.waited) < HOPELESS + 1


def test_lost_points_have_longer_than_the_silence_before_they_are_sent_again() -> None:
    assert max(STABLE, STABLE_UNSEEN) + FRESH < REPAIRING


def test_a_record_twice_is_said_without_waiting_for_the_end() -> None:
    lab = Lab()
    lab.telegraf.values[1].append(lab.telegraf.values[1][-1])
    report = lab.verify(seconds=3600)
    assert report["verified"] is False
    assert report["duplicates"] == {"producer": 0, "telegraf": 1}


class TestMillions:
    """With sums by bucket alone: where places differ, they are read again."""

    @pytest.fixture(autouse=True)
    def few_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tally, "KEPT", 10)
        monkeypatch.setattr(sketch, "BUCKETS", 8)
        monkeypatch.setattr(sketch, "_MASK", 7)

    def test_equal_places_are_verified(self) -> None:
        report = Lab().verify(seconds=3600)
        assert (report["verified"], report["influxdb"], report["telegraf"]) == (True, 30, 30)

    def test_what_is_missing_and_what_is_twice_is_told(self) -> None:
        lab = Lab()
        lab.producer.values[0].pop()
        lab.telegraf.values[1] += lab.telegraf.values[1][-3:]
        report = lab.verify()
        assert report["verified"] is False
        assert report["missing"] == {"producer": 1, "telegraf": 0}
        assert report["duplicates"] == {"producer": 0, "telegraf": 3}

    def test_a_lost_point_is_sent_again(self) -> None:
        lab = Lab()
        lost = lab.telegraf.values[0].pop(3)

        def carry() -> None:
            if lab.influx.carried[-1][0] == "weather":
                lab.telegraf.values[0].append(lost)

        lab.influx.after_write = carry
        report = lab.verify(seconds=120, repair=lab.repair())
        assert (report["verified"], report["replayed"]) == (True, 1)

    def test_kafka_that_hands_out_nothing_any_more_is_not_waited_for_without_end(self) -> None:
        lab = Lab()
        log = lab.producer
        consumer = cast(Any, FakeConsumer(log))
        reader = TopicReader(consumer, "weather", from_producer_json, lambda *_: None)
        reader.poll(Stopping())
        emptied = cast(Any, FakeConsumer(FakeLog(2)))
        with pytest.raises(Unavailable, match="no more records of 'weather'"):
            reader.read_again(emptied, lambda *_: None, Stopping())


def test_foreign_records_are_not_compared() -> None:
    lab = Lab()
    lab.producer.values[0] += [b"hello", None]
    assert lab.verify(seconds=3600)["verified"] is True


class TestOwnPoints:
    """What people write themselves, beside an injection of three stations and thirty points."""

    RUN = Run(T0, 3, 1.0, 30, NUMBERED)
    INJECTED = tuple(map(weather.make(1, 3, T0, 1.0, NUMBERED), range(30)))
    LATE = Point(name(0, NUMBERED), T0 - 1, 1.0, 50.0, 1000.0, 3.0)

    def lab(self) -> Lab:
        lab = Lab(list(self.INJECTED))
        lab.mine = weather.owner(self.RUN)
        return lab

    def test_a_late_point_that_no_topic_has_is_no_fault(self) -> None:
        lab = self.lab()
        lab.influx.put_point(self.LATE)
        report = lab.verify(seconds=3600)
        assert (report["verified"], report["own"], report["influxdb"]) == (True, 1, 30)

    def test_a_point_that_influxdb_dropped_as_too_old_and_telegraf_got_is_no_fault(self) -> None:
        lab = self.lab()
        lab.telegraf.values[0].append(to_producer_json(self.LATE).encode())
        report = lab.verify(seconds=3600)
        assert (report["verified"], report["own"], report["telegraf"]) == (True, 1, 30)

    def test_an_injected_record_that_was_copied_and_changed_is_no_fault(self) -> None:
        lab = self.lab()
        fill(lab.producer, [self.INJECTED[4]._replace(wind=99.0)])
        report = lab.verify(seconds=3600)
        assert (report["verified"], report["own"], report["producer"]) == (True, 1, 30)

    def test_a_lost_point_is_still_one_however_many_are_beside_it(self) -> None:
        lab = self.lab()
        lab.influx.put_point(self.LATE)
        fill(lab.producer, [self.LATE._replace(time=T0 + i) for i in range(5)])
        lab.producer.values[1].remove(to_producer_json(self.INJECTED[3]).encode())
        report = lab.verify()
        assert (report["verified"], report["missing"]) == (False, {"producer": 1, "telegraf": 0})


def test_a_lost_point_is_sent_again_once_and_then_found() -> None:
    lab = Lab()
    lost = lab.telegraf.values[0].pop(3)
    assert lost is not None
    repair = lab.repair()

    def carry() -> None:
        """The replication: what was written just now goes to Telegraf's topic."""
        for measurement, station, when in lab.influx.carried:
            if measurement == "weather":
                fill(lab.telegraf, [p for p in POINTS if (p.station, p.time) == (station, when)])
        lab.influx.carried.clear()

    lab.influx.after_write = carry
    report = lab.verify(seconds=120, repair=repair)
    assert report["verified"] is True
    assert report["replayed"] == 1
    assert report["outOfOrder"]["telegraf"] == 1


def test_nothing_is_sent_again_while_kafka_has_not_all_of_the_producers_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A broker that is away holds up Telegraf as well as the producer: its silence is no loss.
    lab = Lab()
    for log in (lab.producer, lab.telegraf):
        log.values[0].pop()
    monkeypatch.setattr(Repair, "queued_bytes", lambda _self: 0)
    report = lab.verify(repair=lab.repair())
    assert report["replayed"] == 0
    assert report["missing"] == {"producer": 1, "telegraf": 1}


def test_nothing_is_sent_again_while_the_queue_is_not_empty_but_the_queue_is_poked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = Lab()
    lab.telegraf.values[0].pop()
    repair = lab.repair()
    monkeypatch.setattr(repair, "queued_bytes", lambda: 1000)
    report = lab.verify(repair=repair)
    assert report["replayed"] == 0
    assert {m for m, _, _ in lab.influx.carried} == {"streaminglab_poke"}


def test_an_empty_queue_that_can_be_seen_is_not_poked(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab()
    lab.telegraf.values[0].pop()
    repair = lab.repair()
    monkeypatch.setattr(repair, "queued_bytes", lambda: 0)
    lab.verify(repair=repair)
    assert {m for m, _, _ in lab.influx.carried} == {"weather"}


def test_kafka_being_away_is_waited_for() -> None:
    lab = Lab()
    session = lab.session()
    consumer = cast(Any, session._places["producer"].consumer)
    consumer.errors = [KafkaError(KafkaError._ALL_BROKERS_DOWN)]
    session.run(lab.patience(20), None)
    assert session.report(0, 0)["verified"] is True


def test_a_stop_ends_it() -> None:
    stopping = Stopping()
    stopping.stop()
    with pytest.raises(Stopped):
        Lab().session().run(Patience(stopping, 20), None)


class TestReader:
    def reader(self, log: FakeLog | None) -> tuple[TopicReader, list[tuple[Point, int]]]:
        found: list[tuple[Point, int]] = []
        consumer = cast(Any, FakeConsumer(log))
        reader = TopicReader(
            consumer, "weather", from_producer_json, lambda p, n: found.append((p, n))
        )
        return reader, found

    def test_every_record_is_taken_once_however_often_it_polls(self) -> None:
        log = FakeLog(3)
        fill(log, POINTS)
        reader, found = self.reader(log)
        for _ in range(100):
            reader.poll(Stopping())
        assert sorted(p.time for p, _ in found) == [p.time for p in POINTS]

    def test_partitions_added_meanwhile_are_read_too(self) -> None:
        log = FakeLog(1)
        fill(log, POINTS[:10])
        reader, found = self.reader(log)
        reader.poll(Stopping())
        log.values[1] = [to_producer_json(POINTS[10]).encode()]
        for _ in range(100):
            reader.poll(Stopping())
        assert len(found) == 11
        assert {n for _, n in found} == {0, 1}

    def test_a_topic_that_is_not_there_yet_is_waited_for(self) -> None:
        with pytest.raises(Unavailable, match="no topic 'weather' yet"):
            self.reader(None)[0].poll(Stopping())

    def test_only_a_partition_that_lost_records_bounds_the_time(self) -> None:
        log = FakeLog(2)
        fill(log, POINTS)
        reader, _ = self.reader(log)
        assert reader.oldest_time(Stopping(), lambda: 0) == 0
        log.low[1] = 4
        fifth = from_producer_json(log.values[1][4] or b"")
        assert fifth is not None
        assert reader.oldest_time(Stopping(), lambda: 0) == fifth.time

    def test_a_partition_that_lost_everything_bounds_the_time_by_the_retention(self) -> None:
        log = FakeLog(2)
        fill(log, POINTS)
        log.low[1] = len(log.values[1])
        reader, _ = self.reader(log)
        hour = 3600 * 10**9
        clock = FakeClock()
        found = reader.oldest_time(Stopping(clock), lambda: hour)
        assert found == clock.time_ns() - hour

    def test_a_foreign_record_at_the_front_bounds_nothing(self) -> None:
        log = FakeLog(1)
        old = Point("my-own", 1, 1.0, 50.0, 1000.0, 3.0)
        log.values[0] = [b"gone", b"hello", to_producer_json(old).encode()]
        fill(log, POINTS)
        log.low[0] = 1
        reader = TopicReader(
            cast(Any, FakeConsumer(log)),
            "weather",
            from_producer_json,
            lambda _point, _partition: None,
            lambda station, _: station != "my-own",
        )
        assert reader.oldest_time(Stopping(), lambda: 0) == T0

    def test_what_was_written_since_is_told_from_what_was_read(self) -> None:
        log = FakeLog(2)
        fill(log, POINTS[:10])
        reader, _ = self.reader(log)
        reader.poll(Stopping())
        assert reader.reached(reader.ends())
        fill(log, POINTS[10:])
        assert not reader.reached(reader.ends())
        reader.poll(Stopping())
        assert reader.reached(reader.ends())

    def test_deleted_records_need_not_be_read(self) -> None:
        log = FakeLog(2)
        fill(log, POINTS)
        log.low[1] = len(log.values[1])
        reader, _ = self.reader(log)
        for _ in range(3):
            reader.poll(Stopping())
        assert reader.reached(reader.ends())


def test_the_tail_of_a_topic_is_read_through_a_consumer() -> None:
    log = FakeLog(2)
    fill(log, POINTS)
    assert tail(log) == {"s0": T0 + 27, "s1": T0 + 28, "s2": T0 + 29}


def tail(log: FakeLog, retention: int = 10**9) -> dict[str, int]:
    consumer, stopping = cast(Any, FakeConsumer(log)), Stopping(FakeClock(T0))
    return newest_times(consumer, "weather", ["s0", "s1", "s2"], stopping, lambda: retention)


def test_points_that_the_topic_has_deleted_are_not_carried_again() -> None:
    log = FakeLog(2)
    fill(log, [p for p in POINTS if p.station != "s1"])
    assert tail(log)["s1"] == -1
    log.low[0] = 2
    third = from_producer_json(log.values[0][2] or b"")
    assert third is not None
    assert tail(log)["s1"] == third.time - 1


def test_an_emptied_topic_is_not_filled_with_what_it_would_delete_again() -> None:
    log = FakeLog(1)
    fill(log, POINTS)
    log.low[0] = len(POINTS)
    found = tail(log, retention=3600 * 10**9)
    assert all(found[s] == T0 - 3600 * 10**9 for s in ("s0", "s1", "s2"))
