"""Fixtures of the component tests: a world with a lab that is ready."""

import pytest_asyncio

from tests.fakes.world import World


@pytest_asyncio.fixture
async def world() -> World:
    """A default lab, Ready and at rest."""
    made = World()
    made.add_lab()
    await made.settle(seconds=60)
    assert made.ready(), made.status()
    made.writes.done.clear()
    made.cluster.statuses.clear()
    made.cluster.published.clear()
    return made
