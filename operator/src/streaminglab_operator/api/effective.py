"""A spec with everything worked out: what the planner reads.

Defaults that depend on another field (brokers from the profile, replication from the brokers)
are decided here and nowhere else; durations and rates become numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from streaminglab_operator.api.spec import StreamingLabSpec, parts
from streaminglab_operator.schema.units import parse_rate, parse_retention
from streaminglab_operator.services import OPTIONAL
from streaminglab_operator.services.context import Topic
from streaminglab_operator.services.kafka_spec import DEFAULT_PARTITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streaminglab_operator.api.spec_access import AccessSpec
    from streaminglab_operator.api.spec_chaos import ChaosSpec
    from streaminglab_operator.schema.base import SpecModel
    from streaminglab_operator.schema.egress import EgressSpec
    from streaminglab_operator.schema.exercises import ExercisesSpec
    from streaminglab_operator.schema.parts import ResourceSpec
    from streaminglab_operator.schema.pods import PodsSpec
    from streaminglab_operator.services.base import Service
    from streaminglab_operator.services.influxdb_spec import WeatherField
    from streaminglab_operator.services.pieces import P, Part

RESILIENCE_BROKERS = 3


@dataclass(frozen=True, slots=True)
class EffectiveAlert:
    """One alert; exactly one of `above` and `below` is a number."""

    name: str
    field: WeatherField
    above: float | None
    below: float | None
    every: str


@dataclass(frozen=True, slots=True)
class EffectiveStorage:
    """One disk: a Kubernetes quantity and a StorageClass ("" is the cluster's default)."""

    size: str
    class_name: str


@dataclass(frozen=True, slots=True)
class EffectiveSpec:
    """A spec that leaves no question open. Times are in seconds, rates in points per second."""

    profile: str
    brokers: int
    kafka_storage: EffectiveStorage
    kafka_config: Mapping[str, str]
    stopped_brokers: tuple[int, ...]
    chaos: ChaosSpec | None
    kafka_resources: ResourceSpec | None
    topics: tuple[Topic, ...]
    org: str
    bucket: str
    retention_seconds: int
    influxdb_storage: EffectiveStorage
    influxdb_resources: ResourceSpec | None
    alerts: tuple[EffectiveAlert, ...]
    telegraf_resources: ResourceSpec | None
    producer_topic: str
    telegraf_topic: str
    alert_topic: str | None
    stations: int
    rate: float
    points: int
    seed: int
    passwords_secret_name: str
    retain_data: bool
    weather: bool
    suspend: bool
    access: AccessSpec
    pods: PodsSpec
    egress: EgressSpec
    exercises: ExercisesSpec | None
    parts: Mapping[str, SpecModel]
    """What the lab has of the parts of services and programs, by field, with their defaults."""

    def part(self, part: Part[P]) -> P | None:
        """The part of one service, or None in a lab without it."""
        return self.parts.get(part.field)  # type: ignore[return-value]

    def has(self, service: Service[Any]) -> bool:
        """Whether the lab has a service."""
        return service.part.field in self.parts and (self.weather or not service.weather)

    @property
    def endless(self) -> bool:
        """Whether the injection never ends by itself (points: 0)."""
        return self.weather and self.points == 0


def effective(spec: StreamingLabSpec) -> EffectiveSpec:
    """Work out everything a spec leaves open. The spec must have passed `validate_spec`."""
    influxdb = spec.influxdb
    return EffectiveSpec(
        profile=spec.profile,
        brokers=brokers_of(spec),
        kafka_storage=EffectiveStorage(spec.kafka.storage, spec.kafka.storage_class_name or ""),
        kafka_config=MappingProxyType(dict(sorted(spec.kafka.config.items()))),
        stopped_brokers=tuple(sorted(set(spec.kafka.stopped_brokers))),
        chaos=spec.chaos,
        kafka_resources=spec.kafka.resources,
        topics=_topics(spec),
        org=influxdb.org,
        bucket=influxdb.bucket,
        retention_seconds=parse_retention(influxdb.retention),
        influxdb_storage=EffectiveStorage(influxdb.storage, influxdb.storage_class_name or ""),
        influxdb_resources=influxdb.resources,
        alerts=tuple(
            EffectiveAlert(a.name, a.field, a.above, a.below, a.every) for a in influxdb.alerts
        ),
        telegraf_resources=spec.telegraf.resources,
        producer_topic=spec.producer.topic,
        telegraf_topic=spec.telegraf.topic,
        alert_topic=spec.telegraf.alert_topic if spec.weather and influxdb.alerts else None,
        stations=spec.inject.stations,
        rate=parse_rate(spec.inject.rate),
        points=spec.inject.points,
        seed=spec.inject.seed,
        passwords_secret_name=spec.passwords_secret_name or "",
        retain_data=spec.retain_data,
        weather=spec.weather,
        suspend=spec.suspend,
        access=spec.access,
        pods=spec.pods,
        egress=spec.egress,
        exercises=spec.exercises,
        parts=MappingProxyType(
            {p.field: found for p in parts() if (found := spec.part(p)) is not None}
        ),
    )


def brokers_of(spec: StreamingLabSpec) -> int:
    """The number of brokers: as written, or as the profile says."""
    if spec.kafka.brokers is not None:
        return spec.kafka.brokers
    return RESILIENCE_BROKERS if spec.profile == "resilience" else 1


def written_topics(spec: StreamingLabSpec) -> tuple[str, str, str]:
    """The topics that the lab's own programs write: points twice, alerts once."""
    return spec.producer.topic, spec.telegraf.topic, spec.telegraf.alert_topic


def partitions_by_topic(spec: StreamingLabSpec) -> dict[str, int]:
    """Partitions of every topic, listed or written, by name."""
    written = dict.fromkeys(written_topics(spec), DEFAULT_PARTITIONS)
    return written | {topic.name: topic.partitions for topic in spec.kafka.topics}


def replication_by_topic(spec: StreamingLabSpec, brokers: int) -> dict[str, int]:
    """Replication factor of every topic, by name; one that is unset takes all `brokers`."""
    written = dict.fromkeys(written_topics(spec), brokers)
    listed = {t.name: t.replication_factor or brokers for t in spec.kafka.topics}
    return written | listed


def topics_of_services(spec: StreamingLabSpec) -> dict[str, int]:
    """Partitions of the topics that optional services need, by name."""
    topics: dict[str, int] = {}
    for service in OPTIONAL:
        part = spec.part(service.part)
        if part is not None and service.topics is not None:
            topics |= service.topics(part)
    return topics


def _topics(spec: StreamingLabSpec) -> tuple[Topic, ...]:
    """Every topic that must exist, by name; the alerts' topic only when there are alerts."""
    partitions = topics_of_services(spec) | partitions_by_topic(spec)
    replication = replication_by_topic(spec, brokers_of(spec))
    configs = {topic.name: topic.config for topic in spec.kafka.topics}
    names = set(configs) | set(topics_of_services(spec))
    if spec.weather:
        names |= {spec.producer.topic, spec.telegraf.topic}
    if spec.weather and spec.influxdb.alerts:
        names.add(spec.telegraf.alert_topic)
    return tuple(
        Topic(
            name=name,
            partitions=partitions[name],
            replication_factor=replication.get(name, brokers_of(spec)),
            config=MappingProxyType(dict(sorted(configs.get(name, {}).items()))),
        )
        for name in sorted(names)
    )
