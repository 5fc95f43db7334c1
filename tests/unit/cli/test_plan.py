"""`plan`: what differs, by name and not by place, and what follows from it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_cli.differences import Change, differences
from streaminglab_cli.effects import effects

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@given(JSON)
def test_nothing_differs_from_itself(spec: Any) -> None:
    assert list(differences(spec, spec)) == []


@given(JSON, JSON)
def test_what_differs_shows_from_both_sides(one: Any, other: Any) -> None:
    there, back = list(differences(one, other)), list(differences(other, one))
    assert {(c.path, str(c.before), str(c.after)) for c in there} == {
        (c.path, str(c.after), str(c.before)) for c in back
    }


def test_entries_of_a_list_are_known_by_name() -> None:
    before = {"topics": [{"name": "a", "partitions": 1}, {"name": "b", "partitions": 1}]}
    after = {"topics": [{"name": "new"}, {"name": "a", "partitions": 1}, {"name": "b"}]}
    assert [change.line() for change in differences(before, after)] == [
        "topics[b].partitions: 1 -> (not set)",
        'topics[new]: (not set) -> {"name": "new"}',
    ]


def test_what_is_long_is_cut() -> None:
    assert len(Change("x", "a" * 1000, None).line()) < 200


@pytest.mark.parametrize(
    ("path", "before", "after", "part", "what"),
    [
        ("suspend", False, True, "every part", "all pods end"),
        ("suspend", True, False, "every part", "come back"),
        ("weather", True, False, "influxdb, telegraf, producer and the Jobs", "deleted"),
        ("kafkaUI", None, {}, "kafka-ui", "it is made"),
        ("page.enabled", False, True, "page", "it is made"),
        ("page.enabled", True, False, "page", "it is deleted"),
        ("schemaRegistry", {}, None, "schema-registry", "it is deleted"),
        ("metrics", None, {}, "metrics", "it is made; the brokers restart one after the other"),
        ("metrics", {}, None, "metrics", "it is deleted; the brokers restart one after the other"),
        ("kafka.topics[weather].partitions", 4, 8, "init", "no pod of Kafka restarts"),
        ("kafka.stoppedBrokers", [], [1], "kafka", "brokers in the list stop"),
        ("chaos.atOnce", 1, 2, "kafka", "come back for a while"),
        ("kafka.storage", "1Gi", "2Gi", "kafka", "volume grows"),
        ("kafka.resources.memory", "1Gi", "2Gi", "kafka", "one after the other"),
        ("influxdb.retention", "7d", "1d", "init", "InfluxDB does not restart"),
        ("influxdb.resources.cpu", "1", "2", "influxdb", "may restart"),
        ("inject.points", 1, 2, "inject", "one more injection"),
        ("inject.resources.cpu", "1", "2", "inject", "nothing runs again"),
        ("access.kafka.localhost", None, {}, "kafka", "one after the other"),
        ("access.ingress.domain", "a", "b", "pages", "host names"),
        ("profile", "nano", "standard", "every part", "pods restart"),
        ("retainData", False, True, "volumes", "nothing restarts"),
    ],
)
def test_each_change_says_what_follows(
    path: str, before: Any, after: Any, part: str, what: str
) -> None:
    (effect,) = effects([Change(path, before, after)])
    assert effect.part == part
    assert what in effect.what


def test_what_follows_is_said_once() -> None:
    changes = [Change(f"kafka.topics[{name}].partitions", 1, 2) for name in "abc"]
    assert len(effects(changes)) == 1
