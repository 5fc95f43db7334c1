"""Handing points to the Kafka client: none is dropped in silence."""

from typing import Any, cast

import pytest
from confluent_kafka import KafkaError

from streaminglab_base.errors import JobError, Stopped
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.points import Point
from streaminglab_jobs.producer.delivery import Delivery, DeliveryFailed
from tests.unit.jobs.fake_clock import FakeClock
from tests.unit.jobs.fake_kafka import FakeProducer

POINT = Point("station-1", 1_500_000_000_123_456_789, 1.0, 2.0, 3.0, 4.0)


def pair() -> tuple[FakeProducer, Delivery, Stopping]:
    producer, stopping = FakeProducer(), Stopping(FakeClock())
    return producer, Delivery(cast(Any, producer), "weather", stopping), stopping


def test_the_key_is_the_station_and_the_time_that_of_the_point() -> None:
    producer, delivery, _ = pair()
    delivery.hand_on(POINT)
    delivery.serve()
    assert producer.records == [("weather", "station-1", 1_500_000_000_123)]
    assert delivery.arrived == 1


def test_a_full_queue_is_waited_for() -> None:
    producer, delivery, _ = pair()
    producer.full = 3
    delivery.hand_on(POINT)
    assert len(producer.records) == 1


def test_a_record_that_was_not_delivered_ends_this_client() -> None:
    producer, delivery, _ = pair()
    producer.fails = KafkaError(KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER)
    delivery.hand_on(POINT)
    with pytest.raises(DeliveryFailed, match="writing to 'weather'"):
        delivery.serve()
    assert delivery.arrived == 0


def test_a_forbidden_topic_is_a_mistake_to_mend() -> None:
    producer, delivery, _ = pair()
    producer.fails = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)
    delivery.hand_on(POINT)
    with pytest.raises(JobError, match="'weather'"):
        delivery.serve()


def test_after_a_stop_no_more_is_taken_but_what_was_taken_is_delivered() -> None:
    producer, delivery, stopping = pair()
    delivery.hand_on(POINT)
    stopping.stop()
    with pytest.raises(Stopped):
        delivery.hand_on(POINT)
    assert delivery.close() == 0
    assert delivery.arrived == len(producer.records) == 1


def test_an_abandoned_client_sends_nothing_of_its_queue() -> None:
    producer, delivery, _ = pair()
    delivery.abandon()
    assert producer.purged
