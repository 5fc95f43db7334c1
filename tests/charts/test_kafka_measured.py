"""What the agent tells of a real broker: every field that the metrics chart lists, and real lag."""

import re
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from tests.charts.support import CHARTS
from tests.kafka_broker import Broker, kafka_broker

LISTED = (CHARTS / "metrics" / "README.md").read_text()
OF_CONNECT, NOT_HERE = "kafka_connect", {"bytes_out"}
"""Kafka makes the meter of what was read when it is read first."""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with kafka_broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


def made(broker: Broker, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": broker.servers})
    for future in admin.create_topics([NewTopic(topic, 1, 1)]).values():
        future.result()
    producer = Producer({"bootstrap.servers": broker.servers})
    for number in range(100):
        producer.produce(topic, str(number))
    assert producer.flush(30) == 0


def committed(broker: Broker, group: str, topic: str, offset: int) -> None:
    consumer = Consumer({"bootstrap.servers": broker.servers, "group.id": group})
    consumer.commit(offsets=[TopicPartition(topic, 0, offset)], asynchronous=False)
    consumer.close()


def listed(measurement: str) -> set[str]:
    """The fields of the README's row."""
    (row,) = [line for line in LISTED.splitlines() if line.startswith(f"| `{measurement}`")]
    return set(re.findall(r"`([a-z0-9_]+)`", row.split("|")[3]))


def told(text: str) -> dict[str, set[str]]:
    """By measurement, the fields of all of its points."""
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        series, _, fields = line.rpartition(" ")
        names = {field.split("=")[0] for field in fields.split(",")}
        found.setdefault(re.split(r"[, ]", series)[0], set()).update(names)
    return found


def test_every_field_that_is_listed_is_there_and_no_other(broker: Broker) -> None:
    """Kafka may rename its MBeans from one version to the next."""
    made(broker, "fields")
    committed(broker, "readers-of-fields", "fields", 1)
    seen = told(broker.get("/metrics") + broker.get("/groups"))
    measurements = set(re.findall(r"^\| `(kafka_[a-z]+)` \|", LISTED, re.MULTILINE)) - {OF_CONNECT}
    assert set(seen) == measurements
    for measurement, fields in seen.items():
        assert fields | NOT_HERE == listed(measurement) | NOT_HERE, measurement


def test_lag_is_what_a_group_has_not_read_yet(broker: Broker) -> None:
    made(broker, "lagging")
    committed(broker, "slow, slower", "lagging", 40)
    lines = broker.get("/groups").splitlines()
    series = "kafka_lag,group=slow\\,\\ slower,topic=lagging,partition=0"
    assert f"{series} lag=60i,offset=40i,end=100i" in lines
    assert "kafka_leader,topic=lagging elections=0i" in lines


def test_a_topic_that_was_written_is_counted(broker: Broker) -> None:
    made(broker, "counted")
    assert re.search(
        r"^kafka_topic,topic=counted messages_in=100i,bytes_in=\d+i",
        broker.get("/metrics"),
        re.MULTILINE,
    )
