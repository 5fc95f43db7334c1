"""Messages of a topic as they come: one consumer a topic, however many browsers follow it."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, Protocol

from confluent_kafka import OFFSET_END, KafkaException, TopicPartition

from streaminglab_page.bell import Bell
from streaminglab_page.kafka.clients import words
from streaminglab_page.kafka.message import Message, message
from streaminglab_page.kafka.reading import consumer

KEPT = 50
TOPICS = 3
PARTITIONS = 500
BATCH = 100
SHOWN = 25
"""Of one batch: nobody reads more in half a second."""
POLL_SECONDS = 0.5


class Follower:
    """One topic. ``count``: how many messages have come; the newest are in ``since``."""

    def __init__(self, topic: str, bell: Bell) -> None:
        self.topic, self._bell = topic, bell
        self._kept: deque[tuple[int, Message]] = deque(maxlen=KEPT)
        self.count, self.browsers = 0, 0
        self.trouble = ""
        self.ending = threading.Event()

    def since(self, count: int) -> list[Message]:
        """What has come since, the oldest first, as far as it was kept."""
        return [one for number, one in self._kept if number > count]

    def hear(self, messages: list[Message], more: int, trouble: str = "") -> None:
        """Messages came, and so many more before them that are not shown."""
        self.count += more
        for one in messages:
            self.count += 1
            self._kept.append((self.count, one))
        if messages or trouble != self.trouble:
            self.trouble = trouble
            self._bell.ring()


def tail(servers: str, follower: Follower, partitions: int, loop: Loop) -> None:
    """Read a topic from its end on, until the follower is ending; in a thread of its own."""
    ends = [TopicPartition(follower.topic, n, OFFSET_END) for n in range(partitions)]
    # A closed loop: the page ends, and nobody is there to be told.
    with suppress(RuntimeError), closing(consumer(servers)) as source:
        source.assign(ends)
        while not follower.ending.is_set():
            try:
                batch = source.consume(BATCH, POLL_SECONDS)
            except KafkaException as error:
                loop.call_soon_threadsafe(follower.hear, [], 0, words(error))
                continue
            found = [raw for raw in batch if raw.error() is None]
            if len(batch) == BATCH:
                # More comes than is shown: what lies in between is left out, and costs nobody.
                source.assign(ends)
            told = [message(raw) for raw in found[-SHOWN:]]
            loop.call_soon_threadsafe(follower.hear, told, len(found) - len(told))


class Loop(Protocol):
    """The part of an event loop that a thread may use."""

    def call_soon_threadsafe(self, call: Callable[..., object], *args: Any) -> object: ...


class Followers:
    """The topics that are followed now."""

    def __init__(self, servers: str, bell: Bell) -> None:
        self._servers, self._bell = servers, bell
        self._all: dict[str, Follower] = {}

    @contextmanager
    def follow(self, topic: str, partitions: int) -> Iterator[Follower | None]:
        """A follower of a topic; None when there are too many topics already."""
        if topic not in self._all and len(self._all) >= TOPICS:
            yield None
            return
        follower = self._all.get(topic) or self._begin(topic, partitions)
        follower.browsers += 1
        try:
            yield follower
        finally:
            follower.browsers -= 1
            if not follower.browsers:
                self._all.pop(topic, None)
                follower.ending.set()

    def _begin(self, topic: str, partitions: int) -> Follower:
        follower = self._all[topic] = Follower(topic, self._bell)
        told = (self._servers, follower, min(partitions, PARTITIONS), asyncio.get_running_loop())
        # Not in the loop's pool of threads, which it would fill; it ends with the process.
        threading.Thread(target=tail, args=told, name="follow", daemon=True).start()
        return follower
