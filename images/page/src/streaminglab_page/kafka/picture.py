"""What one browser is shown of Kafka: lists with a bound, and how many more there are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from streaminglab_page.kafka.view import (
    Disk,
    Group,
    Layout,
    Look,
    Member,
    Partition,
    Place,
    Topic,
)

TOPICS = 100
PARTITIONS = 100
GROUPS = 50
MEMBERS = 50
BROKERS = 64


@dataclass(frozen=True, slots=True)
class Known:
    """All that was asked for. ``first``, ``end``: offsets of the partitions that were looked at;
    ``rates``: messages a second by topic; ``more_groups``: groups that were not asked about;
    ``unread``: what Kafka did not tell (`groups`, `offsets`, `sizes`), and why, in its words."""

    layout: Layout = field(default_factory=Layout)
    groups: tuple[Group, ...] = ()
    more_groups: int = 0
    first: Mapping[Place, int] = field(default_factory=dict)
    end: Mapping[Place, int] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    disk: Disk = field(default_factory=Disk)


def picture(known: Known, look: Look) -> dict[str, Any]:
    """What a look shows."""
    topics = wanted(known.layout, look)
    group = next((group for group in known.groups if group.name == look.group), None)
    topic = known.layout.topic(look.topic) if look.topic else None
    shown_groups = [g for g in known.groups if _matches(g.name, look)]
    return {
        "brokers": brokers(known.layout, known.disk),
        "partitions": sum(len(topic.partitions) for topic in known.layout.topics),
        "topics": [_topic(topic, known) for topic in topics[:TOPICS]],
        "more_topics": max(0, len(topics) - TOPICS),
        "topic": _partitions(topic, known, look.page) if topic else None,
        "groups": [_group(group, known) for group in shown_groups[:GROUPS]],
        "more_groups": max(0, len(shown_groups) - GROUPS) + known.more_groups,
        "unread": dict(known.unread),
        "group": _members(group, known, look.page) if group else None,
    }


def wanted(layout: Layout, look: Look) -> list[Topic]:
    """The topics that a look names: Kafka's own only to who searches for them."""
    return [
        topic
        for topic in layout.topics
        if _matches(topic.name, look) and (not topic.internal or "_" in look.search)
    ]


def brokers(layout: Layout, disk: Disk) -> list[dict[str, Any]]:
    """Every broker that is there, or that a partition should lie on."""
    leads, holds, lacks = dict[int, int](), dict[int, int](), dict[int, int]()
    for topic in layout.topics:
        for partition in topic.partitions:
            _add(leads, (partition.leader,))
            _add(holds, partition.replicas)
            _add(lacks, set(partition.replicas) - set(partition.isr))
    return [
        {
            "id": number,
            "host": layout.brokers.get(number, ""),
            "here": number in layout.brokers,
            "controller": number == layout.controller,
            "leads": leads.get(number, 0),
            "holds": holds.get(number, 0),
            "lacks": lacks.get(number, 0),
            "size": disk.brokers.get(number) if number in layout.brokers else None,
        }
        for number in sorted(layout.brokers.keys() | holds.keys())[:BROKERS]
    ]


def lag(group: Group, end: Mapping[Place, int], place: Place) -> int | None:
    """Messages of a partition that a group has not read yet; None if that is not known."""
    committed, last = group.committed.get(place), end.get(place)
    return None if committed is None or last is None else max(0, last - committed)


def _matches(name: str, look: Look) -> bool:
    return look.search.lower() in name.lower()


def _add(counts: dict[int, int], numbers: Iterable[int]) -> None:
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1


def _topic(topic: Topic, known: Known) -> dict[str, Any]:
    counts = [_messages(known, place) for place in topic.places()]
    return {
        "name": topic.name,
        "partitions": len(topic.partitions),
        "replicas": max((len(p.replicas) for p in topic.partitions), default=0),
        "lacks": sum(p.lacks for p in topic.partitions),
        "offline": sum(p.leader < 0 for p in topic.partitions),
        "messages": _sum(counts),
        "rate": known.rates.get(topic.name),
        "size": _sum([known.disk.partitions.get(place) for place in topic.places()]),
    }


def _messages(known: Known, place: Place) -> int | None:
    first, end = known.first.get(place), known.end.get(place)
    return None if first is None or end is None else max(0, end - first)


def _sum(counts: Sequence[int | None]) -> int | None:
    """None if one of them is not known: a part would look like the whole."""
    found = [count for count in counts if count is not None]
    return sum(found) if len(found) == len(counts) else None


def _partitions(topic: Topic, known: Known, page: int) -> dict[str, Any]:
    rows = [_partition(topic.name, partition, known) for partition in _page(topic.partitions, page)]
    return {"name": topic.name, "all": len(topic.partitions), "page": page, "rows": rows}


def _partition(topic: str, partition: Partition, known: Known) -> dict[str, Any]:
    place = (topic, partition.number)
    return {
        **asdict(partition),
        "lacks": partition.lacks,
        "first": known.first.get(place),
        "end": known.end.get(place),
        "size": known.disk.partitions.get(place),
    }


def _page(rows: Sequence[Any], page: int) -> Sequence[Any]:
    return rows[page * PARTITIONS : (page + 1) * PARTITIONS]


def _group(group: Group, known: Known) -> dict[str, Any]:
    return {
        "name": group.name,
        "state": group.state,
        "members": len(group.members),
        "topics": sorted({topic for topic, _ in group.all_places()})[:5],
        "lag": _sum([lag(group, known.end, place) for place in group.committed]),
    }


def _members(group: Group, known: Known, page: int) -> dict[str, Any]:
    places = group.places()
    owner = {place: member for member in group.members for place in member.places}
    return {
        "name": group.name,
        "state": group.state,
        "members": [_member(member) for member in group.members[:MEMBERS]],
        "more_members": max(0, len(group.members) - MEMBERS),
        "all": len(places),
        "page": page,
        "rows": [_position(group, known, place, owner.get(place)) for place in _page(places, page)],
    }


def _member(member: Member) -> dict[str, Any]:
    shown = {"id": member.id, "client": member.client, "host": member.host}
    return {**shown, "partitions": len(member.places)}


def _position(group: Group, known: Known, place: Place, member: Member | None) -> dict[str, Any]:
    return {
        "topic": place[0],
        "partition": place[1],
        "committed": group.committed.get(place),
        "end": known.end.get(place),
        "lag": lag(group, known.end, place),
        "member": member.client or member.id if member else "",
    }
