"""One message into a topic, by a producer that lives for it alone."""

from __future__ import annotations

from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from streaminglab_page.kafka.clients import CannotAsk, settings, words
from streaminglab_page.own import Own

SECONDS = 10
ANY = -1


@dataclass(frozen=True, slots=True)
class Draft:
    """What to write. ``partition``: ANY lets the key decide; None as a value is a tombstone."""

    topic: str
    key: str | None
    value: str | None
    partition: int = ANY
    headers: tuple[tuple[str, str], ...] = ()


def write(servers: str, draft: Draft) -> tuple[int, int]:
    """Its partition and its offset. It blocks. Raises CannotAsk with Kafka's refusal."""
    told: list[tuple[KafkaError | None, Message]] = []
    producer = Producer(
        settings(
            servers,
            **{
                "acks": "all",
                "message.timeout.ms": SECONDS * 1000,
                # A key goes to the same partition as from a Java client.
                "partitioner": "murmur2_random",
                "queue.buffering.max.kbytes": 4096,
            },
        )
    )
    try:
        producer.produce(
            draft.topic,
            value=_bytes(draft.value),
            key=_bytes(draft.key),
            partition=draft.partition,
            headers=[(name, value.encode()) for name, value in draft.headers],
            on_delivery=lambda error, message: told.append((error, message)),
        )
        producer.flush(SECONDS + 2)
    except (KafkaException, BufferError) as error:
        raise CannotAsk(words(error)) from error
    return _place(told)


def _place(told: list[tuple[KafkaError | None, Message]]) -> tuple[int, int]:
    if not told:
        raise CannotAsk(Own.MAYBE_WRITTEN)
    error, message = told[0]
    if error is not None:
        raise CannotAsk(words(KafkaException(error)))
    return message.partition() or 0, message.offset() or 0


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "replace")
