"""Settings of topics that the spec names no more: they go back to their defaults. Pure.

Kafka does not say who set what, and what a student set by hand stays. So the status keeps which
settings the lab has named, and the Job init gets which of them to give back. A topic that is
listed no more keeps its data, and with it its settings.
"""

from collections.abc import Iterable, Mapping

from streaminglab_operator.api import EffectiveSpec
from streaminglab_operator.api.status_topics import AskedTopic, TopicsStatus

MOST_UNLISTED = 64
"""Of topics that the spec lists no more, so many are remembered: a lab may rename them for ever."""

Names = Mapping[str, frozenset[str]]
"""By topic, the names of its settings."""


def following(last: TopicsStatus, spec: EffectiveSpec, checksum: str) -> TopicsStatus:
    """What is to be recorded now. ``checksum``: of init's configuration but for what it gives back;
    while it is the same, what was in force before stays the same too."""
    if checksum == last.config_checksum:
        return last
    named = {topic.name: frozenset(topic.config) for topic in spec.topics}
    before, wanted = _names(last.before), _names(last.named)
    if last.done:
        # All was given back but what belongs to topics that were listed no more.
        before = {topic: names for topic, names in before.items() if topic not in wanted}
    known = _bounded(_united(before, wanted), named)
    return TopicsStatus(config_checksum=checksum, named=_listed(named), before=_listed(known))


def given_back(now: TopicsStatus) -> dict[str, tuple[str, ...]]:
    """By topic that there is, the settings that go back to their defaults."""
    before = _names(now.before)
    found = {
        topic: tuple(sorted(before.get(topic, frozenset()) - names))
        for topic, names in _names(now.named).items()
    }
    return {topic: names for topic, names in found.items() if names}


def unlisted(now: TopicsStatus) -> list[str]:
    """Topics that the lab had, and that nothing deletes."""
    return sorted(_names(now.before).keys() - _names(now.named).keys())


def recorded(last: TopicsStatus, now: TopicsStatus) -> bool:
    """Whether all that init would set is recorded already."""
    known = _united(_names(last.before), _names(last.named))
    return all(names <= known.get(topic, frozenset()) for topic, names in _names(now.named).items())


def _names(topics: Iterable[AskedTopic]) -> Names:
    return {topic.name: frozenset(topic.settings) for topic in topics}


def _listed(names: Names) -> list[AskedTopic]:
    return [AskedTopic(name=topic, settings=sorted(found)) for topic, found in names.items()]


def _united(one: Names, other: Names) -> Names:
    both = sorted(one.keys() | other.keys())
    return {topic: one.get(topic, frozenset()) | other.get(topic, frozenset()) for topic in both}


def _bounded(names: Names, listed: Names) -> Names:
    gone = [topic for topic in names if topic not in listed]
    dropped = set(gone[: max(0, len(gone) - MOST_UNLISTED)])
    return {topic: settings for topic, settings in names.items() if topic not in dropped}
