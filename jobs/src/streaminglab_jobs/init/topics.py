"""Topics as the lab wants them: made, grown, configured; what cannot be changed is said."""

import logging
from typing import Any

from confluent_kafka import KafkaError, KafkaException

# The package re-exports these names without saying so to type checkers.
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from streaminglab_base.errors import JobError
from streaminglab_jobs.config import Topic
from streaminglab_jobs.init.answers import TIMEOUT_SECONDS, answer
from streaminglab_jobs.kafka.clients import sorted_error

log = logging.getLogger(__name__)


class Topics:
    """Brings topics to their wanted state; can be called again and again."""

    def __init__(self, admin: AdminClient) -> None:
        self._admin = admin

    def ensure(self, wanted: Topic) -> str:
        """Make or change one topic; return in words what was done.

        Raises JobError for what cannot be changed, Unavailable for what may work later.
        """
        found = self._describe(wanted.name)
        if found is None:
            self._create(wanted)
            return f"topic {wanted.name!r} made with {wanted.partitions} partitions"
        done = self._grow(wanted, found) + self._configure(wanted)
        return f"topic {wanted.name!r} " + (", ".join(done) if done else "is as wanted")

    def _describe(self, name: str) -> Any:
        """The topic's metadata; None when it does not exist."""
        try:
            found = self._admin.list_topics(name, timeout=TIMEOUT_SECONDS).topics[name]
        except KafkaException as error:
            raise sorted_error(error, f"asking for topic {name!r}") from error
        if found.error is None:
            return found
        if found.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return None
        raise sorted_error(found.error, f"asking for topic {name!r}")

    def _create(self, wanted: Topic) -> None:
        new = NewTopic(
            wanted.name,
            num_partitions=wanted.partitions,
            replication_factor=wanted.replication_factor,
            config=dict(wanted.config),
        )
        answer(
            lambda: self._admin.create_topics([new], operation_timeout=TIMEOUT_SECONDS),
            f"making topic {wanted.name!r} with replication factor {wanted.replication_factor}",
            ignore=KafkaError.TOPIC_ALREADY_EXISTS,
        )

    def _grow(self, wanted: Topic, found: Any) -> list[str]:
        have = len(found.partitions)
        replicas = {len(p.replicas) for p in found.partitions.values()}
        if replicas and replicas != {wanted.replication_factor}:
            raise JobError(
                f"topic {wanted.name!r}: the replication factor is {max(replicas)} and cannot be "
                f"changed to {wanted.replication_factor}; delete the topic to have it made anew"
            )
        if have > wanted.partitions:
            raise JobError(
                f"topic {wanted.name!r}: it has {have} partitions and Kafka cannot take any away "
                f"({wanted.partitions} wanted); delete the topic to have it made anew"
            )
        if have == wanted.partitions:
            return []
        more = NewPartitions(wanted.name, wanted.partitions)
        answer(
            lambda: self._admin.create_partitions([more], operation_timeout=TIMEOUT_SECONDS),
            f"adding partitions to topic {wanted.name!r}",
        )
        return [f"grown from {have} to {wanted.partitions} partitions"]

    def _configure(self, wanted: Topic) -> list[str]:
        """Set what differs, and give back what the lab named before. Other settings are left as
        they are: a student may have set them by hand."""
        if not wanted.config and not wanted.unset:
            return []
        resource = ConfigResource(ResourceType.TOPIC, wanted.name)
        doing = f"configuring topic {wanted.name!r}"
        now = answer(lambda: self._admin.describe_configs([resource]), doing)
        setting = {k: v for k, v in wanted.config.items() if k not in now or now[k].value != v}
        back = [k for k in wanted.unset if k not in wanted.config and _is_set(now.get(k))]
        entries = [_entry(k, AlterConfigOpType.SET, v) for k, v in setting.items()]
        entries += [_entry(k, AlterConfigOpType.DELETE) for k in back]
        if not entries:
            return []
        change = ConfigResource(ResourceType.TOPIC, wanted.name, incremental_configs=entries)
        answer(lambda: self._admin.incremental_alter_configs([change]), doing)
        done = [f"{k} set to {v}" for k, v in sorted(setting.items())]
        return done + [f"{k} back to its default" for k in sorted(back)]


def _entry(name: str, what: AlterConfigOpType, value: str | None = None) -> ConfigEntry:
    return ConfigEntry(name, value, incremental_operation=what)


def _is_set(found: Any) -> bool:
    """Whether a setting is the topic's own, and not one of the broker or of Kafka (KIP-226)."""
    own = ConfigSource.DYNAMIC_TOPIC_CONFIG
    return found is not None and found.source in (own, own.value)
