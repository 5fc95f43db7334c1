"""What the operator's parts are told of each other when it starts."""

import asyncio
from contextlib import suppress
from typing import Any

from aiohttp import web

from streaminglab_operator.__main__ import _informers
from streaminglab_operator.adapters.kinds import BY_KIND
from streaminglab_operator.adapters.web import Metrics
from streaminglab_operator.settings import Settings
from streaminglab_operator.store import Store, Wakes
from tests.fakes.http import api_at
from tests.patience import PATIENCE

NAMELESS: dict[str, Any] = {"metadata": {"resourceVersion": "5"}}


async def _nameless(request: web.Request) -> web.Response:
    return web.json_response({"metadata": {"resourceVersion": ""}, "items": [NAMELESS]})


async def test_an_object_that_an_informer_passes_over_is_counted() -> None:
    metrics = Metrics()
    store = Store(Wakes(lambda _: None), unreadable=metrics.unreadable)
    async with api_at(_nameless) as api:
        kinds = (BY_KIND["ConfigMap"],)
        (informer,) = _informers(api, store, Settings(), metrics, kinds)
        task = asyncio.create_task(informer.run())
        await asyncio.wait_for(informer.synced.wait(), PATIENCE)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    counted = metrics.registry.get_sample_value(
        "streaminglab_unreadable_objects_total", {"kind": "ConfigMap"}
    )
    assert counted == 1
