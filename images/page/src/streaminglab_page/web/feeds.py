"""What a stream of events can tell of: each browser names what it looks at, and hears of that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import Protocol

from aiohttp import web

from streaminglab_page.bounded import text
from streaminglab_page.kafka.follow import Follower
from streaminglab_page.kafka.message import Message
from streaminglab_page.kafka.reader import Reader
from streaminglab_page.kafka.view import Look
from streaminglab_page.polled import Polled
from streaminglab_page.web.site import SITE, Site

MOST_PAGES = 10_000


class Feed(Protocol):
    """One kind of event. ``news``: its data if there is something new since the last call."""

    event: str

    def news(self) -> str | None:
        """One line of text."""


class LabFeed:
    """The lab's state."""

    event = "lab"

    def __init__(self, site: Site) -> None:
        self._board, self._told = site.board, -1

    def news(self) -> str | None:
        if self._told == self._board.version:
            return None
        self._told = self._board.version
        return self._board.text()


class KafkaFeed:
    """What a look shows of Kafka."""

    event = "kafka"

    def __init__(self, reader: Reader, look: Look) -> None:
        self._reader, self._look, self._told = reader, look, -1

    def news(self) -> str | None:
        if self._told == self._reader.version:
            return None
        self._told = self._reader.version
        return json.dumps(self._reader.news(self._look))


class PolledFeed:
    """Something that is asked for while somebody looks."""

    def __init__(self, event: str, polled: Polled) -> None:
        self.event, self._polled, self._told = event, polled, 0

    def news(self) -> str | None:
        if self._told == self._polled.version:
            return None
        self._told = self._polled.version
        return self._polled.text


class MessageFeed:
    """Messages of a topic as they come, from now on."""

    event = "messages"

    def __init__(self, follower: Follower | None) -> None:
        self._follower = follower
        self._told = follower.count if follower else 0
        self._said: str | None = None

    def news(self) -> str | None:
        if self._follower is None:
            trouble, found, count = "crowded", list[Message](), self._told
        else:
            trouble, count = self._follower.trouble, self._follower.count
            found = self._follower.since(self._told)
        if not found and trouble == self._said:
            return None
        left_out = count - self._told - len(found)
        self._told, self._said = count, trouble
        messages = [asdict(message) for message in found]
        return json.dumps({"trouble": trouble, "messages": messages, "left_out": left_out})


@contextmanager
def feeds(request: web.Request) -> Iterator[list[Feed]]:
    """What a browser asked to hear of, by the parameters of the stream's address."""
    site, asked = request.app[SITE], request.query
    with ExitStack() as looking:
        found: list[Feed] = [LabFeed(site)]
        if site.kafka and "kafka" in asked:
            look = look_of(request)
            looking.enter_context(site.kafka.reader.looked_at(look))
            found.append(KafkaFeed(site.kafka.reader, look))
        if site.connect and "connect" in asked:
            looking.enter_context(site.connect.polled.looked_at())
            found.append(PolledFeed("connect", site.connect.polled))
        if site.kafka and (topic := text(asked.get("follow", ""))):
            known = site.kafka.reader.known.layout.topic(topic)
            partitions = len(known.partitions) if known else 1
            follower = looking.enter_context(site.kafka.followers.follow(topic, partitions))
            found.append(MessageFeed(follower))
        yield found


def look_of(request: web.Request) -> Look:
    """What a browser looks at."""
    asked = request.query
    page = asked.get("page", "")
    return Look(
        search=text(asked.get("search", "")),
        topic=text(asked.get("topic", "")),
        group=text(asked.get("group", "")),
        page=min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() else 0,
    )
