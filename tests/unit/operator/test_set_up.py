"""What one set-up of InfluxDB may take, whatever answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Endpoint, Setup
from streaminglab_operator.reconcile.steps import set_up
from streaminglab_operator.reconcile.steps.set_up import Order
from tests.fakes.leaping import leaping

KEY = LabKey("user-alice", "meteo")
SETUP = Setup(
    at=Endpoint("http://meteo-influxdb", KEY),
    username="admin",
    password="SECRET-password",
    org="lab",
    bucket="weather",
    retention_seconds=0,
    admin_token="SECRET-token",
)


class _Late:
    """Answers each call just before that call's own time is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.calls = seconds, 0

    async def is_new(self, at: Endpoint) -> bool:
        await self._answer()
        return True

    async def set_up(self, setup: Setup) -> None:
        await self._answer()

    async def tokens(self, setup: Setup, lab: str) -> Mapping[str, str]:
        while self.calls < 100:
            await self._answer()
        return {}

    async def _answer(self) -> None:
        self.calls += 1
        await asyncio.sleep(self.seconds)


@leaping
async def test_many_calls_that_are_each_in_time_end_at_the_deadline_of_all() -> None:
    late = _Late(set_up.DEADLINE_SECONDS / 4)
    done = await set_up.attempt(late, SETUP, KEY, Order("pod", 0))  # type: ignore[arg-type]
    assert "does not answer within" in done.error
    assert late.calls in (4, 5)
