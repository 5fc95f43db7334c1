"""A broker left an ISR, and came back. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from streaminglab_page.exercises.facts import Facts, Origin
from streaminglab_page.exercises.kind import Kind, topic_name, true
from streaminglab_page.kafka.timeline import Change


@dataclass(frozen=True, slots=True)
class IsrCheck:
    """Empty: of any topic."""

    topic: str = ""
    left: bool = False
    returned: bool = False


def seen(asks: IsrCheck, facts: Facts) -> bool:
    """Who came back had left: that is seen even where nobody looked when he went."""
    changes = [c for c in facts.changes if c.what == "isr" and asks.topic in ("", c.topic)]
    returned = any(_gained(change) for change in changes)
    left = returned or any(_lost(change) for change in changes)
    return (left or not asks.left) and (returned or not asks.returned)


def _lost(change: Change) -> bool:
    return bool(set(change.before) - set(change.after))


def _gained(change: Change) -> bool:
    return bool(set(change.after) - set(change.before))


ISR = Kind(
    name="isr",
    says="A broker went out of an ISR.",
    source=Origin.CHANGES,
    fields=(
        topic_name("of a partition of this topic; of any if it is left out"),
        true("left", "a broker went out"),
        true("returned", "a broker came back"),
    ),
    record=IsrCheck,
    seen=seen,
    refuse=lambda asks: "" if asks.left or asks.returned else "needs left, returned, or both",
)
