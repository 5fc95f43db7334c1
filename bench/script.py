"""What a good shell script would do with a lab's manifests: apply, wait, apply the next.

The floor of P1. Each wait is a watch, as ``kubectl wait`` is one.
"""

import base64
import time
from collections.abc import Callable
from functools import partial

from bench.client import Json, in_parallel
from bench.floor import ordered
from bench.labs import COLLECTIONS, LAB_NAME, body, path_of
from bench.realcluster import RealCluster
from bench.waiting import is_true, tracking
from streaminglab_operator.adapters.http import LabHttp
from streaminglab_operator.adapters.influxdb import InfluxDBClient
from streaminglab_operator.names import LabKey
from streaminglab_operator.ports import Endpoint, Setup

WAIT_SECONDS = 300.0
COMPONENT = "app.kubernetes.io/component"
SERVERS = ("kafka", "influxdb", "telegraf")


class Script:
    """The steps of one lab in one namespace, and when each was done."""

    def __init__(self, cluster: RealCluster, namespace: str, documents: list[Json]) -> None:
        self._cluster = cluster
        self._client = cluster.client
        self._namespace = namespace
        self._documents = documents
        self._started = 0.0
        self.times: dict[str, float] = {}

    async def run(self, lab: Json) -> float:
        """All steps; the seconds they took."""
        self._started = time.monotonic()
        await self._apply("credentials", *SERVERS)
        await self._ready("influxdb")
        await self._set_up(lab)
        await self._apply("producer", "init")
        await self._complete("init")
        await self._apply("inject")
        await self._complete("inject")
        await self._ready(*SERVERS, "producer")
        await self._apply("verify")
        await self._complete("verify")
        return time.monotonic() - self._started

    async def _apply(self, *components: str) -> None:
        for component in components:
            mine = [d for d in ordered(self._documents) if _component(d) == component]
            await in_parallel([self._client.apply(path_of(d), body(d)) for d in mine], 8)

    async def _ready(self, *components: str) -> None:
        """Until every pod of these components is ready (``kubectl rollout status``)."""
        for component in components:
            for document in self._documents:
                workload = document["kind"] in ("StatefulSet", "Deployment")
                if workload and _component(document) == component:
                    await self._until(document, _all_ready(document["spec"].get("replicas", 1)))
            self._done(component)

    async def _complete(self, component: str) -> None:
        """Until a Job is complete (``kubectl wait --for=condition=Complete``)."""
        for document in self._documents:
            if document["kind"] == "Job" and _component(document) == component:
                await self._until(document, partial(is_true, condition="Complete"))
        self._done(component)

    async def _until(self, document: Json, done: Callable[[Json], bool]) -> None:
        version, plural = COLLECTIONS[document["kind"]]
        path = f"/apis/{version}/namespaces/{self._namespace}/{plural}"
        name = document["metadata"]["name"]

        def seen(item: Json) -> bool:
            return item["metadata"]["name"] == name and done(item.get("status", {}))

        async with tracking(self._client, path, seen) as tracker:
            if seen(await self._client.get(f"{path}/{name}")):
                return
            await tracker.until(1, WAIT_SECONDS)

    async def _set_up(self, lab: Json) -> None:
        """The set-up of InfluxDB and the tokens, by the operator's own client."""
        secret = next(d for d in self._documents if d["kind"] == "Secret")
        values = {k: base64.b64decode(v).decode() for k, v in secret["data"].items()}
        spec = lab.get("spec", {}).get("influxdb", {})
        async with (
            self._cluster.forwarded(self._namespace, f"pod/{LAB_NAME}-influxdb-0", 8086) as url,
            LabHttp() as http,
        ):
            client = InfluxDBClient(http)
            setup = Setup(
                at=Endpoint(url, LabKey(self._namespace, LAB_NAME)),
                username=values["influxdb-username"],
                password=values["influxdb-password"],
                admin_token=values["influxdb-admin-token"],
                org=spec.get("org", "myorg"),
                bucket=spec.get("bucket", "weather"),
                retention_seconds=7 * 24 * 3600,
            )
            if await client.is_new(setup.at):
                await client.set_up(setup)
            tokens = await client.tokens(setup, LAB_NAME)
        data = {k: base64.b64encode(v.encode()).decode() for k, v in tokens.items()}
        secret = {**secret, "data": {**secret["data"], **data}}
        await self._client.apply(path_of(secret), body(secret))
        self._done("tokens")

    def _done(self, step: str) -> None:
        self.times.setdefault(step, round(time.monotonic() - self._started, 2))


def _component(document: Json) -> str:
    return str(document["metadata"].get("labels", {}).get(COMPONENT, ""))


def _all_ready(wanted: int) -> Callable[[Json], bool]:
    return lambda status: status.get("readyReplicas", 0) >= wanted
