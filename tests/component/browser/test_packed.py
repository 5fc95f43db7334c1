"""Whatever a batch unpacks to: the page says which offsets cannot be read, and reads on behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from streaminglab_page.exercises.kinds.message import MessageCheck
from streaminglab_page.exercises.scan import Tally
from streaminglab_page.kafka import apart as module
from streaminglab_page.kafka.apart import Apart, Seen
from streaminglab_page.kafka.child import MEMORY
from streaminglab_page.kafka.cluster import Cluster
from streaminglab_page.kafka.gaps import GapCause
from streaminglab_page.kafka.message import Wanted
from streaminglab_page.kafka.reading import Task
from streaminglab_page.kafka.records import Question, Records
from tests.chromium import PATIENCE_MS
from tests.unit.page.kafka import packed
from tests.unit.page.kafka.mock import Mock, wide_kafka
from tests.unit.page.patient import patient

TOPIC, PARTITIONS = "weather", 5
MEBI = 2**20
JUNK = b"no such thing " * 10
TIMES = 5


@pytest.fixture
def mock() -> Iterator[Mock]:
    with wide_kafka({TOPIC: PARTITIONS}) as found:
        yield found


@pytest.fixture
async def reads(mock: Mock) -> AsyncIterator[Apart]:
    with patient():
        found = Apart(mock.servers, Cluster(mock.servers))
        yield found
        await found.close()


def between(mock: Mock, batch: bytes, partition: int = 0) -> None:
    """A batch with two readable messages before it and two behind."""
    mock.put(TOPIC, [b"before 0", b"before 1"], partition=partition)
    packed.put(mock, TOPIC, batch, partition)
    mock.put(TOPIC, [b"after 0", b"after 1"], partition=partition)


async def everything(reads: Apart, ends: Mapping[int, int]) -> Seen:
    """As a browser asks, again and again until nothing is left."""
    seen = Seen(left={number: (0, end) for number, end in ends.items()})
    while seen.left:
        left, seen.left = seen.left, {}
        seen.add(await reads.read(Task(TOPIC, left, Wanted(), 50)), 50)
    return seen


def texts(seen: Seen) -> list[str]:
    return sorted(one.value.text for one in seen.messages)


READABLE = ["after 0", "after 1", "before 0", "before 1"]


@dataclass(frozen=True)
class Case:
    """``make``: the batch, of so many records; ``said``: a part of what Kafka's client says."""

    make: Callable[[], bytes]
    cause: GapCause
    said: str = ""
    count: int = 1


