"""One reader a topic, however many follow it, and never more than is shown."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from streaminglab_page.bell import Bell
from streaminglab_page.kafka import follow
from streaminglab_page.kafka.apart import Seen
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.follow import KEPT, MOST, SHOWN, Follower, Followers, Subject, Tail
from streaminglab_page.kafka.gaps import Gap, GapCause
from streaminglab_page.kafka.message import Message, Wanted
from streaminglab_page.kafka.reading import Task
from streaminglab_page.kafka.shown import Shown
from streaminglab_page.kafka.view import Place
from tests.patience import PATIENCE

NOTHING = Shown("null", "", 0)
BAD = Gap(0, 3, 3, GapCause.MEMORY, 9, "gzip")
TOPIC = Subject("t")
EVEN = Subject("t", wanted=Wanted(key=b"even"))


class Brokers:
    """``ends``: of each partition; None: they do not answer. ``left``: what is not read in time."""

    def __init__(self, *ends: int) -> None:
        self.ends: list[int] | None = [*ends]
        self.left: dict[int, tuple[int, int]] = {}
        self.unread: list[Gap] = []
        self.asked: list[Task] = []
        self.looks = 0

    async def offsets(self, places: list[Place], *, first: bool) -> dict[Place, int]:
        assert not first
        self.looks += 1
        if self.ends is None:
            raise CannotAsk("away")
        ends = dict(enumerate(self.ends))
        return {place: ends[place[1]] for place in places if ends.get(place[1], -1) >= 0}

    async def read(self, task: Task) -> Seen:
        self.asked.append(task)
        found = list[Message]()
        for partition, (first, end) in task.spans.items():
            stop, _ = self.left.get(partition, (end, 0))
            found += [message(n) for n in range(first, stop)]
        read = len(found)
        found = found if task.wanted.all else [one for one in found if one.offset % 2 == 0]
        task.wanted.note([len(found)])
        return Seen(found[-task.keep :], read, dict(self.left), self.unread)


def message(offset: int) -> Message:
    return Message(0, offset, 1, NOTHING, NOTHING, ())


def test_each_browser_is_told_what_it_has_not_seen() -> None:
    follower = Follower(Bell())
    follower.hear([message(1), message(2)], 0)
    begun = follower.count
    follower.hear([message(3)], 0)
    assert [one.offset for one in follower.since(begun)] == [3]
    assert [one.offset for one in follower.since(0)] == [1, 2, 3]


def test_what_came_too_fast_is_counted_and_not_kept() -> None:
    follower = Follower(Bell())
    follower.hear([message(n) for n in range(25)], 75)
    assert (follower.count, len(follower.since(0))) == (100, 25)
    for _ in range(10):
        follower.hear([message(n) for n in range(25)], 0)
    assert len(follower.since(0)) == KEPT


def test_a_trouble_is_told_once() -> None:
    bell = Bell()
    follower = Follower(bell)
    for words in ("away", "away", "", ""):
        follower.hear([], 0, words)
    assert bell.rung == 2


async def test_what_was_there_before_is_not_told() -> None:
    brokers, tail = Brokers(7, 3), Tail(TOPIC, range(2))
    assert await tail.next(brokers, brokers) == (Seen(), 0)
    brokers.ends = [9, 3]
    seen, more = await tail.next(brokers, brokers)
    assert ([one.offset for one in seen.messages], more) == ([7, 8], 0)
    assert brokers.asked[0].spans == {0: (7, 9)}


async def test_of_many_the_last_are_read_and_the_others_are_counted() -> None:
    brokers, tail = Brokers(0, 0), Tail(TOPIC, range(2))
    await tail.next(brokers, brokers)
    brokers.ends = [10_000, 10_000]
    seen, more = await tail.next(brokers, brokers)
    assert len(seen.messages) == SHOWN
    assert more + len(seen.messages) == 20_000
    assert brokers.asked[0].spans == dict.fromkeys((0, 1), (10_000 - SHOWN, 10_000))


async def test_what_was_not_read_in_time_is_read_later() -> None:
    brokers, tail = Brokers(0), Tail(TOPIC, range(1))
    await tail.next(brokers, brokers)
    brokers.ends, brokers.left = [5], {0: (2, 5)}
    first, _ = await tail.next(brokers, brokers)
    brokers.left = {}
    second, _ = await tail.next(brokers, brokers)
    assert [one.offset for one in [*first.messages, *second.messages]] == [0, 1, 2, 3, 4]


async def test_a_topic_that_was_made_anew_and_a_partition_without_a_leader() -> None:
    brokers, tail = Brokers(90, -1), Tail(TOPIC, range(2))
    await tail.next(brokers, brokers)
    brokers.ends = [2, 5]
    seen, more = await tail.next(brokers, brokers)
    assert ([one.offset for one in seen.messages], more) == ([0, 1], 0)


async def test_who_follows_is_told_of_what_cannot_be_read() -> None:
    bell = Bell()
    follower = Follower(bell)
    await follower.take(Seen(unread=[BAD]), 0)
    assert ([*follower.unread], bell.rung) == ([BAD], 1)


async def test_thirty_browsers_have_one_reader() -> None:
    brokers = Brokers(0)
    followers = Followers(brokers, brokers, Bell())
    with followers.follow(TOPIC, 1) as first:
        for _ in range(30):
            with followers.follow(TOPIC, 1) as one:
                assert one is first
        await asyncio.sleep(0)
        assert brokers.looks == 1
    with followers.follow(TOPIC, 1) as again:
        assert again is not first
    await asyncio.sleep(0)
    assert brokers.looks == 1, "who is gone already asks nothing"


async def test_brokers_that_are_away_are_asked_again() -> None:
    brokers, bell = Brokers(), Bell()
    brokers.ends = None
    with ExitStack() as patched:
        patched.callback(setattr, follow, "POLL_SECONDS", follow.POLL_SECONDS)
        follow.POLL_SECONDS = 0.01
        with Followers(brokers, brokers, bell).follow(TOPIC, 1) as follower:
            assert follower
            async with asyncio.timeout(PATIENCE):
                await bell.heard(0, PATIENCE)
                assert follower.trouble == "away"
                brokers.ends = [0]
                await bell.heard(1, PATIENCE)
            assert follower.trouble == ""


async def test_for_a_key_each_message_that_came_is_looked_at() -> None:
    brokers, tail = Brokers(0), Tail(EVEN, range(1))
    await tail.next(brokers, brokers)
    brokers.ends = [40]
    seen, more = await tail.next(brokers, brokers)
    assert brokers.asked[0].spans == {0: (0, 40)}
    assert ([one.offset for one in seen.messages], more) == ([*range(0, 40, 2)], 0)
    brokers.ends = [40 + 4 * SHOWN]
    seen, more = await tail.next(brokers, brokers)
    assert (len(seen.messages), more) == (SHOWN, SHOWN), "of too many the others are counted"


async def test_who_follows_a_key_is_told_how_many_were_looked_at() -> None:
    bell = Bell()
    follower = Follower(bell)
    await follower.take(Seen(read=70, left={0: (70, 100)}), 0)
    assert (follower.looked, follower.behind, follower.count, bell.rung) == (70, 30, 0, 1)


async def test_one_partition_is_followed_alone_and_one_that_is_not_there_is_told() -> None:
    brokers, bell = Brokers(0, 0, 0), Bell()
    with Followers(brokers, brokers, bell).follow(Subject("t", 9), 3) as follower:
        assert follower
        async with asyncio.timeout(PATIENCE):
            await bell.heard(0, PATIENCE)
        assert "there is no such partition" in follower.trouble
        assert follower.beyond == 0


async def test_what_differs_in_what_is_looked_for_has_a_reader_of_its_own() -> None:
    brokers = Brokers(0)
    followers = Followers(brokers, brokers, Bell())
    with followers.follow(TOPIC, 1) as all_of_it, followers.follow(EVEN, 1) as some:
        assert all_of_it is not some
        with followers.follow(Subject("t", wanted=Wanted(key=b"even")), 1) as same:
            assert same is some


async def test_a_crowd_is_refused() -> None:
    brokers = Brokers(0)
    followers = Followers(brokers, brokers, Bell())
    with ExitStack() as all_of_them:
        for n in range(MOST):
            assert all_of_them.enter_context(followers.follow(Subject(f"t{n}"), 1))
        assert all_of_them.enter_context(followers.follow(Subject("one more"), 1)) is None
        assert all_of_them.enter_context(followers.follow(Subject("t0"), 1))
