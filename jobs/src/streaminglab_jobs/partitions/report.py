"""The layout as a termination message: counts of everything, and as many partitions as fit."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from streaminglab_jobs.partitions.layout import NOBODY, Layout, Partition

ROOM_BYTES = 2300
"""For the partitions; with the counts and a message it stays below the limit of ``outcome``."""
MOST_WORDS = 300


def build(seen: Layout, own_topics: Sequence[str], missing: Sequence[str]) -> dict[str, Any]:
    """Make the report: the lab's own topics first, then the others, as many as there is room for.

    Each partition is a list, because its keys would take most of the room: topic, number, leader,
    replicas, in sync. ``missing``: what is not as it can be, in words.
    """
    reported, left_out = _fitting(_ordered(seen.partitions, own_topics))
    under = [p for p in seen.partitions if len(p.in_sync) < len(p.replicas)]
    leaders = Counter(p.leader for p in seen.partitions)
    return {
        "settled": not missing,
        "message": _message(len(seen.partitions), len(under), missing),
        "brokers": sorted(seen.brokers),
        "leaders": {str(broker): leaders[broker] for broker in sorted(seen.brokers)},
        "total": len(seen.partitions),
        "underReplicated": len(under),
        "offline": leaders[NOBODY],
        "partitions": reported,
        "leftOut": left_out,
    }


def _ordered(partitions: Iterable[Partition], own_topics: Sequence[str]) -> list[Partition]:
    rank = {topic: number for number, topic in enumerate(own_topics)}
    last = len(rank)
    return sorted(partitions, key=lambda p: (rank.get(p.topic, last), p.topic, p.number))


def _fitting(partitions: Sequence[Partition]) -> tuple[list[list[Any]], int]:
    reported: list[list[Any]] = []
    room = ROOM_BYTES
    for partition in partitions:
        entry = [*partition[:3], list(partition.replicas), list(partition.in_sync)]
        room -= len(json.dumps(entry)) + 2
        if room < 0:
            break
        reported.append(entry)
    return reported, len(partitions) - len(reported)


def _message(total: int, under: int, missing: Sequence[str]) -> str:
    if missing:
        more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
        return f"{missing[0]}{more}"[:MOST_WORDS]
    if under:
        return f"{under} of {total} partitions lack the replicas of stopped brokers, and no others"
    return f"all replicas of {total} partitions are in sync"
