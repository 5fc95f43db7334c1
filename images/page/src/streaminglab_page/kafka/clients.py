"""Settings of the page's Kafka clients, in one place. Names: librdkafka's CONFIGURATION.md."""

from __future__ import annotations

import logging
from typing import Any

from confluent_kafka import KafkaError, KafkaException

from streaminglab_page.bounded import LONG, text
from streaminglab_page.failures import words_of

QUIET = logging.getLogger("librdkafka")


class CannotAsk(Exception):
    """Kafka did not answer, or refused; the text is in its own words."""


def settings(servers: str, **extra: Any) -> dict[str, Any]:
    """What every client has."""
    QUIET.setLevel(logging.CRITICAL)
    return {
        "bootstrap.servers": servers,
        "client.id": "streaminglab-page",
        # A broker that was stopped is found again soon; its address may just stay silent.
        "reconnect.backoff.ms": 200,
        "reconnect.backoff.max.ms": 2000,
        "socket.connection.setup.timeout.ms": 3000,
        "socket.timeout.ms": 10_000,
        "allow.auto.create.topics": False,
        # Without one of these, librdkafka writes lines of its own to stderr.
        "error_cb": lambda _: None,
        "logger": QUIET,
        "log_level": 3,
        **extra,
    }


def words(error: BaseException) -> str:
    """What Kafka says of an error."""
    if isinstance(error, KafkaException) and isinstance(error.args[0], KafkaError):
        return text(error.args[0].str(), LONG)
    return words_of(error)
