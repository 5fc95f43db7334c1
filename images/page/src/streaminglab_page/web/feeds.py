"""What a stream of events can tell of: each browser names what it looks at, and hears of that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Protocol

from aiohttp import web

from streaminglab_page.bell import Bell
from streaminglab_page.bounded import text
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.follow import Follower, Subject
from streaminglab_page.kafka.message import as_json
from streaminglab_page.kafka.view import Look
from streaminglab_page.web.asked import filter_of, whole
from streaminglab_page.web.site import SITE, language

MOST_PAGES = 10_000


class Feed(Protocol):
    """One kind of event. ``news``: its data if there is something new since the last call."""

    event: str

    def news(self) -> str | None:
        """One line of text."""


class Versioned(Protocol):
    """What is told of as a whole. ``version``: another one whenever something is new."""

    version: int


class WholeFeed:
    """All that there is to say of a source, each time its version is another one.

    ``heard``: the version that is no news any more.
    """

    def __init__(
        self, event: str, source: Versioned, text: Callable[[], str], heard: int = -1
    ) -> None:
        self.event, self._source, self._text, self._heard = event, source, text, heard

    def news(self) -> str | None:
        if self._heard == self._source.version:
            return None
        self._heard = self._source.version
        return self._text()


class MessageFeed:
    """Messages of a topic as they come, from now on. Without a follower: why there is none.

    ``looked``: how many were looked at for this browser, ``behind``: how many are not yet.
    """

    event = "messages"

    def __init__(self, follower: Follower | None) -> None:
        self._follower = follower or Follower(Bell())
        self._crowded = "" if follower else "crowded"
        self._told, self._began = self._follower.count, self._follower.looked
        self._said: dict[str, Any] | None = None

    def news(self) -> str | None:
        follower = self._follower
        found = follower.since(self._told)
        beside = {
            "trouble": self._crowded or follower.trouble,
            "unread": [one.as_json() for one in follower.unread],
            "beyond": follower.beyond,
            "looked": follower.looked - self._began,
            "behind": follower.behind,
        }
        if not found and beside == self._said:
            return None
        left_out = follower.count - self._told - len(found)
        self._told, self._said = follower.count, beside
        messages = [as_json(message) for message in found]
        return json.dumps({**beside, "messages": messages, "left_out": left_out})


async def followed(request: web.Request) -> int:
    """Partitions of the topic that a browser wants to follow; 1 where Kafka does not say."""
    site, topic = request.app[SITE], text(request.query.get("follow", ""))
    if site.kafka is None or not topic:
        return 1
    try:
        known = await site.kafka.reader.topic(topic)
    except CannotAsk:
        return 1
    return len(known.partitions) if known else 1


@contextmanager
def feeds(request: web.Request, partitions: int) -> Iterator[list[Feed]]:
    """What a browser asked to hear of, by the parameters of the stream's address.

    ``partitions``: of the topic that is followed.
    """
    site, asked = request.app[SITE], request.query
    with ExitStack() as looking:
        found: list[Feed] = [WholeFeed("lab", site.board, site.board.text)]
        if site.kafka and "kafka" in asked:
            look, reader = look_of(request), site.kafka.reader
            looking.enter_context(reader.looked_at(look))
            found.append(WholeFeed("kafka", reader, partial(reader.text, look)))
        sides = {"connect": site.connect.polled if site.connect else None}
        sides |= {"alerts": site.alerts, "metrics": site.metrics}
        for name, polled in sides.items():
            if polled and name in asked:
                looking.enter_context(polled.looked_at())
                # Version 0: nothing was asked for yet.
                found.append(WholeFeed(name, polled, partial(getattr, polled, "text"), heard=0))
        if site.desk and "exercises" in asked:
            desk, spoken = site.desk, language(request)
            looking.enter_context(desk.looked_at())
            found.append(WholeFeed("exercises", desk, partial(desk.text, spoken), heard=0))
        if site.kafka and (topic := text(asked.get("follow", ""))):
            wanted = Subject(topic, whole(asked.get("partition", ""), -1), filter_of(asked))
            follower = looking.enter_context(site.kafka.followers.follow(wanted, partitions))
            found.append(MessageFeed(follower))
        yield found


def look_of(request: web.Request) -> Look:
    """What a browser looks at."""
    asked = request.query
    return Look(
        search=text(asked.get("search", "")),
        topic=text(asked.get("topic", "")),
        group=text(asked.get("group", "")),
        page=min(whole(asked.get("page", ""), 0), MOST_PAGES),
    )
