"""Kafka's administration in memory: topics with their settings, and users."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from confluent_kafka import KafkaError
from confluent_kafka.admin import AlterConfigOpType, ConfigSource  # type: ignore[attr-defined]

from tests.fakes.kafka import answered

DEFAULTS: Mapping[str, str] = {"retention.ms": "604800000", "cleanup.policy": "delete"}
"""Some settings that every topic has, whether set or not."""


@dataclass
class TopicThere:
    """One topic. ``config``: what was set of it, not what it has by default."""

    partitions: int
    replicas: int
    config: dict[str, str] = field(default_factory=dict)


class FakeAdmin:
    """What ``AdminClient`` offers and the Job `init` uses of it."""

    def __init__(self) -> None:
        self.topics: dict[str, TopicThere] = {}
        self.users: dict[str, bytes] = {}

    def list_topics(self, topic: str, timeout: float) -> Any:
        """The metadata of one topic."""
        del timeout
        there = self.topics.get(topic)
        if there is None:
            error = KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)
            return SimpleNamespace(topics={topic: SimpleNamespace(error=error, partitions={})})
        one = SimpleNamespace(replicas=list(range(there.replicas)))
        found = SimpleNamespace(error=None, partitions=dict.fromkeys(range(there.partitions), one))
        return SimpleNamespace(topics={topic: found})

    def create_topics(self, new: Iterable[Any], **_: Any) -> dict[str, Future[Any]]:
        """Make one."""
        (one,) = new
        if one.topic in self.topics:
            return {one.topic: answered(error=KafkaError.TOPIC_ALREADY_EXISTS)}
        config = dict(one.config)
        self.topics[one.topic] = TopicThere(one.num_partitions, one.replication_factor, config)
        return {one.topic: answered()}

    def create_partitions(self, more: Iterable[Any], **_: Any) -> dict[str, Future[Any]]:
        """Let one grow."""
        (one,) = more
        self.topics[one.topic].partitions = one.new_total_count
        return {one.topic: answered()}

    def describe_configs(self, resources: Iterable[Any]) -> dict[Any, Future[Any]]:
        """All settings of one topic."""
        (one,) = resources
        config = self.topics[one.name].config
        usual, own = ConfigSource.DEFAULT_CONFIG.value, ConfigSource.DYNAMIC_TOPIC_CONFIG.value
        shown = {k: SimpleNamespace(value=v, source=usual) for k, v in DEFAULTS.items()}
        shown |= {k: SimpleNamespace(value=v, source=own) for k, v in config.items()}
        return {one: answered(shown)}

    def incremental_alter_configs(self, resources: Iterable[Any]) -> dict[Any, Future[Any]]:
        """Set some, or give them their default back."""
        (one,) = resources
        config = self.topics[one.name].config
        for entry in one.incremental_configs:
            if entry.incremental_operation == AlterConfigOpType.DELETE:
                config.pop(entry.name, None)
            else:
                config[entry.name] = entry.value
        return {one: answered()}

    def describe_user_scram_credentials(self, names: list[str]) -> dict[str, Future[Any]]:
        """None is ever known: each password is set anew."""
        return {name: answered(error=KafkaError.RESOURCE_NOT_FOUND) for name in names}

    def alter_user_scram_credentials(self, wanted: list[Any]) -> dict[str, Future[Any]]:
        """Give one user a password."""
        (one,) = wanted
        self.users[one.user] = one.password
        return {one.user: answered()}
