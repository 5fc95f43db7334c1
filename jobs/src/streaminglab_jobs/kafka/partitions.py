"""A topic's partitions and how far each reaches."""

from typing import NamedTuple

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from streaminglab_base.errors import Unavailable
from streaminglab_jobs.kafka.clients import sorted_error

TIMEOUT_SECONDS = 5.0


class Extent(NamedTuple):
    """Offsets that can be read: ``low <= offset < high``."""

    low: int
    high: int


def partitions(consumer: Consumer, topic: str) -> list[int]:
    """Numbers of the topic's partitions. Unavailable while there is no such topic."""
    try:
        found = consumer.list_topics(topic, timeout=TIMEOUT_SECONDS).topics[topic]
    except KafkaException as error:
        raise sorted_error(error, f"asking for topic {topic!r}") from error
    if found.error is not None:
        if found.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise Unavailable(f"Kafka has no topic {topic!r} yet")
        raise sorted_error(found.error, f"asking for topic {topic!r}")
    return sorted(found.partitions)


def extents(consumer: Consumer, topic: str) -> dict[int, Extent]:
    """First and last offsets of every partition, asked from the brokers now."""
    result = {}
    for number in partitions(consumer, topic):
        try:
            low, high = consumer.get_watermark_offsets(
                TopicPartition(topic, number), timeout=TIMEOUT_SECONDS, cached=False
            )
        except KafkaException as error:
            raise sorted_error(error, f"asking how far {topic}[{number}] reaches") from error
        result[number] = Extent(low, high)
    return result
