"""Labs in trouble: whose InfluxDB is silent or slow, whose pods flap, whose spec never rests."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from bench import bystanders, labs
from bench.client import Client, Json
from bench.errors import BenchError
from bench.stage import Stage
from bench.steps import edit

SLOW_SECONDS = 5.0
PERIOD_SECONDS = 1.0
STRATEGIC = {"Content-Type": "application/strategic-merge-patch+json"}

TROUBLES = ("stuck", "slow", "flapping", "edited")

Round = Callable[[Client, str, int], Awaitable[None]]


def delays(kind: str, namespaces: list[str]) -> dict[str, float]:
    """Of the InfluxDBs of labs in trouble: seconds before each answer (infinite: none)."""
    seconds = {"stuck": math.inf, "slow": SLOW_SECONDS}.get(kind, 0.0)
    return {f"{name}/{labs.LAB_NAME}": seconds for name in namespaces}


@asynccontextmanager
async def trouble(
    stage: Stage, kind: str, namespaces: list[str], *, of_labs: bool = True
) -> AsyncIterator[None]:
    """Make trouble in these namespaces, each second, as long as the ``with`` lasts: of their labs,
    or of what no operator looks after."""
    makers: dict[str, Round] = {"flapping": _flap, "edited": _edit if of_labs else bystanders.edit}
    tasks = [
        asyncio.create_task(_again(stage.cluster.admin, makers[kind], name))
        for name in namespaces
        if kind in makers
    ]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _again(client: Client, make: Round, namespace: str) -> None:
    number = 0
    while True:
        await make(client, namespace, number)
        number += 1
        await asyncio.sleep(PERIOD_SECONDS)


async def _flap(client: Client, namespace: str, number: int) -> None:
    """Every running pod of a lab is ready in one second, and not in the next."""
    ready = "True" if number % 2 else "False"
    path = f"/api/v1/namespaces/{namespace}/pods"
    for pod in (await client.get(path))["items"]:
        if pod.get("status", {}).get("phase") != "Running":
            continue
        # It may have been replaced meanwhile.
        with _if_there():
            await client.text(
                "PATCH",
                f"{path}/{pod['metadata']['name']}/status",
                body=json.dumps(_readiness(ready)),
                headers=STRATEGIC,
            )


def _readiness(ready: str) -> Json:
    types = ("Ready", "ContainersReady")
    return {"status": {"conditions": [{"type": kind, "status": ready} for kind in types]}}


async def _edit(client: Client, namespace: str, number: int) -> None:
    """The injection of a lab gets another seed."""
    # It may not have been made yet.
    with _if_there():
        await edit(client, namespace, {"spec": {"inject": {"seed": 1000 + number}}})


@contextmanager
def _if_there() -> Iterator[None]:
    """Passes over the answer that an object is not there."""
    try:
        yield
    except BenchError as error:
        if ": 404 " not in str(error):
            raise
