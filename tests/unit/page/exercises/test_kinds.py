"""Each kind of check, by what it sees and what it does not."""

import json
from dataclasses import replace
from typing import Any

import pytest

from streaminglab_page.exercises.facts import ConnectorFact, Facts, SchemaFact
from streaminglab_page.exercises.followed import Followed
from streaminglab_page.exercises.kinds import KINDS
from streaminglab_page.exercises.kinds.points import PointsCheck
from streaminglab_page.kafka.timeline import Change
from streaminglab_page.kafka.view import Group, Member, Partition, Topic
from tests.unit.page.exercises.sets import check
from tests.unit.page.kafka.layouts import layout

Asks = dict[str, Any]
MEMBERS = (
    Member("a-1", "laptop", "/10.0.0.1", (("orders", 0), ("orders", 1))),
    Member("a-2", "laptop", "/10.0.0.2", (("orders", 2),)),
    Member("a-3", "laptop", "/10.0.0.3", ()),
)
ORDERS = Topic("orders", tuple(Partition(n, 0, (0, 1, 2), (0, 1, 2)) for n in range(3)))
FACTS = Facts(
    layout=layout(ORDERS),
    settings={"orders": {"retention.ms": "60000", "cleanup.policy": "delete"}},
    groups=(
        Group("idle", "EMPTY", (), {("orders", 0): 4, ("orders", 1): 9}),
        Group("live", "Stable", MEMBERS, {("orders", 0): 10}),
    ),
    end={("orders", 0): 10, ("orders", 1): 10},
    connectors=(
        ConnectorFact("csv", "source", "org.example.CsvSource", "RUNNING", ("RUNNING", "FAILED")),
        ConnectorFact("out", "sink", "org.example.JdbcSink", "PAUSED", ("PAUSED",)),
    ),
    followed={("slow", "orders"): Followed((4, 1, 9, 2), frozenset(), 2)},
    schemas={"orders-value": SchemaFact("AVRO", 2)},
    spec={
        "inject": {"points": 0},
        "weather": True,
        "kafka": {"topics": [{"name": "orders"}]},
        "page": {},
    },
)


def out(topic: str, before: tuple[int, ...], after: tuple[int, ...], what: str = "isr") -> Change:
    return Change(1, what, topic, 0, before, after)


LOST, GAINED = out("orders", (0, 1, 2), (0, 2)), out("orders", (0, 2), (2, 1, 0))
MOVED = (out("orders", (1,), (-1,), "leader"), out("orders", (-1,), (2,), "leader"))
BACK = (out("orders", (1,), (-1,), "leader"), out("orders", (-1,), (1,), "leader"))

