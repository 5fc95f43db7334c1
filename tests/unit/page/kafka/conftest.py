"""Fixtures of the tests with a Kafka."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from streaminglab_page.kafka.groups import Groups
from streaminglab_page.kafka.view import Group
from tests.unit.page.kafka.mock import Mock, mock_kafka
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.page_lab import Browser, visited


@pytest.fixture
def mock() -> Iterator[Mock]:
    """Three brokers without a topic."""
    with mock_kafka() as found:
        yield found


@pytest.fixture(autouse=True)
def no_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mock of a cluster knows no request for them; what is read of them is in test_groups."""

    async def nothing(_: Groups, brokers: Sequence[int], most: int) -> tuple[list[Group], int]:
        assert brokers
        assert most
        return [], 0

    monkeypatch.setattr(Groups, "read", nothing)


@pytest.fixture
async def kafka(kube: KubeServer, mock: Mock, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser that is logged in to the page of a lab with one topic of one message."""
    mock.put("weather", [b"a value"], b"a key")
    async with visited(tmp_path, kube, kafka=mock.servers) as browser:
        await browser.log_in()
        yield browser
