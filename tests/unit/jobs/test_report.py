"""The verdict: its numbers, its words, its window."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from streaminglab_base import outcome
from streaminglab_jobs.points import SECOND, Point
from streaminglab_jobs.stations import name
from streaminglab_jobs.verify.report import Compared, Counts, build
from streaminglab_jobs.verify.tally import Tally, Window
from streaminglab_jobs.verify.window import (
    LATEST,
    MARGIN,
    WATERMARK,
    Kept,
    find_window,
    injected,
    span,
)
from streaminglab_jobs.weather import Run

EVER = Window(0, LATEST)


def point(i: int) -> Point:
    return Point(f"s{i % 2}", i, float(i), 50.0, 1000.0, 3.0)


def tally(numbers: list[int], window: Window = EVER) -> Tally:
    result = Tally(window)
    for i in numbers:
        result.add(point(i))
    return result


def report(
    influx: Tally, producer: Tally, telegraf: Tally, expected: int = 4, window: Window = EVER
) -> dict[str, object]:
    places = {"producer": ("weather", producer), "telegraf": ("weather-telegraf", telegraf)}
    compared = {
        name: Compared(topic, found, influx.difference(found))
        for name, (topic, found) in places.items()
    }
    return build(influx, compared, Counts(expected), window)


def test_equal_places_are_verified_with_their_counts() -> None:
    found = report(tally([1, 2, 3, 4]), tally([1, 2, 3, 4]), tally([1, 2, 3, 4]))
    assert found == {
        "influxdb": 4,
        "producer": 4,
        "telegraf": 4,
        "alerts": 0,
        "expected": 4,
        "older": 0,
        "missing": {"producer": 0, "telegraf": 0},
        "unexpected": {"producer": 0, "telegraf": 0},
        "duplicates": {"producer": 0, "telegraf": 0},
        "own": 0,
        "outOfOrder": {"producer": 0, "telegraf": 0},
        "replayed": 0,
        "waitsFor": "",
        "equal": True,
        "verified": True,
        "message": "InfluxDB and 'weather' and 'weather-telegraf' hold the same 4 points, "
        "each once",
    }


def test_a_missing_point_is_counted_and_said() -> None:
    found = report(tally([1, 2, 3, 4]), tally([1, 2, 3, 4]), tally([1, 2, 4]))
    assert found["missing"] == {"producer": 0, "telegraf": 1}
    assert (found["equal"], found["verified"]) == (False, False)
    assert found["message"] == "topic 'weather-telegraf' misses 1 of InfluxDB's 4 points"


def test_who_may_still_bring_what_is_missing_is_said() -> None:
    four, three = [1, 2, 3, 4], [1, 2, 3]
    waits = report(tally(four), tally(three), tally(three))["waitsFor"]
    assert waits == (
        "the producer to carry them and Telegraf to carry them, and sends again what is lost"
    )
    assert report(tally(four), tally(four), tally([*four, 5]))["waitsFor"] == ""
    assert report(tally(three), tally(three), tally(three))["waitsFor"] == ""


def test_a_record_twice_is_equal_as_a_set_but_not_verified() -> None:
    found = report(tally([1, 2, 3, 4]), tally([1, 2, 3, 4, 4]), tally([1, 2, 3, 4]))
    assert (found["equal"], found["verified"]) == (True, False)
    assert found["message"] == "topic 'weather' has 1 records twice"


def test_other_values_are_said_in_plain_words() -> None:
    other = tally([1, 2, 3])
    other.add(point(4)._replace(wind=9.0))
    found = report(tally([1, 2, 3, 4]), other, tally([1, 2, 3, 4]))
    assert found["missing"] == {"producer": 1, "telegraf": 0}
    assert found["unexpected"] == {"producer": 1, "telegraf": 0}
    assert found["message"] == "topic 'weather' has 1 points with other values than InfluxDB"


def test_a_persons_own_points_and_records_are_counted_told_and_no_fault() -> None:
    def mine(_: str, time: int) -> bool:
        return time < 100

    influx, producer, telegraf = (Tally(EVER, mine) for _ in range(3))
    for found, numbers in ((influx, [100, 101]), (producer, [100, 102, 103])):
        for i in numbers:
            found.add(point(i))
    for found in (influx, producer, telegraf):
        for i in (1, 2, 3, 4):
            found.add(point(i))
    telegraf.add(point(4)._replace(wind=9.0))
    said = report(influx, producer, telegraf)
    assert (said["verified"], said["equal"], said["own"]) == (True, True, 6)
    assert (said["influxdb"], said["producer"], said["telegraf"]) == (4, 4, 4)
    assert said["message"] == (
        "InfluxDB and 'weather' and 'weather-telegraf' hold the same 4 points, each once; "
        "not compared, as the lab did not inject them: 2 points in InfluxDB, "
        "3 records in 'weather', 1 records in 'weather-telegraf'"
    )


def test_what_an_earlier_influxdb_left_in_a_topic_is_old_and_nobodys_own() -> None:
    since = Window(5, LATEST, "the oldest point in InfluxDB", due=4)
    influx, telegraf = (Tally(since, lambda _, time: time >= 5) for _ in range(2))
    for i in (2, 5, 6, 7, 8):
        influx.add(point(i))
    for i in range(1, 9):
        telegraf.add(point(i))
    said = report(influx, tally([5, 6, 7, 8], since), telegraf, window=since)
    assert (said["verified"], said["own"]) == (True, 1)
    assert str(said["message"]).endswith(
        "; 4 records of 'weather-telegraf' are older than the oldest point in InfluxDB and not "
        "compared; not compared, as the lab did not inject them: 1 points in InfluxDB"
    )


def test_points_that_influxdb_does_not_have_are_said() -> None:
    found = report(tally([1, 2, 3, 4]), tally([1, 2, 3, 4, 5]), tally([1, 2, 3, 4]))
    assert found["message"] == "topic 'weather' has 1 points that are not in InfluxDB"


def test_fewer_points_than_expected_are_not_verified() -> None:
    found = report(tally([1, 2, 3]), tally([1, 2, 3]), tally([1, 2, 3]))
    assert found["verified"] is False
    assert found["message"] == "InfluxDB holds 3 of 4 expected points"


def test_points_of_an_earlier_injection_do_not_harm() -> None:
    numbers = [1, 2, 3, 4, 5, 6]
    assert report(tally(numbers), tally(numbers), tally(numbers))["verified"] is True


class TestDue:
    """Where the injection is known, it is known how many of its points must be there."""

    def test_what_is_older_than_the_window_is_not_due(self) -> None:
        window = Window(3, LATEST, "InfluxDB keeps points (1 h)", due=2)
        found = report(
            tally([3, 4], window), tally([3, 4], window), tally([3, 4], window), window=window
        )
        assert (found["verified"], found["older"]) == (True, 2)

    def test_what_is_due_and_not_there_is_a_loss(self) -> None:
        window = Window(3, LATEST, "InfluxDB keeps points (1 h)", expired=True, due=2)
        found = report(tally([4], window), tally([4], window), tally([4], window), window=window)
        assert found["verified"] is False

    def test_nothing_may_be_due_any_more(self) -> None:
        window = Window(9, LATEST, "InfluxDB keeps points (1 h)", due=0)
        nothing = tally([], window)
        assert report(nothing, nothing, nothing, window=window)["verified"] is True


class TestOlderThanWhatIsKept:
    TOPIC = Window(3, LATEST, "topic 'weather' keeps records")
    EXPIRED = Window(3, LATEST, "InfluxDB keeps points (1 h)", expired=True)

    def test_points_that_a_topic_has_deleted_count_as_expected_but_are_not_compared(self) -> None:
        found = report(
            tally([1, 2, 3, 4], self.TOPIC), tally([3, 4], self.TOPIC),
            tally([2, 3, 4], self.TOPIC), window=self.TOPIC,
        )  # fmt: skip
        assert (found["verified"], found["influxdb"], found["telegraf"]) == (True, 2, 2)
        assert found["older"] == 2
        assert str(found["message"]).endswith(
            "; 2 of 4 points are older than topic 'weather' keeps records and not compared"
        )

    def test_a_topic_that_has_deleted_all_leaves_nothing_to_compare(self) -> None:
        late = self.TOPIC._replace(low=9)
        found = report(tally([1, 2, 3, 4], late), tally([], late), tally([], late), window=late)
        assert found["verified"] is True
        assert found["message"] == (
            "there is nothing left to compare; "
            "4 of 4 points are older than topic 'weather' keeps records and not compared"
        )

    def test_points_that_influxdb_has_deleted_need_not_be_there(self) -> None:
        found = report(
            tally([3, 4], self.EXPIRED), tally([1, 2, 3, 4], self.EXPIRED),
            tally([2, 3, 4], self.EXPIRED), window=self.EXPIRED,
        )  # fmt: skip
        assert (found["verified"], found["influxdb"], found["older"]) == (True, 2, 2)
        assert found["message"] == (
            "InfluxDB and 'weather' and 'weather-telegraf' hold the same 2 points, each once; "
            "2 of 4 points are older than InfluxDB keeps points (1 h) and not compared"
        )

    def test_when_all_have_expired_the_lab_is_as_it_must_be(self) -> None:
        nothing = tally([], self.EXPIRED)
        found = report(nothing, tally([1, 2], self.EXPIRED), nothing, window=self.EXPIRED)
        assert (found["verified"], found["older"]) == (True, 4)
        assert str(found["message"]).startswith("there is nothing left to compare; 4 of 4 points")

    def test_what_must_still_be_there_is_still_compared(self) -> None:
        found = report(
            tally([3, 4], self.EXPIRED), tally([4], self.EXPIRED), tally([3, 4], self.EXPIRED),
            window=self.EXPIRED,
        )  # fmt: skip
        assert found["verified"] is False
        assert str(found["message"]).startswith("topic 'weather' misses 1 of InfluxDB's 2 points")

    def test_records_of_a_lost_influxdb_are_named_and_not_compared(self) -> None:
        since = Window(5, LATEST, "the oldest point in InfluxDB")
        new, all_of_them = [5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8]
        found = report(
            tally(new, since), tally(all_of_them, since), tally(new, since), window=since
        )
        assert found["verified"] is True
        assert str(found["message"]).endswith(
            "; 4 records of 'weather' are older than the oldest point in InfluxDB and not compared"
        )


@pytest.mark.parametrize("expected", [0, 4])
def test_an_empty_influxdb_is_never_verified(expected: int) -> None:
    assert report(tally([]), tally([]), tally([]), expected)["verified"] is False


def test_an_endless_injection_needs_a_point_to_compare() -> None:
    assert report(tally([1]), tally([1]), tally([1]), 0)["verified"] is True


class TestWindow:
    NOW = 1_760_000_000 * SECOND

    def test_without_retention_everything_is_compared(self) -> None:
        assert find_window(self.NOW, None, Kept(), LATEST) == Window(0, LATEST)
        assert find_window(self.NOW, {"retentionRules": []}, Kept(), LATEST) == Window(0, LATEST)

    def bucket(self, age: int) -> dict[str, object]:
        """A bucket that keeps an hour, made so many seconds ago."""
        made = datetime.fromtimestamp(self.NOW // SECOND - age, UTC).isoformat()
        return {
            "createdAt": made.replace("+00:00", ".123456789Z"),
            "retentionRules": [{"type": "expire", "everySeconds": 3600}],
        }

    def find(self, age: int = 7200, **kept: Any) -> Window:
        return find_window(self.NOW, self.bucket(age), Kept(**kept), LATEST)

    def test_the_latest_beginning_decides_and_is_said(self) -> None:
        hour_ago = self.NOW - 3600 * SECOND + MARGIN
        assert self.find(oldest=1)[:3] == (hour_ago, LATEST, "InfluxDB keeps points (1 h)")
        late = self.NOW - 7
        topic = self.find(topics={"weather": late, "weather-telegraf": 5})
        assert (topic.low, topic.since) == (late, "topic 'weather' keeps records")
        lost = self.find(oldest=late)
        assert (lost.low, lost.since) == (late, "the oldest point in InfluxDB")

    def test_points_can_have_expired_only_where_bucket_and_injection_are_older(self) -> None:
        old, young = self.NOW - 7200 * SECOND, self.NOW - 60 * SECOND
        assert self.find().expired
        assert self.find(oldest=old, started=old).expired
        assert not self.find(age=1800).expired
        assert not self.find(started=young).expired
        assert not find_window(self.NOW, None, Kept(), LATEST).expired

    def test_of_a_run_that_is_known_it_is_known_what_is_due(self) -> None:
        runs = [Run(1, 3, 1.0, 7), Run(self.NOW - 7200 * SECOND, 3, 1.0, 7200)]
        assert self.find(runs=runs).due == 3600 - MARGIN // SECOND
        assert self.find(runs=[Run(1, 3, 1.0, 7)]).due == 0
        assert self.find(runs=[Run(1, 3, 1.0, 0)]).due is None
        assert self.find().due is None

    def test_only_points_of_a_known_run_are_the_labs(self) -> None:
        runs = [Run(0, 2, 1.0, 2), Run(10 * SECOND, 2, 1.0, 0)]
        mine = injected(self.NOW, None, runs)
        assert mine(name(0), 0)
        assert mine(name(1), SECOND)
        assert not mine(name(0), 2 * SECOND)
        assert mine(name(1), 11 * SECOND)
        assert not mine(name(0), 11 * SECOND)
        assert not mine("my-own", 0)

    def test_without_a_marker_all_is_the_labs_unless_it_must_have_expired(self) -> None:
        assert injected(self.NOW, None, [])("my-own", 0)
        assert injected(self.NOW, self.bucket(1800), [])("my-own", 0)
        assert not injected(self.NOW, self.bucket(7200), [])("my-own", 0)

    def test_a_gap_after_the_retentions_end_is_a_loss(self) -> None:
        assert not self.find(oldest=self.NOW - 60 * SECOND).expired

    @pytest.mark.parametrize(
        ("seconds", "said"), [(604_800, "7 d"), (3600, "1 h"), (5400, "90 min"), (3661, "3661 s")]
    )
    def test_a_span_is_said_as_people_do(self, seconds: int, said: str) -> None:
        assert span(seconds) == said

    def test_an_endless_injection_is_compared_up_to_its_watermark(self) -> None:
        assert find_window(self.NOW, None, Kept(), self.NOW - 5).high == self.NOW - 5 - WATERMARK
        assert find_window(self.NOW, None, Kept(), self.NOW + 10**12).high == self.NOW - WATERMARK


class TestOutcome:
    def test_a_report_is_written_as_it_is(self) -> None:
        assert json.loads(outcome.encode({"influxdb": 3, "message": "ok"})) == {
            "influxdb": 3,
            "message": "ok",
        }

    @pytest.mark.parametrize("letter", ["x", "é", '"'])
    def test_a_long_message_is_cut_and_the_counts_stay(self, letter: str) -> None:
        encoded = outcome.encode({"influxdb": 3, "message": letter * 100_000})
        assert len(encoded) <= outcome.LIMIT_BYTES
        assert len(encoded) > outcome.LIMIT_BYTES // 2
        found = json.loads(encoded)
        assert found["influxdb"] == 3
        assert found["message"].endswith("...")
