"""The verdict: its numbers, its words, its window."""

import json

import pytest

from streaminglab_jobs import outcome
from streaminglab_jobs.points import SECOND, Point
from streaminglab_jobs.verify.report import Compared, build
from streaminglab_jobs.verify.tally import Tally, Window
from streaminglab_jobs.verify.window import LATEST, MARGIN, WATERMARK, find_window

EVER = Window(0, LATEST)


def point(i: int) -> Point:
    return Point(f"s{i % 2}", i, float(i), 50.0, 1000.0, 3.0)


def tally(numbers: list[int], window: Window = EVER) -> Tally:
    result = Tally(window)
    for i in numbers:
        result.add(point(i))
    return result


def report(influx: Tally, producer: Tally, telegraf: Tally, expected: int = 4) -> dict[str, object]:
    places = {"producer": ("weather", producer), "telegraf": ("weather-telegraf", telegraf)}
    compared = {
        name: Compared(topic, found, influx.difference(found))
        for name, (topic, found) in places.items()
    }
    return build(influx, compared, 0, expected, 0)


def test_equal_places_are_verified_with_their_counts() -> None:
    found = report(tally([1, 2, 3, 4]), tally([1, 2, 3, 4]), tally([1, 2, 3, 4]))
    assert found == {
        "influxdb": 4,
        "producer": 4,
        "telegraf": 4,
        "alerts": 0,
        "expected": 4,
        "missing": {"producer": 0, "telegraf": 0},
        "unexpected": {"producer": 0, "telegraf": 0},
        "duplicates": {"producer": 0, "telegraf": 0},
        "outOfOrder": {"producer": 0, "telegraf": 0},
        "replayed": 0,
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


def test_points_that_a_topic_has_deleted_count_as_expected_but_are_not_compared() -> None:
    late = Window(3, LATEST)
    found = report(tally([1, 2, 3, 4], late), tally([3, 4], late), tally([2, 3, 4], late))
    assert (found["verified"], found["influxdb"], found["telegraf"]) == (True, 2, 2)


@pytest.mark.parametrize("expected", [0, 4])
def test_an_empty_influxdb_is_never_verified(expected: int) -> None:
    assert report(tally([]), tally([]), tally([]), expected)["verified"] is False


def test_an_endless_injection_needs_a_point_to_compare() -> None:
    assert report(tally([1]), tally([1]), tally([1]), 0)["verified"] is True


class TestWindow:
    NOW = 1_760_000_000 * SECOND

    def test_without_retention_everything_is_compared(self) -> None:
        assert find_window(self.NOW, None, [0, 0], LATEST) == (0, LATEST)
        assert find_window(self.NOW, {"retentionRules": []}, [0], LATEST) == (0, LATEST)

    def test_the_shorter_retention_decides(self) -> None:
        bucket = {"retentionRules": [{"type": "expire", "everySeconds": 3600}]}
        hour_ago = self.NOW - 3600 * SECOND + MARGIN
        assert find_window(self.NOW, bucket, [5], LATEST).low == hour_ago
        assert find_window(self.NOW, bucket, [5, self.NOW - 7], LATEST).low == self.NOW - 7

    def test_an_endless_injection_is_compared_up_to_its_watermark(self) -> None:
        assert find_window(self.NOW, None, [0], self.NOW - 5).high == self.NOW - 5 - WATERMARK
        assert find_window(self.NOW, None, [0], self.NOW + 10**12).high == self.NOW - WATERMARK


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
