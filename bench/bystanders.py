"""Objects that no operator looks after, for trouble that costs the API server something by itself.

Pods whose readiness is written each second keep the controllers of workloads and of EndpointSlices
busy, and edits of objects their watchers, whoever they belong to. To have that in the floor too,
its trouble is made with these: copies of what a lab runs, without the label that the operator
watches.
"""

import json
import time
from collections.abc import Sequence

from bench import labs
from bench.client import Client, Json
from bench.floor import raw
from bench.owned import moved
from bench.scale import PODS
from bench.stage import LABS
from bench.steps import MERGE_PATCH, all_gone
from bench.waiting import pod_done, tracking

NAME = "bystander"
SECONDS = 120.0
_OURS, _NOBODYS = "streaminglab.dev/", "bystander.example/"


async def settle(client: Client, namespaces: Sequence[str]) -> None:
    """Put them there, and wait until their pods are ready."""
    first = namespaces[0]
    lab = copies(await _made_by_the_operator(client, first))
    documents = [d for name in namespaces for d in moved([*lab, _config_map(first)], first, name)]
    async with tracking(client, PODS, pod_done) as pods:
        await raw(client, documents, pods, sum(map(_pods, documents)))


async def edit(client: Client, namespace: str, number: int) -> None:
    """One edit, unlike the one before."""
    body = json.dumps({"data": {"seed": str(number)}})
    path = labs.path_of(_config_map(namespace))
    await client.text("PATCH", path, body=body, headers=MERGE_PATCH)


async def _made_by_the_operator(client: Client, namespace: str) -> list[Json]:
    """The objects of a lab, which is made there for it, and goes again."""
    async with tracking(client, LABS, labs.is_ready) as ready:
        await client.apply(labs.lab_path(namespace), labs.body(labs.lab(namespace)))
        await ready.until_seen((namespace, labs.LAB_NAME), SECONDS)
    found = await labs.children(client, namespace)
    await client.delete(labs.lab_path(namespace))
    await all_gone(client, time.monotonic() + SECONDS)
    return found


def copies(documents: Sequence[Json]) -> list[Json]:
    """The same objects, of which the operator hears nothing, but for Jobs: their pods end."""
    return moved([d for d in documents if d["kind"] != "Job"], _OURS, _NOBODYS)


def _pods(document: Json) -> int:
    return document["spec"].get("replicas", 1) if document["kind"] in labs.WORKLOADS else 0


def _config_map(namespace: str) -> Json:
    metadata = {"name": NAME, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
