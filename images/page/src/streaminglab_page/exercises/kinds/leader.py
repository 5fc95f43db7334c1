"""A partition has got another leader. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Kind, topic_name, true
from streaminglab_page.kafka.timeline import Change
from streaminglab_page.kafka.view import Place


@dataclass(frozen=True, slots=True)
class LeaderCheck:
    """Empty: of any topic."""

    topic: str = ""
    moved: bool = True


def seen(asks: LeaderCheck, facts: Facts) -> bool:
    """Whether one broker followed another; none in between is no other one."""
    return _moved(c for c in facts.changes if c.what == "leader" and asks.topic in ("", c.topic))


def _moved(changes: Iterable[Change]) -> bool:
    last: dict[Place, int] = {}
    for change in changes:
        place = change.topic, change.partition
        for broker in (*change.before, *change.after):
            if broker >= 0 and last.setdefault(place, broker) != broker:
                return True
    return False


LEADER = Kind(
    name="leader",
    says="A partition has got another leader.",
    source=Origin.CHANGES,
    fields=(
        topic_name("of this topic; of any if it is left out"),
        true("moved", "the leader is another one; may be left out"),
    ),
    record=LeaderCheck,
    seen=seen,
)
