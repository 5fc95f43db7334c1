"""Layouts of Kafka clusters, and a Kafka that tells what a test has put there."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence

from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.view import Disk, Group, Layout, Member, Partition, Place, Topic


def partition(number: int, leader: int, isr: Iterable[int] = (0, 1, 2)) -> Partition:
    """One partition that shall lie on three brokers."""
    return Partition(number, leader, (0, 1, 2), tuple(isr))


def topic(name: str = "weather", *partitions: Partition) -> Topic:
    """One topic; three partitions unless it is said otherwise."""
    return Topic(name, partitions or tuple(partition(n, n) for n in range(3)))


def layout(*topics: Topic, brokers: Iterable[int] = (0, 1, 2)) -> Layout:
    """Brokers and topics; the topic ``weather`` unless it is said otherwise."""
    return Layout({number: f"kafka-{number}" for number in brokers}, topics or (topic(),))


def group(
    name: str = "course", committed: int = 5, places: tuple[Place, ...] = (("weather", 0),)
) -> Group:
    """A group of one member that reads some partitions."""
    member = Member(f"{name}-1", "laptop", "/10.0.0.1", places)
    return Group(name, "Stable", (member,), dict.fromkeys(places, committed))


class FakeKafka:
    """``told``: the layout; ``fault``: what it answers instead, ``faults``: to one question;
    ``asked``: what it was asked."""

    def __init__(self) -> None:
        self.told, self.found = layout(), [group()]
        self.end = 10
        self.fault = ""
        self.faults: dict[str, str] = {}
        self.asked: list[str] = []
        self.places: list[list[Place]] = []
        self._news = asyncio.Event()

    async def until(self, what: str) -> None:
        """Wait until it is asked for something."""
        while what not in self.asked:
            self._news.clear()
            await self._news.wait()

    async def layout(self) -> Layout:
        self._hear("layout")
        return self.told

    async def controller(self) -> int:
        self._hear("controller")
        return 2

    async def groups(self, _: Sequence[int], most: int) -> tuple[list[Group], int]:
        self._hear("groups")
        return self.found[:most], len(self.found[most:])

    async def offsets(self, places: list[Place], *, first: bool) -> dict[Place, int]:
        self._hear("first" if first else "end")
        self.places.append(places)
        return dict.fromkeys(places, 0 if first else self.end)

    async def disk(self, places: Collection[Place]) -> Disk:
        self._hear("disk")
        return Disk({0: 7000}, dict.fromkeys(places, 1000))

    def _hear(self, what: str) -> None:
        self.asked.append(what)
        self._news.set()
        if fault := self.fault or self.faults.get(what):
            raise CannotAsk(fault)