CASES: list[tuple[bool, Asks, dict[str, Any]]] = [
    (True, {"topic": {"name": "orders"}}, {}),
    (False, {"topic": {"name": "order"}}, {}),
    (True, {"topic": {"name": "orders", "partitions": 3, "replicas": 3}}, {}),
    (False, {"topic": {"name": "orders", "partitions": 2}}, {}),
    (False, {"topic": {"name": "orders", "replicas": 2}}, {}),
    (True, {"topic": {"name": "orders", "config": {"retention.ms": "60000"}}}, {}),
    (False, {"topic": {"name": "orders", "config": {"retention.ms": "6000"}}}, {}),
    (False, {"topic": {"name": "orders", "config": {"retention.ms": "60000"}}}, {"settings": {}}),
    (True, {"group": {"topic": "orders"}}, {}),
    (False, {"group": {"topic": "others"}}, {}),
    (True, {"group": {"topic": "orders", "partitions": 3}}, {}),
    (False, {"group": {"topic": "orders", "partitions": 3, "name": "idle"}}, {}),
    (True, {"group": {"topic": "orders", "partitions": 2, "name": "idle"}}, {}),
    (True, {"group": {"topic": "orders", "members": 2}}, {}),
    (False, {"group": {"topic": "orders", "members": 3}}, {}),
    (False, {"group": {"topic": "orders", "members": 1, "name": "idle"}}, {}),
    (True, {"group": {"topic": "orders", "lagAtMost": 0}}, {}),
    (True, {"group": {"topic": "orders", "lagAtMost": 7, "name": "idle"}}, {}),
    (False, {"group": {"topic": "orders", "lagAtMost": 6, "name": "idle"}}, {}),
    (False, {"group": {"topic": "orders", "lagAtMost": 1_000_000_000}}, {"end": {}}),
    (True, {"lag": {"topic": "orders", "grew": 8}}, {}),
    (False, {"lag": {"topic": "orders", "grew": 9}}, {}),
    (True, {"lag": {"topic": "orders", "name": "slow", "grew": 8, "fell": 7}}, {}),
    (False, {"lag": {"topic": "orders", "grew": 8, "fell": 8}}, {}),
    (False, {"lag": {"topic": "orders", "name": "other", "grew": 1}}, {}),
    (False, {"lag": {"topic": "others", "grew": 1}}, {}),
    (True, {"rebalance": {"topic": "orders"}}, {}),
    (True, {"rebalance": {"topic": "orders", "name": "slow", "count": 2}}, {}),
    (False, {"rebalance": {"topic": "orders", "count": 3}}, {}),
    (False, {"rebalance": {"topic": "orders", "name": "other"}}, {}),
    (True, {"schema": {"subject": "orders-value"}}, {}),
    (True, {"schema": {"subject": "orders-value", "type": "AVRO", "versions": 2}}, {}),
    (False, {"schema": {"subject": "orders-value", "type": "JSON"}}, {}),
    (False, {"schema": {"subject": "orders-value", "versions": 3}}, {}),
    (False, {"schema": {"subject": "orders-key"}}, {}),
    (False, {"isr": {"left": True}}, {}),
    (True, {"isr": {"left": True}}, {"changes": (LOST,)}),
    (False, {"isr": {"left": True, "topic": "others"}}, {"changes": (LOST,)}),
    (False, {"isr": {"left": True, "returned": True}}, {"changes": (LOST,)}),
    (True, {"isr": {"left": True, "returned": True}}, {"changes": (LOST, GAINED)}),
    # Who comes back had left, before the page was started anew.
    (True, {"isr": {"left": True, "returned": True, "topic": "orders"}}, {"changes": (GAINED,)}),
    (False, {"leader": {}}, {}),
    (True, {"leader": {"moved": True}}, {"changes": MOVED}),
    (True, {"leader": {}}, {"changes": (out("orders", (0,), (1,), "leader"),)}),
    (False, {"leader": {"topic": "others"}}, {"changes": MOVED}),
    (False, {"leader": {}}, {"changes": BACK}),
    (False, {"leader": {}}, {"changes": (LOST, GAINED)}),
    (True, {"connector": {}}, {}),
    (True, {"connector": {"name": "csv", "class": "CsvSource", "type": "source"}}, {}),
    (False, {"connector": {"name": "csv", "type": "sink"}}, {}),
    (False, {"connector": {"class": "JdbcSink"}}, {}),
    (True, {"connector": {"class": "JdbcSink", "state": "PAUSED"}}, {}),
    (True, {"connector": {"name": "csv", "tasks": 1}}, {}),
    (False, {"connector": {"name": "csv", "tasks": 2}}, {}),
    (False, {"connector": {}}, {"connectors": ()}),
    (True, {"lab": {"field": "inject.points", "value": "0"}}, {}),
    (False, {"lab": {"field": "inject.points", "value": "1"}}, {}),
    (True, {"lab": {"field": "weather", "value": "true"}}, {}),
    (True, {"lab": {"field": "kafka.topics[0].name", "value": "orders"}}, {}),
    (False, {"lab": {"field": "kafka.topics[1].name"}}, {}),
    (True, {"lab": {"field": "page"}}, {}),
    (False, {"lab": {"field": "connect"}}, {}),
    (False, {"lab": {"field": "weather.more"}}, {}),
]


@pytest.mark.parametrize(
    ("sees", "asks", "changed"), CASES, ids=lambda case: json.dumps(case, default=str)
)
def test_a_check_sees_what_it_asks_for(sees: bool, asks: Asks, changed: dict[str, Any]) -> None:
    asked = check(asks)
    assert asked.kind.seen(asked.asks, replace(FACTS, **changed)) is sees


class Message:
    """A message as a consumer gives it."""

    def __init__(
        self,
        value: bytes | None = b"",
        key: bytes | None = None,
        partition: int = 0,
        headers: Any = None,
    ) -> None:
        self._all = partition, 0, (1, 0), key, value, headers

    def partition(self) -> int | None:
        return self._all[0]

    def offset(self) -> int | None:
        return self._all[1]

    def timestamp(self) -> tuple[int, int]:
        return self._all[2]

    def key(self) -> bytes | None:
        return self._all[3]

    def value(self) -> bytes | None:
        return self._all[4]

    def headers(self) -> Any:
        return self._all[5]


