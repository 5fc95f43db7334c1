"""Settings of every Kafka client, in one place, with their reasons.

Names and meanings: librdkafka's CONFIGURATION.md.
"""

import logging
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

from streaminglab_base.errors import JobError, Unavailable

log = logging.getLogger(__name__)

ADMIN_SECONDS = 15.0
FOR_EVER = 100 * 365 * 86_400 * 1_000_000_000

_COMMON = {
    # A broker that restarts is found again within a second.
    "reconnect.backoff.ms": 100,
    "reconnect.backoff.max.ms": 1000,
    # A pod that was deleted may not even refuse: its address just stays silent.
    "socket.connection.setup.timeout.ms": 3000,
    "socket.timeout.ms": 10_000,
    # Added partitions and moved leaders are seen soon.
    "topic.metadata.refresh.interval.ms": 5000,
    "topic.metadata.refresh.fast.interval.ms": 100,
    "allow.auto.create.topics": False,
}
_PERMANENT = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError._AUTHENTICATION,
        KafkaError.TOPIC_EXCEPTION,
        KafkaError._INVALID_ARG,
    }
)


def _settings(bootstrap_servers: str, **extra: Any) -> dict[str, Any]:
    return {
        **_COMMON,
        "bootstrap.servers": bootstrap_servers,
        # Without one of these, librdkafka writes lines of its own to stderr.
        "error_cb": lambda error: log.debug("Kafka: %s", error.str()),
        "logger": logging.getLogger("librdkafka"),
        "log_level": 3,
        **extra,
    }


def consumer(bootstrap_servers: str) -> Consumer:
    """Make a consumer that reads partitions from given offsets; no group, nothing committed."""
    logging.getLogger("librdkafka").setLevel(logging.CRITICAL)
    return Consumer(
        _settings(
            bootstrap_servers,
            **{
                "group.id": "streaminglab-jobs",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 100,
                # Bounds the memory of what is fetched ahead (the default is 64 MiB a partition).
                "queued.min.messages": 10_000,
                "queued.max.messages.kbytes": 2048,
                "fetch.message.max.bytes": 262_144,
                # How long it then waits before it fetches more (the default is a whole second).
                "fetch.queue.backoff.ms": 5,
            },
        )
    )


def producer(bootstrap_servers: str) -> Producer:
    """Make the idempotent producer: a record is in the topic once, in order, or not yet.

    No delivery time-out (0): during an outage records wait in the queue and keep their place. A
    record that timed out and was handed over anew would be twice or out of order.
    """
    logging.getLogger("librdkafka").setLevel(logging.CRITICAL)
    return Producer(
        _settings(
            bootstrap_servers,
            **{
                "enable.idempotence": True,
                "acks": "all",
                "delivery.timeout.ms": 0,
                "request.timeout.ms": 10_000,
                "linger.ms": 5,
                "compression.type": "lz4",
                # The same station goes to the same partition as from a Java client.
                "partitioner": "murmur2_random",
                "queue.buffering.max.messages": 100_000,
                "queue.buffering.max.kbytes": 32_768,
            },
        )
    )


def admin(bootstrap_servers: str) -> Any:
    """Make an admin client (imported here: it costs a tenth of a second)."""
    from confluent_kafka.admin import AdminClient  # noqa: PLC0415

    logging.getLogger("librdkafka").setLevel(logging.CRITICAL)
    return AdminClient(_settings(bootstrap_servers))


def topic_retention(bootstrap_servers: str, topic: str) -> int:
    """Nanoseconds that a topic keeps records (``retention.ms``); a century for "for ever"."""
    from confluent_kafka.admin import ConfigResource, ResourceType  # type: ignore[attr-defined] # noqa: PLC0415

    # The client must live until its answer is there.
    client = admin(bootstrap_servers)
    try:
        (future,) = client.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]).values()
        milliseconds = int(future.result(timeout=ADMIN_SECONDS)["retention.ms"].value)
    except KafkaException as error:
        raise sorted_error(error, f"asking for the retention of topic {topic!r}") from error
    return milliseconds * 1_000_000 if milliseconds >= 0 else FOR_EVER


def sorted_error(error: KafkaException | KafkaError, doing: str) -> Unavailable | JobError:
    """Turn Kafka's error into one of ours: passes by itself, or not."""
    kafka_error = error.args[0] if isinstance(error, KafkaException) else error
    said = f"Kafka, {doing}: {kafka_error.str()}"
    if kafka_error.code() in _PERMANENT:
        return JobError(said)
    return Unavailable(said)
