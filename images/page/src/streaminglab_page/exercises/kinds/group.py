"""A consumer group reads a topic. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.followed import behind
from streaminglab_page.exercises.kind import Kind, topic_name, whole, words
from streaminglab_page.kafka.view import Group

MOST = 1000
MOST_LAG = 1_000_000_000
ANY_LAG = -1


@dataclass(frozen=True, slots=True)
class GroupCheck:
    """Empty: any group. ``ANY_LAG``: however far behind."""

    topic: str = ""
    name: str = ""
    partitions: int = 1
    members: int = 0
    lag_at_most: int = ANY_LAG


def seen(asks: GroupCheck, facts: Facts) -> bool:
    """Whether one group does all that is asked."""
    groups = (group for group in facts.groups if asks.name in ("", group.name))
    return any(_does(group, asks, facts) for group in groups)


def _does(group: Group, asks: GroupCheck, facts: Facts) -> bool:
    places = [place for place in group.places() if place[0] == asks.topic]
    readers = [one for one in group.members if any(topic == asks.topic for topic, _ in one.places)]
    lag = behind(group, asks.topic, facts.end)
    return (
        len(places) >= asks.partitions
        and len(readers) >= asks.members
        and (asks.lag_at_most == ANY_LAG or (lag is not None and lag <= asks.lag_at_most))
    )


GROUP = Kind(
    name="group",
    says="A consumer group reads a topic.",
    source=Origin.GROUPS,
    fields=(
        topic_name("the topic", needed=True),
        words("name", "the group; any if it is left out"),
        whole("partitions", "it reads, or has read, at least so many partitions", 1, MOST),
        whole("members", "at least so many of its consumers have partitions of the topic", 1, MOST),
        whole("lagAtMost", "it is no more than so many messages behind", 0, MOST_LAG),
    ),
    record=GroupCheck,
    seen=seen,
)