CROWD = 300_000
CASES = {
    "gzip": Case(lambda: packed.batch(packed.gzip_bomb(2 * MEMORY), packed.GZIP), GapCause.MEMORY),
    "crowd": Case(
        lambda: packed.batch(packed.crowd(CROWD), packed.GZIP, CROWD),
        GapCause.MEMORY,
        count=CROWD,
    ),
    "no record": Case(lambda: packed.batch(b"\xff" * 40, packed.NONE), GapCause.BROKEN),
    "no codec": Case(
        lambda: packed.batch(JUNK, packed.UNKNOWN), GapCause.BROKEN, "Not implemented"
    ),
    **{
        f"no {packed.NAMES[codec]}": Case(
            partial(packed.batch, JUNK, codec), GapCause.BROKEN, "compressed data"
        )
        for codec in (packed.GZIP, packed.SNAPPY, packed.LZ4, packed.ZSTD)
    },
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_what_cannot_be_read_is_named_and_stepped_over(
    mock: Mock, reads: Apart, case: Case
) -> None:
    between(mock, case.make())
    seen = await everything(reads, {0: 4 + case.count})
    assert texts(seen) == READABLE
    (one,) = seen.unread
    assert (one.partition, one.first, one.last) == (0, 2, 1 + case.count)
    assert (one.cause, seen.left) == (case.cause, {})
    assert case.said in one.detail


@pytest.mark.parametrize("codec", ["lz4", "snappy", "zstd"])
async def test_no_codec_unpacks_more_than_the_process_may_hold(
    mock: Mock, reads: Apart, codec: str
) -> None:
    mock.put(TOPIC, [b"before 0", b"before 1"])
    packed.put_packed(mock, TOPIC, [bytes(60 * MEBI)], codec, 0)
    mock.put(TOPIC, [b"after 0", b"after 1"])
    seen = await everything(reads, {0: 5})
    assert texts(seen) == READABLE
    assert [(one.first, one.last, one.codec) for one in seen.unread] == [(2, 2, codec)]


async def test_what_ordinary_producers_pack_is_read(mock: Mock, reads: Apart) -> None:
    packed.put_packed(mock, TOPIC, [bytes(4 * MEBI)], "gzip", 0)
    packed.put_packed(mock, TOPIC, [bytes(1000)] * 10_000, "lz4", 1)
    seen = await everything(reads, {0: 1, 1: 10_000})
    assert (seen.read, seen.unread) == (10_001, [])


async def test_the_newest_are_found_behind_many_marks_of_transactions(
    mock: Mock, reads: Apart
) -> None:
    mock.put(TOPIC, [b"first", b"last"])
    for _ in range(60):
        packed.put(mock, TOPIC, packed.batch(packed.mark(), packed.MARK))
    records = Records(mock.servers, Cluster(mock.servers), reads)
    answer = await records.read(Question(TOPIC), PARTITIONS)
    assert texts(answer.found) == ["first", "last"]


@pytest.mark.parametrize("count", [1, 700])
async def test_who_is_patient_does_not_fetch_the_batch_behind(
    mock: Mock, reads: Apart, count: int
) -> None:
    """That one would end the process in the place of the batch that is asked for."""
    body = b"".join(packed.record(b"v", number) for number in range(count))
    packed.put(mock, TOPIC, packed.batch(body, packed.NONE, count))
    packed.put(mock, TOPIC, packed.batch(packed.gzip_bomb(2 * MEMORY), packed.GZIP))
    task = Task(TOPIC, {0: (0, count)}, Wanted(), 50, alone=True, patient=True)
    for _ in range(TIMES):
        seen, stuck = await reads._ask(task)
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while seen.left and not stuck:  # Its time was over: the machine is busy.
                seen, stuck = await reads._ask(task)
        assert (seen.read, seen.left, stuck) == (count, {}, {})


async def test_one_partition_that_cannot_be_read_hides_no_other(mock: Mock, reads: Apart) -> None:
    for number in range(PARTITIONS):
        mock.put(TOPIC, [f"of {number}".encode()] * 2, partition=number)
    packed.put(mock, TOPIC, packed.batch(packed.crowd(CROWD), packed.GZIP, CROWD), 3)
    mock.put(TOPIC, [b"behind"], partition=3)
    seen = await everything(reads, {**dict.fromkeys(range(PARTITIONS), 2), 3: CROWD + 3})
    others = [f"of {number}" for number in range(PARTITIONS) for _ in range(2)]
    assert texts(seen) == ["behind", *others]
    assert [(one.partition, one.first, one.last) for one in seen.unread] == [(3, 2, CROWD + 1)]


async def test_what_is_known_to_be_unreadable_is_not_tried_again(
    mock: Mock, reads: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    between(mock, packed.batch(packed.crowd(CROWD), packed.GZIP, CROWD))
    first = await everything(reads, {0: CROWD + 4})
    asked: list[tuple[int, int]] = []
    exchange = Apart._exchange

    async def watched(self: Apart, task: Task) -> Any:
        asked.extend(task.spans.values())
        return await exchange(self, task)

    monkeypatch.setattr(Apart, "_exchange", watched)
    again = await everything(reads, {0: CROWD + 4})
    assert (texts(again), again.unread) == (READABLE, first.unread)
    # No process is said not to end: librdkafka may begin with the batch behind what is asked for.
    (gap,) = first.unread
    assert [span for span in asked if span[0] <= gap.last and span[1] > gap.first] == []
    assert {number for span in asked for number in range(*span)} == {0, 1, CROWD + 2, CROWD + 3}


async def test_a_batch_larger_than_the_clients_bound_is_named_and_not_tried(
    mock: Mock, reads: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such an answer librdkafka hangs up on, again and again: the partition is stuck."""
    between(mock, packed.batch(packed.record(bytes(2 * MEBI)), packed.NONE))
    monkeypatch.setattr(module, "LARGEST_ANSWER", MEBI)
    exchange = Apart._exchange

    async def stuck(self: Apart, task: Task) -> Any:
        if not task.alone:
            return Seen(left=dict(task.spans)), dict.fromkeys(task.spans, ""), []
        assert (2, 3) not in task.spans.values()
        return await exchange(self, task)

    monkeypatch.setattr(Apart, "_exchange", stuck)
    seen = await everything(reads, {0: 5})
    assert texts(seen) == READABLE
    assert [(one.first, one.last, one.cause) for one in seen.unread] == [(2, 2, GapCause.LARGE)]


async def test_a_search_counts_each_message_once(mock: Mock, reads: Apart) -> None:
    between(mock, packed.batch(JUNK, packed.GZIP))
    tally = Tally({MessageCheck(value="after"): 0, MessageCheck(value="before"): 0})
    left = {0: (0, 5)}
    while left:
        left = (await reads.read(Task(TOPIC, left, tally, 0))).left
    assert [*tally.counts.values()] == [2, 2]
