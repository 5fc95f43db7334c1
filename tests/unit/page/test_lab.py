"""What is read of a StreamingLab, whatever it holds."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.bounded import HIGHEST, text
from streaminglab_page.declared import declared
from streaminglab_page.lab import lab as read
from tests.unit.page.labs import component, lab

WORDS = st.text(max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["phase", "conditions", "components", "data", "endpoints", "urls", "connectors", "lastError"]
)


def test_a_lab_is_read_whole() -> None:
    found = read(lab())
    assert (found.name, found.namespace, found.phase) == ("meteo", "user-alice", "Ready")
    assert found.ready is not None
    assert found.ready.message.startswith("3000 points")
    assert [c.type for c in found.conditions] == ["Stalled", "KafkaReady"]
    assert [(c.name, c.count, c.state) for c in found.components] == [
        ("kafka", "3/3", "ready"),
        ("influxdb", "1/1", "ready"),
        ("kafka-ui", "0/1", "trouble"),
        ("postgresql", "1/1", "ready"),
        ("verify", "0/1", "waiting"),
    ]
    assert found.data is not None
    assert [(c.where, c.topic, c.points) for c in found.data.counts] == [
        ("influxdb", "", 3000),
        ("producer", "weather", 3000),
        ("telegraf", "weather-telegraf", 2990),
    ]


def test_a_lab_that_nobody_has_looked_at_yet_is_shown() -> None:
    fresh = lab()
    del fresh["status"]
    found = read(fresh)
    assert (found.ready, found.data, found.components, found.current) == (None, None, (), False)


def test_an_edit_that_is_not_taken_up_yet_shows() -> None:
    edited = lab()
    assert read(edited).current
    edited["metadata"]["generation"] = 3
    assert not read(edited).current


@pytest.mark.parametrize(
    ("count", "reason", "wanted"),
    [
        ("1/1", "", "ready"),
        ("0/0", "", "ready"),
        ("2/3", "", "waiting"),
        ("2/3", "Starting", "waiting"),
        ("0/1", "WaitingForTopics", "waiting"),
        ("2/3", "BrokerStopped", "waiting"),
        ("0/1", "CrashLoopBackOff", "trouble"),
        ("1/1", "ImageNotAvailable", "trouble"),
        ("0/1", "SomethingNew", "trouble"),
        ("", "", "ready"),
    ],
)
def test_how_a_part_is(count: str, reason: str, wanted: str) -> None:
    assert declared().state(count, reason) == wanted


@given(FIELDS, JSON)
def test_nothing_in_a_status_can_break_the_page(field: str, value: Any) -> None:
    found = json.dumps(asdict(read(lab(**{field: value}))), allow_nan=False)
    found.encode()
    assert len(found) < 100_000


@given(JSON, JSON, JSON)
def test_nothing_in_an_object_can(metadata: Any, spec: Any, status: Any) -> None:
    raw = {"metadata": metadata, "spec": spec, "status": status}
    json.dumps(asdict(read(raw)), allow_nan=False).encode()


@given(st.text())
def test_a_text_is_bounded_and_shows_all_that_it_holds(value: str) -> None:
    shown = text(value, 20)
    assert len(shown) <= 20
    shown.encode()
    assert not set(shown) & set("\x00\x07\x1b\x7f\x9b\u200f\u202e\u2066\ud800")


def test_a_long_text_says_that_it_was_cut() -> None:
    assert text("x" * 30, 20) == "x" * 19 + "…"
    assert text("x" * 20, 20) == "x" * 20


@pytest.mark.parametrize("value", [True, -1, HIGHEST + 1, 1.5, "3", None, [3]])
def test_only_a_number_is_a_count(value: object) -> None:
    found = read(lab(data={"influxdb": value, "producer": 7})).data
    assert found is not None
    assert [count.points for count in found.counts] == [None, 7, None]


def test_lists_are_bounded() -> None:
    many = read(lab(components=[component(f"c{n}") for n in range(5000)]))
    assert len(many.components) == 48
