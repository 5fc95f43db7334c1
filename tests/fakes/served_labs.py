"""An API server over real HTTP, as far as kopf needs one: discovery, and lists and watches of labs,
of CRDs and of namespaces. It keeps what was asked, and can hold back or refuse an answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from streaminglab_operator.api import LAB
from tests.fakes.http import served

Json = dict[str, Any]
LABS = f"/apis/{LAB.api_version}"
_VERBS = ["get", "list", "watch"]


class ServedLabs:
    """``limited``: lists of CRDs and namespaces are refused, as to an operator that is limited."""

    def __init__(self, *, limited: bool = False) -> None:
        self.limited = limited
        self.labs: list[Json] = []
        self.asked: list[str] = []
        self.written: list[str] = []
        self.served = asyncio.Event()
        """Whether the API server knows the kind yet."""
        self.served.set()
        self.silent = False
        """Whether watches are told nothing more, and stay open."""
        self._watches: list[asyncio.Queue[Json]] = []

    @property
    def watched(self) -> bool:
        """Whether somebody watches labs."""
        return bool(self._watches)

    def add(self, name: str, namespace: str = "user-alice") -> Json:
        """Make a lab; whoever watches is told."""
        version = str(len(self.labs) + 1)
        metadata: Json = {"name": name, "namespace": namespace, "uid": f"uid-{namespace}-{name}"}
        metadata |= {"resourceVersion": version, "creationTimestamp": "2026-01-01T00:00:00Z"}
        metadata["generation"] = 1
        lab: Json = {"apiVersion": LAB.api_version, "kind": LAB.kind, "metadata": metadata}
        self.labs.append(lab | {"spec": {}})
        self._tell("ADDED", self.labs[-1])
        return self.labs[-1]

    def edit(self, lab: Json) -> None:
        """Change a lab's spec; whoever watches is told."""
        lab["metadata"]["generation"] += 1
        self._tell("MODIFIED", lab)

    def delete(self, lab: Json) -> None:
        """Delete a lab; whoever watches is told."""
        self.labs.remove(lab)
        self._tell("DELETED", lab)

    def _tell(self, event: str, lab: Json) -> None:
        for queue in [] if self.silent else self._watches:
            queue.put_nowait({"type": event, "object": lab})

    @asynccontextmanager
    async def running(self, kubeconfig: Path) -> AsyncIterator[None]:
        """Serve on loopback, and write the kubeconfig that leads there.

        kopf ends when all tasks of its loop have, ours too, or after five seconds.
        """
        async with served(self._answer, one_each=True) as url:
            await asyncio.to_thread(kubeconfig.write_text, _kubeconfig(url))
            yield

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        self.asked.append(path)
        if request.method != "GET":
            self.written.append(f"{request.method} {path}")
            return web.json_response({"message": "forbidden"}, status=403)
        if path.endswith(f"/{LAB.plural}"):
            return await self._labs(request)
        if path.endswith(("/namespaces", "/customresourcedefinitions")):
            return await self._scanned(request)
        found = self._discovery().get(path)
        return web.json_response(found or {"message": "not found"}, status=200 if found else 404)

    def _discovery(self) -> dict[str, Json]:
        group, version = LAB.group, {"groupVersion": LAB.api_version, "version": LAB.version}
        core = [_resource("namespaces", "Namespace", False)]
        crds = [_resource("customresourcedefinitions", "CustomResourceDefinition", False)]
        extension = {"groupVersion": "apiextensions.k8s.io/v1", "version": "v1"}
        groups = [
            {"name": "apiextensions.k8s.io", "versions": [extension], "preferredVersion": extension}
        ]
        answers: dict[str, Json] = {
            "/api": {"versions": ["v1"]},
            "/api/v1": {"groupVersion": "v1", "resources": core},
            "/apis/apiextensions.k8s.io/v1": {"resources": crds},
        }
        if self.served.is_set():
            groups.append({"name": group, "versions": [version], "preferredVersion": version})
            answers[LABS] = {"resources": [_resource(LAB.plural, LAB.kind, True)]}
        answers["/apis"] = {"groups": groups}
        return answers

    async def _scanned(self, request: web.Request) -> web.StreamResponse:
        if self.limited:
            return web.json_response({"message": "forbidden"}, status=403)
        if "watch" in request.query:
            return await self._stream(request, asyncio.Queue())
        return web.json_response({"metadata": {"resourceVersion": "1"}, "items": []})

    async def _labs(self, request: web.Request) -> web.StreamResponse:
        if "watch" in request.query:
            queue: asyncio.Queue[Json] = asyncio.Queue()
            self._watches.append(queue)
            return await self._stream(request, queue)
        namespace = request.path.partition("/namespaces/")[2].partition("/")[0]
        items = [i for i in self.labs if namespace in ("", i["metadata"]["namespace"])]
        return web.json_response({"metadata": {"resourceVersion": "9"}, "items": items})

    async def _stream(
        self, request: web.Request, queue: "asyncio.Queue[Json]"
    ) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(json.dumps(await queue.get()).encode() + b"\n")


def _kubeconfig(server: str) -> str:
    content = {
        "current-context": "x",
        "clusters": [{"name": "x", "cluster": {"server": server}}],
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        "users": [{"name": "x", "user": {"token": "none"}}],
    }
    return json.dumps(content)


def _resource(plural: str, kind: str, namespaced: bool) -> Json:
    names = {"name": plural, "kind": kind, "singularName": kind.lower()}
    return {**names, "namespaced": namespaced, "verbs": _VERBS}
