"""``/metrics`` and ``/healthz``: health means progress."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from streaminglab_operator.adapters.web import Metrics, serve
from tools.machine.ports import free_port


class Operator:
    """What the two pages are about."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.trouble = ""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest_asyncio.fixture
async def operator(port: int) -> AsyncIterator[Operator]:
    made = Operator()
    runner = await serve(port, made.metrics, lambda: made.trouble)
    yield made
    await runner.cleanup()


async def _get(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text()


async def test_an_operator_that_makes_progress_is_healthy(operator: Operator, port: int) -> None:
    assert await _get(port, "/healthz") == (200, "ok\n")


async def test_a_kubelet_asks_by_ipv6_where_the_pod_has_no_other_address(
    operator: Operator, port: int
) -> None:
    async with aiohttp.ClientSession() as s, s.get(f"http://[::1]:{port}/healthz") as response:
        assert response.status == 200


async def test_an_operator_that_is_stuck_is_not_healthy_and_says_why(
    operator: Operator, port: int
) -> None:
    operator.trouble = "a watch has been silent for too long"
    status, text = await _get(port, "/healthz")
    assert status == 503
    assert "silent" in text
    assert (await _get(port, "/readyz"))[0] == 200


async def test_metrics_count_passes_failures_and_writes(operator: Operator, port: int) -> None:
    operator.metrics.passed(0.01, 3)
    operator.metrics.passed(0.01, 0)
    operator.metrics.failed()
    operator.metrics.unreadable("Pod")
    operator.metrics.watch("labs", "Labs known", lambda: 7)
    status, text = await _get(port, "/metrics")
    assert status == 200
    lines = set(text.splitlines())
    assert "streaminglab_reconcile_seconds_count 2.0" in lines
    assert "streaminglab_writes_total 3.0" in lines
    assert "streaminglab_reconcile_failures_total 1.0" in lines
    assert 'streaminglab_unreadable_objects_total{kind="Pod"} 1.0' in lines
    assert "streaminglab_labs 7.0" in lines
