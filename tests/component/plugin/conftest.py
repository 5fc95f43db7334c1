"""A real broker on this machine, for what is typed in front of one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kafka_broker import Broker, kafka_broker


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One of Kafka's own jars."""
    with kafka_broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running
