"""Objects that no operator looks after, for trouble that costs the API server something by itself.

Pods whose readiness is written each second keep the controllers of workloads and of EndpointSlices
busy, and edits of objects their watchers, whoever they belong to. To have that in the floor too,
its trouble is made with these: copies of what a lab runs, without the label that the operator
watches.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bench import labs
from bench.client import Client, Json, in_parallel
from bench.errors import BenchError
from bench.waiting import is_true, tracking

NAME = "bystander"
AT_ONCE = 16
SECONDS = 120.0
_LABS = f"{labs.GROUP}/streaminglabs"
_OURS, _NOBODYS = "streaminglab.dev/", "bystander.example/"
_MERGE = {"Content-Type": "application/merge-patch+json"}


async def settle(client: Client, namespaces: Sequence[str]) -> None:
    """Put them there, and wait until their pods are ready."""
    copies = await _copies(client, namespaces[0])
    await in_parallel([_settle(client, name, copies) for name in namespaces], AT_ONCE)
    for name in namespaces:
        await _until(partial(_ready, client, name), f"pods of {name} are not ready")


async def edit(client: Client, namespace: str, number: int) -> None:
    """One edit, unlike the one before."""
    body = json.dumps({"data": {"seed": str(number)}})
    path = f"{_config_maps(namespace)}/{NAME}"
    await client.text("PATCH", path, body=body, headers=_MERGE)


async def _copies(client: Client, namespace: str) -> list[Json]:
    """What a lab runs, of one that is made there for it, and goes again."""
    async with tracking(client, _LABS, labs.is_ready) as ready:
        await client.apply(labs.lab_path(namespace), labs.body(labs.lab(namespace)))
        await ready.until_seen((namespace, labs.LAB_NAME), SECONDS)
    found = await labs.children(client, namespace)
    await client.delete(labs.lab_path(namespace))
    await _until(partial(_gone, client, namespace), f"the lab of {namespace} does not go")
    return [copied(document) for document in found if document["kind"] != "Job"]


def copied(document: Json) -> Json:
    """The same object, of which the operator hears nothing."""
    copy: Json = json.loads(json.dumps(document).replace(_OURS, _NOBODYS))
    return copy


async def _settle(client: Client, namespace: str, copies: Sequence[Json]) -> None:
    await client.create(_config_maps(namespace), _config_map())
    for copy in copies:
        there = {**copy, "metadata": {**copy["metadata"], "namespace": namespace}}
        await client.apply(labs.path_of(there), labs.body(there))


async def _ready(client: Client, namespace: str) -> bool:
    pods = (await client.get(f"/api/v1/namespaces/{namespace}/pods"))["items"]
    return bool(pods) and all(is_true(pod.get("status", {}), "Ready") for pod in pods)


async def _gone(client: Client, namespace: str) -> bool:
    pods = (await client.get(f"/api/v1/namespaces/{namespace}/pods"))["items"]
    return not pods and not await labs.children(client, namespace)


async def _until(true: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not await true():
        if time.monotonic() > deadline:
            raise BenchError(f"{otherwise} after {SECONDS:.0f} s")
        await asyncio.sleep(0.2)


def _config_maps(namespace: str) -> str:
    return f"/api/v1/namespaces/{namespace}/configmaps"


def _config_map() -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": NAME}}
