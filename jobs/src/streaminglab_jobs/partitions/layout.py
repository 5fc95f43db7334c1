"""Where the replicas of a cluster's partitions are, and what is missing. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

NOBODY = -1
"""Kafka's number for "no leader"."""


class Partition(NamedTuple):
    """One partition; ``replicas`` in the order of preference for its leader."""

    topic: str
    number: int
    leader: int
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.topic}-{self.number}"


class Layout(NamedTuple):
    """A cluster's brokers that answer, and all its partitions."""

    brokers: frozenset[int]
    partitions: tuple[Partition, ...]


def layout(brokers: Iterable[int], topics: Mapping[str, Any]) -> Layout:
    """Of a client's metadata: the ids of its brokers, and its topics by name."""
    return Layout(
        frozenset(brokers),
        tuple(
            Partition(name, number, found.leader, tuple(found.replicas), tuple(found.isrs))
            for name, topic in sorted(topics.items())
            for number, found in sorted(topic.partitions.items())
        ),
    )


def shortcomings(seen: Layout, brokers: int, stopped: Collection[int]) -> list[str]:
    """In words, what is not yet as it can be while ``stopped`` are away on purpose; empty: all is.

    A stopped broker must be gone altogether: one that was killed leads its partitions until its
    session ends (``broker.session.timeout.ms``, 9 s).
    """
    running = frozenset(range(brokers)) - frozenset(stopped)
    found = [f"broker {n} has not joined" for n in sorted(running - seen.brokers)]
    found += [f"broker {n} has not left" for n in sorted(seen.brokers - running)]
    for partition in seen.partitions:
        wanted = running & frozenset(partition.replicas)
        if wanted and partition.leader not in wanted:
            found.append(f"partition {partition} has no leader")
        found += [
            f"broker {n} is not in sync for partition {partition}"
            for n in sorted(wanted - frozenset(partition.in_sync))
        ]
    return found
