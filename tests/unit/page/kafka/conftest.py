"""Fixtures of the tests with a Kafka."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.unit.page.kafka.mock import Mock, mock_kafka
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.page_lab import Browser, visited


@pytest.fixture
def mock() -> Iterator[Mock]:
    """Three brokers without a topic."""
    with mock_kafka() as found:
        yield found


@pytest.fixture
async def kafka(kube: KubeServer, mock: Mock, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser that is logged in to the page of a lab with one topic of one message."""
    mock.put("weather", [b"a value"], b"a key")
    async with visited(tmp_path, kube, kafka=mock.servers) as browser:
        await browser.log_in()
        yield browser
