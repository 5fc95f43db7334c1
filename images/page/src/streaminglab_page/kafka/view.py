"""What is known of a Kafka cluster, as plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Place = tuple[str, int]
"""A partition: its topic, and its number there."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition. ``leader``: a broker's number; -1: none."""

    number: int
    leader: int
    replicas: tuple[int, ...]
    isr: tuple[int, ...]

    @property
    def lacks(self) -> bool:
        """Whether a replica is not in sync."""
        return len(self.isr) < len(self.replicas)


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic with its partitions, by number."""

    name: str
    partitions: tuple[Partition, ...]

    @property
    def internal(self) -> bool:
        """Whether it is one of Kafka's own."""
        return self.name.startswith("__")

    def places(self) -> list[Place]:
        """Its partitions, as keys."""
        return [(self.name, partition.number) for partition in self.partitions]


@dataclass(frozen=True, slots=True)
class Layout:
    """Brokers that are there (number -> host), topics in the order of their names.

    ``controller``: the broker that leads the metadata's quorum; -1: not known.
    """

    brokers: Mapping[int, str] = field(default_factory=dict)
    topics: tuple[Topic, ...] = ()
    controller: int = -1

    def topic(self, name: str) -> Topic | None:
        """A topic by its name."""
        return next((topic for topic in self.topics if topic.name == name), None)


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes on disk. ``brokers``: all that each holds; ``partitions``: the largest of a partition's
    replicas. What a broker does not tell is left out."""

    brokers: Mapping[int, int] = field(default_factory=dict)
    partitions: Mapping[Place, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """One consumer of a group, with the partitions that it was given."""

    id: str
    client: str
    host: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One consumer group. ``committed``: the offset that it goes on from."""

    name: str
    state: str
    members: tuple[Member, ...] = ()
    committed: Mapping[Place, int] = field(default_factory=dict)

    def places(self) -> list[Place]:
        """Every partition that it reads or has read."""
        return sorted(self.all_places())

    def all_places(self) -> set[Place]:
        """The same, in no order: a group may have thousands."""
        return {place for member in self.members for place in member.places} | self.committed.keys()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting that differs from the default."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Look:
    """What one browser looks at. Empty: no topic, no group, every name."""

    search: str = ""
    topic: str = ""
    group: str = ""
    page: int = 0
    """Of the partitions, counted from 0."""
