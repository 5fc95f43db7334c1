"""Answers as confluent-kafka's AdminClient gives them: futures."""

from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException


def answered(result: Any = None, error: int | None = None) -> Future[Any]:
    """An answer that is there already."""
    future: Future[Any] = Future()
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(KafkaException(KafkaError(error)))
    return future
