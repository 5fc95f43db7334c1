"""Make the two topics when nobody else has."""

from __future__ import annotations

import logging
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from streaminglab_base.errors import Unavailable
from streaminglab_dbt.broker import ASK_SECONDS, common
from streaminglab_dbt.settings import Settings

log = logging.getLogger(__name__)


def ensure(settings: Settings, admin: Any = None) -> None:
    """Both topics exist afterwards, with one partition: commands are run in order.

    Raises Unavailable while Kafka is away.
    """
    client = admin or AdminClient(common(settings))
    try:
        known = client.list_topics(timeout=ASK_SECONDS).topics
        missing = [name for name in (settings.commands, settings.results) if name not in known]
        # -1: as many copies as the broker makes by default.
        asked = [NewTopic(name, num_partitions=1, replication_factor=-1) for name in missing]
        for name, future in client.create_topics(asked).items() if asked else ():
            _created(name, future)
    except KafkaException as error:
        raise Unavailable(f"Kafka: {error.args[0].str()}") from error


def _created(name: str, future: Any) -> None:
    try:
        future.result(ASK_SECONDS)
        log.info("made topic %s", name)
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise
