"""What lies in memory while messages are read: what is there already, and never what is to come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from streaminglab_page.kafka import follow, reading
from streaminglab_page.kafka.message import LATEST, Wanted, message
from streaminglab_page.kafka.reading import Task, read, there
from tests.patience import PATIENCE
from tests.unit.page.kafka.mock import Mock, wide_kafka
from tests.unit.page.kafka.test_messages import PATH
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.page_lab import Browser, visited

WIDE = 2300
LARGE = 300_000


class Raw:
    """A message of a consumer that has fetched it."""

    def __init__(self, value: bytes = b"v", at: int = 1) -> None:
        self._value, self._at = value, at

    def error(self) -> None:
        return None

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return 0

    def timestamp(self) -> tuple[int, int]:
        return 1, self._at

    def key(self) -> bytes | None:
        return None

    def value(self) -> bytes:
        return self._value

    def headers(self) -> None:
        return None


class Source:
    """A consumer. ``here``: what it has fetched; ``later``: what comes while somebody waits."""

    def __init__(self, here: Sequence[Raw] = (), later: Sequence[Raw] = ()) -> None:
        self.here, self.later = [*here], [*later]
        self.asked: list[tuple[int, bool]] = []

    def consume(self, most: int, seconds: float) -> list[Raw]:
        self.asked.append((most, seconds > 0))
        if seconds:
            self.here += self.later
        given, self.here = self.here[:most], self.here[most:]
        return given


def test_what_has_been_fetched_is_taken_and_nothing_is_waited_for() -> None:
    source: Any = Source([Raw()] * 3, [Raw()] * 500)
    assert len(there(source, 500, 0.2)) == 3
    assert source.asked == [(500, False)]


def test_who_waits_takes_one_message_however_many_come_meanwhile() -> None:
    """While librdkafka gathers a batch it goes on to fetch: 500 large ones at once."""
    source: Any = Source([], [Raw()] * 500)
    assert len(there(source, 500, 0.2)) == 1
    assert source.asked == [(500, False), (1, True)]


@pytest.mark.parametrize(
    ("at", "shown"),
    [(0, 0), (LATEST, LATEST), (LATEST + 1, -1), (2**63 - 1, -1), (-5, -1)],
)
def test_a_time_that_no_browser_knows_is_none(at: int, shown: int) -> None:
    assert message(Raw(at=at)).time == shown


@pytest.fixture
def wide() -> Iterator[Mock]:
    """A topic of more partitions than one question reads or one consumer follows."""
    with wide_kafka({"weather": WIDE}) as mock:
        yield mock


@pytest.fixture
async def browser(wide: Mock, kube: KubeServer, tmp_path: Path) -> AsyncIterator[Browser]:
    wide.put("weather", [b"a value"], b"a key")
    async with visited(tmp_path, kube, kafka=wide.servers) as found:
        await found.log_in()
        yield found


async def test_partitions_that_are_not_asked_about_are_counted_too(
    browser: Browser, wide: Mock
) -> None:
    for partition in range(1, 70):
        wide.producer.produce("weather", b"v", partition=partition)
    wide.producer.flush(20)
    found = json.loads((await browser.get(PATH)).text)
    # 70 have messages, of which 64 are read; 300 were not even asked about.
    assert (found["partitions"], found["left_out"]) == (64, 306)
    one = json.loads((await browser.get(f"{PATH}?partition={WIDE - 1}")).text)
    assert one["left_out"] == 0


async def test_partitions_that_are_not_followed_are_counted(browser: Browser) -> None:
    address = f"{browser.url}/events?follow=weather"
    async with asyncio.timeout(PATIENCE), browser.session.get(address) as answer:
        async for line in answer.content:
            if line == b"event: messages\n":
                raw = (await answer.content.readline()).decode().removeprefix("data: ")
                break
    assert json.loads(raw)["beyond"] == WIDE - follow.PARTITIONS


def _slow() -> float:
    """A clock by which its two seconds are as long as a test waits."""
    return reading.CLOCK.monotonic() * reading.SECONDS / PATIENCE


def test_large_messages_behind_small_ones_are_read_whole(wide: Mock) -> None:
    wide.put("weather", [b"small"] * 300, b"k", 1)
    wide.put("weather", [b"x" * LARGE] * 10, b"k", 1)
    found = read(wide.servers, Task("weather", {1: (0, 310)}, Wanted(), 50), _slow)
    assert (found.read, found.left) == (310, {})
    assert [one.value.size for one in found.messages[-10:]] == [LARGE] * 10
    assert reading.MOST > 310
