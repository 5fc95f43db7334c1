"""Handing points to the idempotent Kafka producer, and knowing what arrived."""

import logging

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from streaminglab_base.errors import JobError, Stopped
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.kafka.clients import sorted_error
from streaminglab_jobs.points import Point, to_producer_json

log = logging.getLogger(__name__)
MILLISECOND = 1_000_000
FLUSH_SECONDS = 20.0
LINE_SECONDS = 5.0
SETTLE_SECONDS = 1.0


class DeliveryFailed(Exception):
    """This Kafka client cannot go on; a new one, starting from what the topic holds, can."""


class Delivery:
    """One Kafka producer's life: from its start to a fatal error or the end of the job."""

    def __init__(self, producer: Producer, topic: str, stopping: Stopping) -> None:
        self._producer = producer
        self._topic = topic
        self._stopping = stopping
        self._now = stopping.clock.monotonic
        self._failure: KafkaError | None = None
        self._last_line = self._now()
        self.arrived = 0

    def hand_on(self, point: Point) -> None:
        """Queue a point; waits while the queue is full. Raises DeliveryFailed after a failure."""
        while True:
            self._check()
            try:
                self._producer.produce(
                    self._topic,
                    to_producer_json(point),
                    point.station,
                    on_delivery=self._on_delivery,
                    timestamp=max(0, point.time // MILLISECOND),
                )
                return
            except BufferError:
                self._producer.poll(0.1)
                self._say_waiting()
            except KafkaException as error:
                raise self._sorted(error) from error

    def serve(self) -> None:
        """Let callbacks run. Raises DeliveryFailed when a record was not delivered."""
        self._producer.poll(0)
        self._check()
        if len(self._producer):
            self._say_waiting()
        else:
            self._last_line = self._now()

    def close(self) -> int:
        """Wait for what is queued, within a bound; return how many records are left behind.

        Nothing is lost by that: the next process reads in the topic how far this one came.
        """
        return self._producer.flush(FLUSH_SECONDS)

    def abandon(self) -> None:
        """Throw away what is queued, and give what is under way a moment to arrive."""
        self._producer.purge()
        self._producer.flush(SETTLE_SECONDS)
        self._stopping.sleep(SETTLE_SECONDS)

    def _on_delivery(self, error: KafkaError | None, _message: Message) -> None:
        if error is None:
            self.arrived += 1
        elif self._failure is None:
            self._failure = error

    def _check(self) -> None:
        if self._stopping.asked:
            raise Stopped
        if self._failure is not None:
            raise self._sorted(self._failure)

    def _sorted(self, error: KafkaException | KafkaError) -> DeliveryFailed | JobError:
        found = sorted_error(error, f"writing to {self._topic!r}")
        return found if isinstance(found, JobError) else DeliveryFailed(str(found))

    def _say_waiting(self) -> None:
        now = self._now()
        if now - self._last_line >= LINE_SECONDS:
            self._last_line = now
            log.info(f"waiting for Kafka: {len(self._producer)} points wait in the queue")
