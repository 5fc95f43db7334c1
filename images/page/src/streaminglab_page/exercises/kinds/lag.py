"""A consumer group fell behind, and caught up. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Kind, topic_name, whole, words

MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class LagCheck:
    """Empty: any group."""

    topic: str = ""
    name: str = ""
    grew: int = 1
    fell: int = 0


def seen(asks: LagCheck, facts: Facts) -> bool:
    """Whether the lag of one group went so."""
    return any(
        followed.rose_and_fell(asks.grew, asks.fell)
        for (group, topic), followed in facts.followed.items()
        if topic == asks.topic and asks.name in ("", group)
    )


LAG = Kind(
    name="lag",
    says="A consumer group fell behind on a topic, while somebody looked.",
    source=Origin.GROUPS,
    fields=(
        topic_name("the topic", needed=True),
        words("name", "the group; any if it is left out"),
        whole("grew", "its lag grew by at least so many messages; 1 if it is left out", 1, MOST),
        whole("fell", "and after that it shrank by at least so many", 1, MOST),
    ),
    record=LagCheck,
    seen=seen,
)
