"""A topic is there, and is made as it should be. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Field, Kind, topic_name, whole

MOST_PARTITIONS, MOST_REPLICAS = 1000, 16
VALUE = 512


@dataclass(frozen=True, slots=True)
class TopicCheck:
    """0: however many. ``config``: settings with the values that must be in force."""

    name: str = ""
    partitions: int = 0
    replicas: int = 0
    config: tuple[tuple[str, str], ...] = ()


def seen(asks: TopicCheck, facts: Facts) -> bool:
    """Whether there is such a topic."""
    topic = facts.layout.topic(asks.name)
    if topic is None:
        return False
    in_force = facts.settings.get(asks.name, {})
    return (
        asks.partitions in (0, len(topic.partitions))
        and all(asks.replicas in (0, len(part.replicas)) for part in topic.partitions)
        and all(in_force.get(name) == value for name, value in asks.config)
    )


TOPIC = Kind(
    name="topic",
    says="A topic is there.",
    source=Origin.LAYOUT,
    fields=(
        topic_name("the topic", needed=True, name="name"),
        whole("partitions", "it has exactly so many partitions", 1, MOST_PARTITIONS),
        whole("replicas", "each partition has exactly so many replicas", 1, MOST_REPLICAS),
        Field(
            "config",
            "its settings have these values, whether they were given to it or are the default",
            f"names and values, each a text of at most {VALUE} letters in quotes",
            lambda at: at.pairs(VALUE),
        ),
    ),
    record=TopicCheck,
    seen=seen,
)
