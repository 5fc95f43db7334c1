"""A message that came since the exercises began. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Kind, topic_name, whole, words
from streaminglab_page.kafka.message import Raw

MOST = 1_000_000
KEY, PART = 1000, 1000
ANY = -1


@dataclass(frozen=True, slots=True)
class MessageCheck:
    """None, empty or ``ANY``: whatever it is. ``value``: a part of the value."""

    topic: str = ""
    key: str | None = None
    partition: int = ANY
    value: str = ""
    header: str = ""
    count: int = 1

    def in_topic(self, _: Mapping[str, Any]) -> str:
        """Where it is looked for, in a lab with a spec."""
        return self.topic

    def fits(self, raw: Raw) -> bool:
        """Whether a message is one of those."""
        return (
            self.partition in (ANY, raw.partition())
            and (self.key is None or raw.key() == self.key.encode())
            and self.value.encode() in (raw.value() or b"")
            and (not self.header or self.header in {name for name, _ in raw.headers() or ()})
        )


def seen(asks: MessageCheck, facts: Facts) -> bool:
    """Whether there were enough."""
    return facts.messages.get(asks, 0) >= asks.count


MESSAGE = Kind(
    name="message",
    says="A message came since the exercises began.",
    source=Origin.MESSAGES,
    fields=(
        topic_name("the topic", needed=True),
        words("key", "it has this very key", KEY),
        whole("partition", "it lies in this partition", 0, 999),
        words("value", "its value holds this text", PART),
        words("header", "it has a header of this name"),
        whole("count", "there are at least so many of them; 1 if it is left out", 1, MOST),
    ),
    record=MessageCheck,
    seen=seen,
)