def alert(name: Any) -> bytes:
    return json.dumps({"name": "weather_alert", "tags": {"_check_name": name}}).encode()


FITS: list[tuple[bool, Asks, Message]] = [
    (True, {"message": {"topic": "orders"}}, Message(None)),
    (True, {"message": {"topic": "orders", "key": "42"}}, Message(b"x", b"42")),
    (False, {"message": {"topic": "orders", "key": "42"}}, Message(b"x", b"421")),
    (False, {"message": {"topic": "orders", "key": "42"}}, Message(b"x")),
    (True, {"message": {"topic": "orders", "partition": 2}}, Message(partition=2)),
    (False, {"message": {"topic": "orders", "partition": 2}}, Message(partition=1)),
    (True, {"message": {"topic": "orders", "value": "é"}}, Message("olé!".encode())),
    (False, {"message": {"topic": "orders", "value": "a"}}, Message(None)),
    (True, {"message": {"topic": "orders", "header": "h"}}, Message(headers=[("h", b"")])),
    (False, {"message": {"topic": "orders", "header": "h"}}, Message(headers=[("g", b"h")])),
    (False, {"message": {"topic": "orders", "header": "h"}}, Message()),
    (True, {"alert": {"name": "heat"}}, Message(alert("heat (temperature above 35)"))),
    (True, {"alert": {"name": "heat"}}, Message(alert("heat"))),
    (False, {"alert": {"name": "heat"}}, Message(alert("heater (temperature above 35)"))),
    (False, {"alert": {"name": "heat"}}, Message(alert(["heat"]))),
    (False, {"alert": {"name": "heat"}}, Message(b"heat")),
    (False, {"alert": {"name": "heat"}}, Message(b"[" * 100_000)),
    (False, {"alert": {"name": "heat"}}, Message(None)),
]


@pytest.mark.parametrize(("fits", "asks", "message"), FITS)
def test_a_message_fits_or_not(fits: bool, asks: Asks, message: Message) -> None:
    assert check(asks).asks.fits(message) is fits


@pytest.mark.parametrize(
    ("asks", "least"),
    [
        ({"message": {"topic": "orders"}}, 1),
        ({"message": {"topic": "orders", "count": 3}}, 3),
        ({"alert": {"name": "heat"}}, 1),
    ],
)
def test_enough_messages_are_seen(asks: Asks, least: int) -> None:
    asked = check(asks)
    for count in range(least + 2):
        facts = Facts(messages={asked.asks: count})
        assert asked.kind.seen(asked.asks, facts) is (count >= least)
    assert not asked.kind.seen(asked.asks, Facts())


def test_enough_points_are_seen() -> None:
    asked = check({"points": {"measurement": "weather", "count": 10}})
    for count, sees in ((9, False), (10, True)):
        assert asked.kind.seen(asked.asks, Facts(points={asked.asks: count})) is sees


def test_points_are_asked_for_in_words_that_are_no_flux() -> None:
    flux = PointsCheck(measurement='a" ${exit()} é').flux("sky")
    assert flux.startswith('from(bucket: "sky") |> range(start: 0)')
    assert r'r._measurement == "a\" \${exit()} é")' in flux
    assert 'from(bucket: "other")' in PointsCheck("other").flux("sky")


def test_an_alert_is_looked_for_in_the_labs_own_topic() -> None:
    asks = check({"alert": {"name": "heat"}}).asks
    assert asks.in_topic({"telegraf": {"alertTopic": "warnings"}}) == "warnings"
    assert asks.in_topic({}) == ""


def test_what_asks_the_same_is_equal_and_has_one_checksum() -> None:
    one, other = (check({"message": {"topic": "orders", "key": "1"}}) for _ in range(2))
    assert (one.asks, one.digest) == (other.asks, other.digest)
    assert one.digest != check({"message": {"topic": "orders", "key": "2"}}).digest


def test_no_two_kinds_have_fields_of_one_name_twice() -> None:
    for kind in KINDS.values():
        names = [field.name for field in kind.fields]
        assert len(names) == len(set(names))
