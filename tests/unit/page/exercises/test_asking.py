"""What no open check needs is not asked for; who does not answer is passed over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from streaminglab_page.exercises.asking import Asking, Parts
from streaminglab_page.exercises.facts import Beginning
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.message import Filter
from streaminglab_page.kafka.picture import Known
from streaminglab_page.kafka.spans import Spans
from streaminglab_page.kafka.timeline import Change
from streaminglab_page.kafka.view import Group, Place, Topic
from streaminglab_page.polled import CannotSay
from tests.unit.page.exercises.sets import check
from tests.unit.page.exercises.test_kinds import Message
from tests.unit.page.kafka.layouts import group, layout, partition

SECONDS = 1795856400
SINCE = Beginning(SECONDS)
KAFKA = ("groups", "settings", "offsets", "since", "scan")
"""Who does not answer says it in his own way."""
SPEC = {"telegraf": {"alertTopic": "weather"}}


class Everything:
    """Every part of a lab. ``asked``: what it was asked; ``fault``: nobody answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fault = False
        self.committed = 5
        self._news = asyncio.Event()
        self.known = Known(layout(Topic("weather", (partition(0, 0),))))
        self.rows: list[dict[str, str]] = [{"_value": "7"}, {"_value": "9"}, {"_value": "x"}]

    async def until(self, asked: int) -> None:
        """Wait until it was asked so often."""
        while len(self.asked) < asked:
            self._news.clear()
            await self._news.wait()

    def _hear(self, what: str) -> None:
        self.asked.append(what)
        self._news.set()
        if self.fault:
            raise CannotAsk(what) if what.split(maxsplit=1)[0] in KAFKA else CannotSay(what)

    def changes(self, since: int) -> tuple[Change, ...]:
        self.asked.append(f"changes {since}")
        return (Change(since, "isr", "weather", 0, (0, 1), (0,)),)

    async def groups(self, brokers: Sequence[int], most: int) -> tuple[list[Group], int]:
        self._hear("groups")
        assert brokers == [0, 1, 2]
        return [group(committed=self.committed)], 0

    async def in_force(self, topic: str) -> Mapping[str, str]:
        self._hear(f"settings {topic}")
        return {"retention.ms": "60000"}

    async def offsets(self, places: Iterable[Place], *, first: bool) -> dict[Place, int]:
        self._hear("offsets")
        return dict.fromkeys(places, 5)

    async def offsets_since(self, places: Iterable[Place], milliseconds: int) -> dict[Place, int]:
        self._hear(f"since {milliseconds}")
        return dict.fromkeys(places, 0)

    async def scan(self, topic: str, spans: Spans, passing: Filter) -> Spans:
        self._hear(f"scan {topic}")
        passing(Message(b"x", b"1"))
        return {}

    async def connectors(self) -> list[dict[str, Any]]:
        self._hear("connectors")
        tasks = [{"id": 0, "state": "RUNNING"}]
        return [{"name": "csv", "type": "source", "class": "A", "state": "RUNNING", "tasks": tasks}]

    async def newest(self, subject: str) -> tuple[str, int]:
        self._hear(f"newest {subject}")
        return "JSON", 2

    @property
    def bucket(self) -> str:
        return "sky"

    async def query(self, flux: str) -> dict[str, Any]:
        self._hear("query")
        assert 'from(bucket: "sky")' in flux
        return {"rows": self.rows}


@pytest.fixture
def lab() -> Everything:
    return Everything()


async def seen(lab: Everything, asks: dict[str, Any]) -> bool:
    asking = Asking(Parts(lab, lab, lab, lab, lab, lab))
    asked = check(asks)
    facts = await asking.facts([asked], SPEC, SINCE)
    return asked.kind.seen(asked.asks, facts)


CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({"topic": {"name": "weather"}}, []),
    ({"lab": {"field": "telegraf.alertTopic", "value": "weather"}}, []),
    ({"topic": {"name": "weather", "config": {"retention.ms": "60000"}}}, ["settings weather"]),
    ({"isr": {"left": True}}, [f"changes {SECONDS}"]),
    ({"group": {"topic": "weather", "lagAtMost": 0}}, ["groups", "offsets"]),
    (
        {"message": {"topic": "weather", "key": "1"}},
        ["offsets", f"since {SECONDS * 1000}", "scan weather"],
    ),
    ({"connector": {"name": "csv", "tasks": 1}}, ["connectors"]),
    ({"points": {"count": 9}}, ["query"]),
    (
        {"schema": {"subject": "orders-value", "type": "JSON", "versions": 2}},
        ["newest orders-value"],
    ),
]


@pytest.mark.parametrize(("asks", "asked"), CASES)
async def test_only_what_a_check_looks_at_is_asked_for(
    lab: Everything, asks: dict[str, Any], asked: list[str]
) -> None:
    assert await seen(lab, asks)
    assert lab.asked == asked


@pytest.mark.parametrize("asks", [asks for asks, asked in CASES[2:] if "changes" not in str(asked)])
async def test_who_does_not_answer_is_passed_over(lab: Everything, asks: dict[str, Any]) -> None:
    lab.fault = True
    assert not await seen(lab, asks)
    assert len(lab.asked) == 1


@pytest.mark.parametrize("asks", [asks for asks, _ in CASES if "lab" not in asks])
async def test_a_lab_without_a_part_has_none_of_its_facts(asks: dict[str, Any]) -> None:
    asked = check(asks)
    facts = await Asking(Parts()).facts([asked], SPEC, SINCE)
    assert not asked.kind.seen(asked.asks, facts)


async def test_settings_of_a_topic_that_is_not_there_are_not_asked_for(lab: Everything) -> None:
    assert not await seen(lab, {"topic": {"name": "none", "config": {"a": "b"}}})
    assert lab.asked == []


async def test_points_that_are_not_more_than_asked_are_not_enough(lab: Everything) -> None:
    assert not await seen(lab, {"points": {"count": 10}})
    lab.rows = []
    assert not await seen(lab, {"points": {"count": 1}})


async def test_a_lag_that_grew_and_fell_is_seen_over_several_looks(lab: Everything) -> None:
    asking = Asking(Parts(lab, lab))
    lag = check({"lag": {"topic": "weather", "grew": 3, "fell": 2}})
    seen = []
    for committed in (5, 3, 2, 4, 5):
        lab.committed = committed
        facts = await asking.facts([lag], SPEC, SINCE)
        seen.append(lag.kind.seen(lag.asks, facts))
    assert seen == [False, False, False, True, True]
