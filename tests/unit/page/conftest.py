"""Fixtures of the page's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.page.kube_server import KubeServer, kube_server
from tests.unit.page.labs import lab
from tests.unit.page.page_lab import Browser, visited


@pytest.fixture
async def kube() -> AsyncIterator[KubeServer]:
    """An API server with one lab that is ready."""
    async with kube_server() as server:
        server.put(lab())
        yield server


@pytest.fixture
async def visitor(kube: KubeServer, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser that has not logged in."""
    async with visited(tmp_path, kube) as found:
        yield found


@pytest.fixture
async def reader(visitor: Browser) -> Browser:
    """A browser that is logged in."""
    assert (await visitor.log_in()).status == 303
    return visitor
