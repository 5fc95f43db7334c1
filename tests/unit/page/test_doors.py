"""The page's listening socket."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web

from streaminglab_page.web.doors import Doors
from tools.machine.ports import free_port


@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]"])
async def test_a_page_that_is_told_no_address_answers_on_all(address: str) -> None:
    """As in a pod, which may have one of IPv6 alone."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/healthz", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    async with (
        Doors(runner, "", port),
        aiohttp.ClientSession() as session,
        session.get(f"http://{address}:{port}/healthz") as response,
    ):
        assert response.status == 200
    await runner.cleanup()
