"""Kafka: one command at a time, its result, and only then its offset.

A command is done at least once: when the pod dies between the result and the offset, the next one
runs it again. dbt's models can be run twice, and a result tells where its command lies.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, Protocol

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

from streaminglab_base.errors import Unavailable
from streaminglab_dbt.settings import Settings

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
ASK_SECONDS = 10.0
SPARE_SECONDS = 300


class Record(Protocol):
    """The part of confluent_kafka.Message that is used."""

    def topic(self) -> str | None: ...
    def partition(self) -> int | None: ...
    def offset(self) -> int | None: ...
    def key(self) -> Any: ...
    def value(self) -> Any: ...
    def error(self) -> KafkaError | None: ...


def common(settings: Settings) -> dict[str, Any]:
    """What both clients are told. Names and meanings: librdkafka's CONFIGURATION.md."""
    return {
        "bootstrap.servers": settings.bootstrap_servers,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 2000,
        "allow.auto.create.topics": False,
        "error_cb": lambda error: log.debug("Kafka: %s", error.str()),
        "log_level": 2,
    }


def consumer_settings(settings: Settings) -> dict[str, Any]:
    """One record at a time; the group waits for the longest run."""
    return {
        **common(settings),
        "group.id": settings.group,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        # A command that was sent before the first start counts.
        "auto.offset.reset": "earliest",
        "max.poll.interval.ms": (settings.timeout + SPARE_SECONDS) * 1000,
        "queued.min.messages": 1,
        "queued.max.messages.kbytes": 64,
    }


class Broker:
    """The two topics."""

    def __init__(self, settings: Settings, consumer: Any = None, producer: Any = None) -> None:
        self._results = settings.results
        self._consumer: Any = consumer or Consumer(consumer_settings(settings))
        self._producer: Any = producer or Producer(
            # 0: a result waits for as long as the broker is away.
            {**common(settings), "enable.idempotence": True, "delivery.timeout.ms": 0}
        )
        self._consumer.subscribe([settings.commands])

    def next(self) -> Record | None:
        """The next command; None when there is none for a second, or Kafka is away."""
        record: Record | None = self._consumer.poll(POLL_SECONDS)
        if record is None:
            return None
        if error := record.error():
            if error.code() != KafkaError._PARTITION_EOF:
                raise Unavailable(f"Kafka: {error.str()}")
            return None
        return record

    def ready(self) -> bool:
        """Whether the group gave a partition to this program."""
        return bool(self._consumer.assignment())

    def publish(self, key: bytes | None, result: dict[str, Any], check: Callable[[], None]) -> None:
        """Write a result, however long it takes; `check` may raise to end the wait."""
        failures: list[KafkaError] = []
        delivered: list[bool] = []

        def answered(error: KafkaError | None, _: object) -> None:
            (failures.append(error) if error else delivered.append(True))

        self._producer.produce(
            self._results, json.dumps(result).encode(), key, on_delivery=answered
        )
        while not delivered:
            if failures:
                raise Unavailable(f"Kafka, writing to {self._results}: {failures[0].str()}")
            self._producer.poll(0.2)
            check()

    def commit(self, record: Record) -> bool:
        """Mark a command as done; False when another member of the group has taken it over."""
        try:
            self._consumer.commit(message=record, asynchronous=False)
        except KafkaException as error:
            code = error.args[0].code()
            if code in LOST:
                log.warning("the command may be run again: %s", error.args[0].str())
                return False
            raise Unavailable(f"Kafka, committing an offset: {error.args[0].str()}") from error
        return True

    def close(self) -> None:
        """Leave the group, so that a successor need not wait for this one's session to end."""
        self._consumer.close()


LOST = frozenset(
    {
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.FENCED_INSTANCE_ID,
        KafkaError._STATE,
        KafkaError._ASSIGNMENT_LOST,
    }
)
