"""A question about messages that ends the reading process: it gets on, and gets to the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streaminglab_page.helper import Ended, Ending
from streaminglab_page.kafka import apart
from streaminglab_page.kafka.apart import TRIES, Apart, Seen
from streaminglab_page.kafka.batches import Batch
from streaminglab_page.kafka.gaps import LATE, GapCause
from streaminglab_page.kafka.message import Wanted
from streaminglab_page.kafka.reading import Task

Answer = tuple[Seen, dict[int, str], list[int]]
SLOW = 100.0
"""Seconds that an end takes: more than a question has."""


class Brokers:
    """One broker that leads everything. Each message is a batch by itself; ``bombs`` end who is
    told to read them, or to read up to ten before them and more than one batch at a time."""

    def __init__(self, *bombs: tuple[int, int]) -> None:
        self.bombs, self.now, self.ends, self.transactional = {*bombs}, 0.0, 0, False

    async def leaders(self, _: str) -> dict[int, tuple[str, int]]:
        return dict.fromkeys(range(100), ("broker", 9092))

    async def batch(self, _h: str, _p: int, _t: str, _n: int, offset: int) -> Batch | None:
        return Batch(offset, offset, 9, "gzip", self.transactional)

    async def exchange(self, task: Task) -> Answer:
        ahead = 0 if task.alone else 10
        for partition, (first, end) in task.spans.items():
            if any((partition, n) in self.bombs for n in range(first, end + ahead)):
                self.ends += 1
                self.now += SLOW
                raise Ended
        self.now += 1
        return Seen(read=sum(end - first for first, end in task.spans.values())), {}, []


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[[Brokers], Apart]:
    def make(brokers: Brokers) -> Apart:
        found = Apart("x:1", brokers, clock=lambda: brokers.now)
        monkeypatch.setattr(found, "_exchange", brokers.exchange)
        monkeypatch.setattr(apart, "batch_at", brokers.batch)
        return found

    return make


async def whole(reads: Apart, **ends: int) -> tuple[Seen, int]:
    """All of a topic, and how many questions it took."""
    seen = Seen(left={int(name[1:]): (0, end) for name, end in ends.items()})
    for asked in range(1, 1000):
        left, seen.left = seen.left, {}
        seen.add(await reads.read(Task("t", left, Wanted(b"k"), 0)), 0)
        if not seen.left:
            return seen, asked
        assert seen.left != left, "it has not got on"
    raise AssertionError(seen.left)


async def test_a_question_that_is_slow_to_end_gets_on(made: Callable[[Brokers], Apart]) -> None:
    brokers = Brokers((7, 5))
    seen, _ = await whole(made(brokers), **{f"p{n}": 20 for n in range(16)})
    assert [(one.partition, one.first) for one in seen.unread] == [(7, 5)]
    assert seen.read == 16 * 20 - 1


async def test_a_process_that_ends_by_what_is_far_ahead_ends_once(
    made: Callable[[Brokers], Apart],
) -> None:
    """Batch by batch up to there, over many questions, and not by another end for each."""
    brokers = Brokers((0, 300))
    seen, asked = await whole(made(brokers), p0=302)
    assert seen.read == 301
    assert asked > 5
    assert brokers.ends == 1 + TRIES


async def test_a_batch_before_a_bomb_is_not_blamed_for_it(
    made: Callable[[Brokers], Apart], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kafka's client may fetch the next batch, too: not for who is patient."""
    brokers = Brokers((0, 3))
    reads = made(brokers)
    exchange = brokers.exchange

    async def ahead(task: Task) -> Answer:
        if task.spans == {0: (2, 3)} and not task.patient:
            raise Ended
        return await exchange(task)

    monkeypatch.setattr(reads, "_exchange", ahead)
    seen, _ = await whole(reads, p0=6)
    assert [one.first for one in seen.unread] == [3]
    assert seen.read == 5


@pytest.mark.parametrize("times", [1, LATE - 1, LATE])
async def test_a_batch_is_read_as_soon_as_the_machine_has_time_again(
    made: Callable[[Brokers], Apart], monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Who is late by the clock is not blamed at once: nothing is known of it."""
    brokers = Brokers()
    reads, late = made(brokers), TRIES * times

    async def busy(task: Task) -> Answer:
        nonlocal late
        if task.spans == {0: (2, 3)} and late:
            late -= 1
            raise Ended(Ending.LATE)
        return await Brokers.exchange(brokers, task)

    monkeypatch.setattr(reads, "_exchange", busy)
    seen = Seen(left={0: (2, 3)})
    # The first question of a reading is for all, and its end makes the batch suspect.
    late += 1
    asked = 0
    while seen.left:
        left, seen.left, asked = seen.left, {}, asked + 1
        seen.add(await reads.read(Task("t", left, Wanted(b"k"), 0)), 0)
    blamed = [(2, GapCause.TIME)] if times == LATE else []
    assert [(one.first, one.cause) for one in seen.unread] == blamed
    assert (seen.read, asked) == ((0, LATE) if blamed else (1, times + 1))


async def test_a_topic_that_is_nothing_but_bombs_comes_to_an_end(
    made: Callable[[Brokers], Apart],
) -> None:
    brokers = Brokers(*((p, n) for p in range(3) for n in range(8)))
    seen, _ = await whole(made(brokers), p0=8, p1=8, p2=8)
    assert (seen.read, len(seen.unread)) == (0, 24)


async def test_a_batch_that_an_aborted_transaction_wrote_is_not_blamed(
    made: Callable[[Brokers], Apart], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it holds is not given, so that the next one is fetched, which is what ends."""
    brokers, reads = Brokers((0, 3)), made(Brokers())
    brokers.transactional = True
    exchange, reads = brokers.exchange, made(brokers)

    async def ahead(task: Task) -> Answer:
        if task.spans == {0: (2, 3)} and task.committed:
            raise Ended
        return await exchange(task)

    monkeypatch.setattr(reads, "_exchange", ahead)
    seen, _ = await whole(reads, p0=6)
    assert [one.first for one in seen.unread] == [3]
