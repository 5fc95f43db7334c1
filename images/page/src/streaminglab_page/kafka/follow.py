"""Messages of a topic as they come: one consumer a topic, however many browsers follow it."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import closing, contextmanager, suppress

from confluent_kafka import OFFSET_END, Consumer, KafkaException, TopicPartition
from confluent_kafka import Message as Raw

from streaminglab_base.clock import Clock
from streaminglab_page.bell import Bell
from streaminglab_page.kafka.clients import words
from streaminglab_page.kafka.message import Decode, Message, message, undecoded
from streaminglab_page.kafka.reading import consumer, there, weight

KEPT = 50
TOPICS = 3
PARTITIONS = 500
BATCH = 100
BATCH_BYTES = 4 * 2**20
SHOWN = 25
"""Of one batch: nobody reads more in half a second."""
POLL_SECONDS = 0.5
PATIENCE_SECONDS = 30.0
CLOCK = Clock()


class Follower:
    """One topic. ``count``: how many messages have come; the newest are in ``since``.

    ``beyond``: partitions that are not followed.
    """

    def __init__(self, topic: str, bell: Bell, decode: Decode = undecoded, beyond: int = 0) -> None:
        self.topic, self._bell, self._decode, self.beyond = topic, bell, decode, beyond
        self._kept: deque[tuple[int, Message]] = deque(maxlen=KEPT)
        self.count, self.browsers = 0, 0
        self.trouble = ""
        self.ending = threading.Event()

    def since(self, count: int) -> list[Message]:
        """What has come since, the oldest first, as far as it was kept."""
        return [one for number, one in self._kept if number > count]

    async def take(self, messages: list[Message], more: int) -> None:
        """Messages came, which may have to be decoded first."""
        self.hear(await self._decode(messages), more)

    def hear(self, messages: list[Message], more: int, trouble: str = "") -> None:
        """Messages came, and so many more before them that are not shown."""
        self.count += more
        for one in messages:
            self.count += 1
            self._kept.append((self.count, one))
        if messages or trouble != self.trouble:
            self.trouble = trouble
            self._bell.ring()


def tail(
    servers: str, follower: Follower, partitions: int, loop: asyncio.AbstractEventLoop
) -> None:
    """Read a topic from its end on, until the follower is ending; in a thread of its own."""
    ends = [TopicPartition(follower.topic, n, OFFSET_END) for n in range(partitions)]
    # A closed loop, or one that answers no more: the page ends, and nobody is there to be told.
    with suppress(RuntimeError, TimeoutError, CancelledError), closing(consumer(servers)) as source:
        source.assign(ends)
        while not follower.ending.is_set():
            try:
                batch, crowded = _batch(source)
            except KafkaException as error:
                loop.call_soon_threadsafe(follower.hear, [], 0, words(error))
                continue
            found = [raw for raw in batch if raw.error() is None]
            if crowded:
                # More comes than is shown: what lies in between is left out, and costs nobody.
                source.assign(ends)
            told = [message(raw) for raw in found[-SHOWN:]]
            taken = follower.take(told, len(found) - len(told))
            # Waited for: a topic that is decoded slowly is read slowly.
            asyncio.run_coroutine_threadsafe(taken, loop).result(PATIENCE_SECONDS)


def _batch(source: Consumer) -> tuple[list[Raw], bool]:
    """What comes in half a second, and whether there is more than is looked at."""
    found, size, end = list[Raw](), 0, CLOCK.monotonic() + POLL_SECONDS
    while (left := end - CLOCK.monotonic()) > 0:
        came = there(source, BATCH - len(found), left)
        found += came
        size += sum(weight(raw) for raw in came if raw.error() is None)
        if len(found) >= BATCH or size >= BATCH_BYTES:
            return found, True
    return found, False


class Followers:
    """The topics that are followed now."""

    def __init__(self, servers: str, bell: Bell, decode: Decode = undecoded) -> None:
        self._servers, self._bell, self._decode = servers, bell, decode
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
        read = min(partitions, PARTITIONS)
        follower = Follower(topic, self._bell, self._decode, partitions - read)
        self._all[topic] = follower
        told = (self._servers, follower, read, asyncio.get_running_loop())
        # Not in the loop's pool of threads, which it would fill; it ends with the process.
        threading.Thread(target=tail, args=told, name="follow", daemon=True).start()
        return follower
