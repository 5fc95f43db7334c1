"""One consumer a topic, however many follow it, and never more than is shown."""

from contextlib import ExitStack

import pytest

from streaminglab_page.bell import Bell
from streaminglab_page.kafka import follow
from streaminglab_page.kafka.follow import KEPT, TOPICS, Follower, Followers
from streaminglab_page.kafka.message import Message
from streaminglab_page.kafka.shown import Shown

NOTHING = Shown("null", "", 0)


def message(offset: int) -> Message:
    return Message(0, offset, 1, NOTHING, NOTHING, ())


def test_each_browser_is_told_what_it_has_not_seen() -> None:
    follower = Follower("weather", Bell())
    follower.hear([message(1), message(2)], 0)
    begun = follower.count
    follower.hear([message(3)], 0)
    assert [one.offset for one in follower.since(begun)] == [3]
    assert [one.offset for one in follower.since(0)] == [1, 2, 3]


def test_what_came_too_fast_is_counted_and_not_kept() -> None:
    follower = Follower("weather", Bell())
    follower.hear([message(n) for n in range(25)], 75)
    assert (follower.count, len(follower.since(0))) == (100, 25)
    for _ in range(10):
        follower.hear([message(n) for n in range(25)], 0)
    assert len(follower.since(0)) == KEPT


def test_a_trouble_is_told_once() -> None:
    bell = Bell()
    follower = Follower("weather", bell)
    for words in ("away", "away", "", ""):
        follower.hear([], 0, words)
    assert bell.rung == 2


async def test_thirty_browsers_have_one_consumer(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(follow, "tail", lambda _s, follower, _p, _l: begun.append(follower.topic))
    followers = Followers("x:1", Bell())
    with followers.follow("weather", 4) as first:
        for _ in range(30):
            with followers.follow("weather", 4) as one:
                assert one is first
        assert first and not first.ending.is_set()
    assert first.ending.is_set()
    with followers.follow("weather", 4) as again:
        assert again is not first
    assert begun == ["weather", "weather"]


async def test_a_crowd_of_topics_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "tail", lambda *_: None)
    followers = Followers("x:1", Bell())
    with ExitStack() as all_of_them:
        for n in range(TOPICS):
            assert all_of_them.enter_context(followers.follow(f"t{n}", 1))
        assert all_of_them.enter_context(followers.follow("one more", 1)) is None
        assert all_of_them.enter_context(followers.follow("t0", 1))
