"""Messages are read once each: a round goes on where the last one ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from streaminglab_page.exercises.facts import Beginning
from streaminglab_page.exercises.scan import Scanner
from streaminglab_page.kafka.message import Filter
from streaminglab_page.kafka.spans import Spans
from streaminglab_page.kafka.view import Layout, Partition, Place, Topic
from tests.unit.page.exercises.sets import check
from tests.unit.page.exercises.test_kinds import Message
from tests.unit.page.kafka.layouts import layout

NEW = 1_000_000
SINCE = Beginning(NEW // 1000)


class Topics:
    """Messages by partition of one topic, each with its time; ``read``: which spans were read.

    ``most``: so many messages of a span are read at once.
    """

    def __init__(self) -> None:
        self.messages: dict[int, list[tuple[int, bytes]]] = {0: [], 1: []}
        self.read: list[Spans] = []
        self.asked = 0
        self.most = 1000

    def add(self, partition: int, *values: str, time: int = NEW) -> None:
        self.messages[partition] += [(time, value.encode()) for value in values]

    async def offsets(self, places: Iterable[Place], *, first: bool) -> dict[Place, int]:
        self.asked += 1
        return {place: 0 if first else len(self.messages[place[1]]) for place in places}

    async def offsets_since(self, places: Iterable[Place], milliseconds: int) -> dict[Place, int]:
        found = {}
        for place in places:
            later = (n for n, (at, _) in enumerate(self.messages[place[1]]) if at >= milliseconds)
            found[place] = next(later, -1)
        return found

    async def scan(self, topic: str, spans: Spans, passing: Filter) -> Spans:
        self.read.append(dict(spans))
        assert passing.all is False
        left: Spans = {}
        for number, (first, end) in spans.items():
            stop = min(end, first + self.most)
            for _, value in self.messages[number][first:stop]:
                assert not passing(Message(value, partition=number))
            if stop < end:
                left[number] = (stop, end)
        return left

    def layout(self, name: str = "orders") -> Layout:
        return layout(Topic(name, tuple(Partition(n, 0, (0,), (0,)) for n in self.messages)))


def sought(value: str = "", **more: Any) -> Any:
    return check(
        {"message": {"topic": "orders", **({"value": value} if value else {}), **more}}
    ).asks


ANY, RED = sought(), sought("red")
SPEC: Mapping[str, Any] = {}


async def count(
    scanner: Scanner,
    topics: Topics,
    *checks: Any,
    name: str = "orders",
    since: Beginning = SINCE,
) -> list[int]:
    found = await scanner.count(checks, topics.layout(name), SPEC, since)
    return [found.get(one, 0) for one in checks]


async def test_what_came_since_the_exercises_began_is_counted_once() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, "red", "blue", time=5)
    topics.add(0, "red")
    topics.add(1, "blue")
    assert await count(scanner, topics, ANY, RED) == [2, 1]
    assert await count(scanner, topics, ANY, RED) == [2, 1]
    topics.add(1, "dark red")
    assert await count(scanner, topics, ANY, RED) == [3, 2]
    assert topics.read == [{0: (2, 3), 1: (0, 1)}, {1: (1, 2)}]


async def test_a_round_that_ends_early_is_gone_on_with() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, *(["red"] * 25))
    topics.most = 10
    assert [await count(scanner, topics, RED) for _ in range(4)] == [[10], [20], [25], [25]]
    assert topics.read == [{0: (0, 25)}, {0: (10, 25)}, {0: (20, 25)}]


async def test_a_topic_that_is_made_later_is_read_from_its_beginning() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    assert await count(scanner, topics, RED, name="others") == [0]
    # Whoever wrote it gave it a time of his own.
    topics.add(0, "red", time=5)
    assert await count(scanner, topics, RED) == [1]


async def test_a_topic_that_is_made_again_begins_anew() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, "red", "red")
    assert await count(scanner, topics, RED) == [2]
    assert await count(scanner, topics, RED, name="others") == [0]
    topics.messages[0] = []
    topics.add(0, "red")
    assert await count(scanner, topics, RED) == [1]


async def test_a_partition_that_is_shorter_than_it_was_is_read_anew() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, "red", "red", "red")
    assert await count(scanner, topics, RED) == [3]
    topics.messages[0] = []
    topics.add(0, "red")
    assert await count(scanner, topics, RED) == [4]


async def test_a_check_that_comes_later_has_the_topic_read_once_more() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, "red", "blue")
    assert await count(scanner, topics, RED) == [1]
    assert await count(scanner, topics, RED, ANY) == [1, 2]
    assert await count(scanner, topics, ANY) == [2]
    assert topics.read == [{0: (0, 2)}, {0: (0, 2)}]


async def test_what_nobody_looks_for_is_not_asked_for() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, "red")
    assert await scanner.count([], topics.layout(), SPEC, SINCE) == {}
    assert (topics.asked, topics.read) == (0, [])


async def test_a_message_with_an_old_time_counts_after_the_page_was_started_anew() -> None:
    """A producer says a message's time: that of a measurement, or of a clock that is wrong."""
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, "red", time=5)
    assert await count(scanner, topics, RED) == [0]
    topics.add(0, "red", "red", time=5)
    topics.add(1, "red", time=5)
    assert await count(scanner, topics, RED) == [3]
    anew = Scanner(topics, topics)
    assert await count(anew, topics, RED, since=Beginning(SINCE.seconds, scanner.marks)) == [3]
    assert anew.marks == scanner.marks == {"orders": (1, 0)}


async def test_a_partition_of_later_counts_whole() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, "red", time=5)
    assert await count(scanner, topics, RED) == [0]
    topics.messages[2] = []
    topics.add(2, "red", time=5)
    assert await count(scanner, topics, RED) == [1]


async def test_exercises_that_began_with_their_lab_count_everything() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, "red", time=5)
    assert await count(scanner, topics, RED, since=Beginning(SINCE.seconds, {}, True)) == [1]


async def test_while_kafka_has_not_answered_nobody_knows_that_a_topic_is_of_later() -> None:
    topics, scanner = (topics := Topics()), Scanner(topics, topics)
    topics.add(0, "red", time=5)
    assert await scanner.count([RED], Layout(), SPEC, SINCE) == {}
    assert scanner.marks == {}
    assert await count(scanner, topics, RED) == [0]


async def test_a_topic_that_was_made_anew_while_nobody_looked_counts_whole() -> None:
    topics = Topics()
    topics.add(0, "red", time=5)
    scanner = Scanner(topics, topics)
    assert await count(
        scanner, topics, RED, since=Beginning(SINCE.seconds, {"orders": (9, 9)})
    ) == [1]
