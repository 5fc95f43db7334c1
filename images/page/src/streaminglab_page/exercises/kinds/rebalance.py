"""The partitions of a topic were dealt out anew to a group's consumers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Kind, topic_name, whole, words

MOST = 1000


@dataclass(frozen=True, slots=True)
class RebalanceCheck:
    """Empty: any group."""

    topic: str = ""
    name: str = ""
    count: int = 1


def seen(asks: RebalanceCheck, facts: Facts) -> bool:
    """Whether one group had so many."""
    return any(
        followed.deals >= asks.count
        for (group, topic), followed in facts.followed.items()
        if topic == asks.topic and asks.name in ("", group)
    )


REBALANCE = Kind(
    name="rebalance",
    says="Partitions went from one consumer of a group to another, while somebody looked.",
    source=Origin.GROUPS,
    fields=(
        topic_name("of this topic", needed=True),
        words("name", "the group; any if it is left out"),
        whole("count", "at least so often; 1 if it is left out", 1, MOST),
    ),
    record=RebalanceCheck,
    seen=seen,
)
