"""Questions to Kafka's brokers about the cluster, by one AdminClient for the page's life.

Offsets and settings are asked for in one request a broker (KIP-396), so that what it costs does not
grow with the partitions.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from concurrent.futures import wait
from contextlib import asynccontextmanager, suppress
from typing import Any

from confluent_kafka import ElectionType, KafkaException, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ConfigResource,
    ConfigSource,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

from streaminglab_page.bounded import LONG, SHORT, text
from streaminglab_page.kafka import disk, quorum
from streaminglab_page.kafka.clients import CannotAsk, settings, words
from streaminglab_page.kafka.groups import Groups
from streaminglab_page.kafka.view import (
    Disk,
    Group,
    Layout,
    Partition,
    Place,
    Setting,
    Topic,
)
from streaminglab_page.own import Own

SECONDS = 5.0
OWN = frozenset(
    {
        ConfigSource.DYNAMIC_TOPIC_CONFIG,
        ConfigSource.DYNAMIC_BROKER_CONFIG,
        ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG,
        ConfigSource.STATIC_BROKER_CONFIG,
    }
)
SETTINGS = 200
FIRST = OffsetSpec.earliest()  # type: ignore[no-untyped-call]
END = OffsetSpec.latest()  # type: ignore[no-untyped-call]


class Cluster:
    """The brokers at ``servers``."""

    def __init__(self, servers: str) -> None:
        self._servers = servers
        self._client: Any = None
        self._groups = Groups(servers)
        self._addresses: Mapping[int, tuple[str, int]] = {}

    async def layout(self) -> Layout:
        """Brokers, topics and partitions. Raises CannotAsk."""
        async with _asking():
            found = await asyncio.to_thread(self._admin().list_topics, timeout=SECONDS)
        brokers = [broker for broker in found.brokers.values() if broker.id >= 0]
        if not brokers:
            # Of one that has just started: librdkafka asks again only where it names no topics too.
            raise CannotAsk(Own.NO_BROKERS)
        self._addresses = {broker.id: (broker.host, broker.port) for broker in brokers}
        return Layout(
            {broker.id: text(broker.host) for broker in brokers},
            tuple(_topic(found.topics[name]) for name in sorted(found.topics)),
        )

    async def leaders(self, topic: str) -> dict[int, tuple[str, int]]:
        """Hosts and ports of the brokers that lead a topic's partitions. Raises CannotAsk."""
        async with _asking():
            found = await asyncio.to_thread(self._admin().list_topics, topic, timeout=SECONDS)
        of_topic = found.topics[topic].partitions.values() if topic in found.topics else ()
        leading = ((one.id, found.brokers.get(one.leader)) for one in of_topic)
        return {number: (broker.host, broker.port) for number, broker in leading if broker}

    async def groups(self, brokers: Sequence[int], most: int) -> tuple[list[Group], int]:
        """The first groups by name, and how many more there are. Raises CannotAsk."""
        return await self._groups.read(brokers, most)

    async def offsets(self, places: Iterable[Place], *, first: bool) -> dict[Place, int]:
        """The first or the end offsets of partitions; one that has no leader is left out."""
        spec = FIRST if first else END
        return await self.offsets_by(dict.fromkeys(places, spec))

    async def offsets_since(self, places: Iterable[Place], milliseconds: int) -> dict[Place, int]:
        """The first offsets of messages that are not older; -1: there is none."""
        spec = OffsetSpec.for_timestamp(milliseconds)
        return await self.offsets_by(dict.fromkeys(places, spec))

    async def offsets_by(self, specs: Mapping[Place, Any]) -> dict[Place, int]:
        """Offsets by librdkafka's own words for which."""
        if not specs:
            return {}
        wanted = {TopicPartition(topic, number): spec for (topic, number), spec in specs.items()}
        found: dict[Place, int] = {}
        async with _asking():
            asked = self._admin().list_offsets(wanted, request_timeout=SECONDS)
            # In one wait: thousands of partitions would be as many timers of this loop.
            done = (await asyncio.to_thread(wait, asked.values(), SECONDS * 2)).done
            if not done:
                raise TimeoutError
            for place, future in asked.items():
                if future in done:
                    with suppress(KafkaException):
                        found[place.topic, place.partition] = future.result().offset
        return found

    async def disk(self, places: Collection[Place]) -> Disk:
        """Bytes on the disks of the brokers that were there at the last look."""
        asked = [disk.held(host, port, places) for host, port in self._addresses.values()]
        told = dict(zip(self._addresses, await asyncio.gather(*asked), strict=True))
        largest: dict[Place, int] = {}
        for _, found in told.values():
            for place, size in found.items():
                largest[place] = max(size, largest.get(place, 0))
        return Disk({number: held for number, (held, _) in told.items() if held >= 0}, largest)

    async def controller(self) -> int:
        """The broker that leads the quorum; -1: not known."""
        return await quorum.leader(self._servers)

    async def settings(self, *, topic: str = "", broker: int = -1) -> list[Setting]:
        """Settings of a topic or a broker that are not the default. Raises CannotAsk."""
        kind, name = (ResourceType.TOPIC, topic) if topic else (ResourceType.BROKER, str(broker))
        found = await self._described(ConfigResource(kind, name))
        # The brokers' files are the topics' defaults.
        own = OWN if broker >= 0 else {ConfigSource.DYNAMIC_TOPIC_CONFIG}
        return [
            Setting(text(entry.name), "" if entry.is_sensitive else text(entry.value, SHORT))
            for entry in sorted(found.values(), key=lambda entry: entry.name)
            if ConfigSource(entry.source) in own
        ][:SETTINGS]

    async def in_force(self, topic: str) -> Mapping[str, str]:
        """Every setting of a topic with its value, defaults too. Raises CannotAsk."""
        found = await self._described(ConfigResource(ResourceType.TOPIC, topic))
        return {
            text(name): text(entry.value, LONG)
            for name, entry in found.items()
            if not entry.is_sensitive
        }

    async def create(self, name: str, partitions: int, replicas: int) -> None:
        """Make a topic. Raises CannotAsk with Kafka's refusal."""
        topic = NewTopic(name, num_partitions=partitions, replication_factor=replicas)
        async with _asking():
            (future,) = self._admin().create_topics([topic], request_timeout=SECONDS).values()
            await _wait(future)

    async def elect(self) -> int:
        """Have every partition led by the first of its replicas, as far as that one is in sync; how
        many have another leader now. Raises CannotAsk."""
        async with _asking():
            # No timeout of its own: confluent-kafka 2.16 takes none here ("more argument specifiers
            # than keyword list entries"). How long is waited for it is bounded below.
            asked = self._admin().elect_leaders(ElectionType.PREFERRED)
            # Of the others Kafka says that no election is needed, or that this one is away.
            return sum(error is None for error in (await _wait(asked)).values())

    async def _described(self, resource: Any) -> Mapping[str, Any]:
        async with _asking():
            (future,) = self._admin().describe_configs([resource], request_timeout=SECONDS).values()
            found: Mapping[str, Any] = await _wait(future)
        return found

    def _admin(self) -> Any:
        # Made late: with its threads, and only in a lab whose page somebody has opened or will.
        if self._client is None:
            self._client = AdminClient(settings(self._servers))
        return self._client


async def _wait(future: Any) -> Any:
    # Not to be cancelled: librdkafka fulfils it from a thread of its own.
    return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), SECONDS * 2)


@asynccontextmanager
async def _asking() -> AsyncIterator[None]:
    try:
        yield
    except (KafkaException, TimeoutError, ValueError, TypeError) as error:
        raise CannotAsk(words(error)) from error


def _topic(found: Any) -> Topic:
    return Topic(
        text(found.topic),
        tuple(
            Partition(p.id, p.leader, tuple(p.replicas), tuple(p.isrs))
            for p in sorted(found.partitions.values(), key=lambda p: int(p.id))
        ),
    )
