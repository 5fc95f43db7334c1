"""What consumer groups did while somebody looked: how far behind, and who read what. Pure.

A check is a question about one moment; that a lag grew and fell again is seen over several looks.
What was seen is lost when the page is started anew, and then has to be seen once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from streaminglab_page.kafka.picture import lag
from streaminglab_page.kafka.view import Group, Place

TURNS = 64
"""Turning points that are kept of one lag, the newest."""
STABLE = "Stable"
"""As brokers write it in DescribeGroups, and as kafka-python passes it on."""
Dealt = frozenset[tuple[str, Place]]
"""Which consumer has which partition."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One group on one topic.

    - ``lags``: where its lag turned, the oldest first, the last one as it is now
    - ``dealt``: who has which partition; ``deals``: how often that was dealt out anew
    """

    lags: tuple[int, ...] = ()
    dealt: Dealt = frozenset()
    deals: int = 0

    def rose_and_fell(self, by: int, down: int) -> bool:
        """Whether the lag grew by so much, and after that shrank by so much."""
        least = [min(self.lags[: at + 1]) for at in range(len(self.lags))]
        last = [min(self.lags[at:]) for at in range(len(self.lags))]
        return any(
            here - least[at] >= by and here - last[at] >= down for at, here in enumerate(self.lags)
        )


def seen(
    before: Mapping[tuple[str, str], Followed],
    groups: Iterable[Group],
    end: Mapping[Place, int],
    topics: Iterable[str],
) -> dict[tuple[str, str], Followed]:
    """After another look. A group that is gone is forgotten."""
    wanted = sorted(set(topics))
    return {
        (group.name, topic): _looked(before.get((group.name, topic), Followed()), group, end, topic)
        for group in groups
        for topic in wanted
        if any(place[0] == topic for place in group.places())
    }


def behind(group: Group, topic: str, end: Mapping[Place, int]) -> int | None:
    """Messages of a topic that a group has not read yet; None while that is not known."""
    read = [place for place in group.committed if place[0] == topic]
    known = [messages for place in read if (messages := lag(group, end, place)) is not None]
    return sum(known) if known and len(known) == len(read) else None


def _looked(before: Followed, group: Group, end: Mapping[Place, int], topic: str) -> Followed:
    now = behind(group, topic, end)
    lags = before.lags if now is None else _turned(before.lags, now)
    if group.state != STABLE:
        # Between two deals nobody has anything, or some have it still.
        return replace(before, lags=lags)
    dealt = frozenset(
        (m.id, place) for m in group.members for place in m.places if place[0] == topic
    )
    if not dealt or dealt == before.dealt:
        return replace(before, lags=lags)
    # Who ended all consumers and started others has no rebalance to show.
    stayed = {member for member, _ in dealt} & {member for member, _ in before.dealt}
    return Followed(lags, dealt, before.deals + bool(stayed))


def _turned(lags: tuple[int, ...], now: int) -> tuple[int, ...]:
    """A lag that goes on rising, or falling, is one step."""
    if len(lags) > 1 and (lags[-1] - lags[-2]) * (now - lags[-1]) >= 0:
        lags = lags[:-1]
    elif lags and lags[-1] == now:
        return lags
    return (*lags, now)[-TURNS:]
