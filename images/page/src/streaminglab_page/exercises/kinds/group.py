"""A consumer group reads a topic. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Kind, topic_name, whole, words
from streaminglab_page.kafka.picture import lag
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
    return (
        len(places) >= asks.partitions
        and len(readers) >= asks.members
        and (asks.lag_at_most == ANY_LAG or _behind(group, asks.topic, facts) <= asks.lag_at_most)
    )


def _behind(group: Group, topic: str, facts: Facts) -> int:
    """Messages that it has not read yet; beyond every bound while that is not known."""
    read = [place for place in group.committed if place[0] == topic]
    behind = [lag(group, facts.end, place) for place in read]
    known = [messages for messages in behind if messages is not None]
    return sum(known) if known and len(known) == len(behind) else MOST_LAG + 1


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
