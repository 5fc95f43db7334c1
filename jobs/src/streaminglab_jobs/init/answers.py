"""One request to Kafka's administration, and its answer."""

from collections.abc import Callable
from typing import Any

from confluent_kafka import KafkaError, KafkaException

from streaminglab_base.errors import JobError, Unavailable
from streaminglab_jobs.kafka.clients import sorted_error

TIMEOUT_SECONDS = 15.0

# Answers that say "this can never work as asked"; everything else is tried again.
_WRONG_REQUEST = frozenset(
    {
        KafkaError.INVALID_CONFIG,
        KafkaError.INVALID_REQUEST,
        KafkaError.INVALID_PARTITIONS,
        KafkaError.POLICY_VIOLATION,
        KafkaError.TOPIC_EXCEPTION,
        KafkaError.UNACCEPTABLE_CREDENTIAL,
        KafkaError.UNSUPPORTED_SASL_MECHANISM,
    }
)


def answer(request: Callable[[], Any], doing: str, ignore: int | None = None) -> Any:
    """Send a request for one thing and wait for its answer; None for the error ``ignore``.

    Raises JobError for what can never work as asked, Unavailable for what may work later.
    """
    try:
        (future,) = request().values()
        return future.result(timeout=TIMEOUT_SECONDS * 2)
    except KafkaException as error:
        code = error.args[0].code()
        if code == ignore:
            return None
        if code in _WRONG_REQUEST:
            raise JobError(f"Kafka refuses {doing}: {error.args[0].str()}") from error
        raise sorted_error(error, doing) from error
    except TimeoutError as error:
        raise Unavailable(f"Kafka, {doing}: no answer in time") from error
