"""The operator's rights and what it does with them are the same.

Labs go through their life with the real reconciler; each call to the cluster is then made once more
through the real adapter, and its request needs a right. Held against the rules of the chart.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

import pytest

from streaminglab_operator.adapters.cluster import KubernetesCluster
from streaminglab_operator.adapters.kinds import HTTP_ROUTES, WATCHED
from streaminglab_operator.adapters.lease import Lease
from streaminglab_operator.errors import Conflict, NotFound
from streaminglab_operator.services import OPTIONAL
from tests.charts.support import only, render
from tests.component.operator.test_services import EVERY, INGRESS, PLAIN
from tests.fakes.world import METEO, World
from tests.labs import without
from tests.rights import Right, given, used_by_request, words

CHART = "streaminglab-operator"
LABS = ("streaminglab.dev", "streaminglabs")
CRDS = ("apiextensions.k8s.io", "customresourcedefinitions")
QUOTA = 'pods "a" is forbidden: exceeded quota: student, requested: limits.memory=640Mi'
NOT_USED_HERE = {
    (
        *LABS,
        "patch",
    ): "given on to each lab's page, and only who has a right can give it (RBAC); the "
    "admission policy refuses it to the operator itself",
    ("policy", "poddisruptionbudgets", "delete"): "brokers cannot be taken out of a lab; it is "
    "pruned when a later chart makes none",
    **{
        ("gateway.networking.k8s.io", "httproutes", verb): "the server here knows no routes"
        for verb in ("create", "patch", "delete")
    },
}
"""Rights that the labs of this test have no use for, each with its reason."""

Call = tuple[str, tuple[Any, ...], Mapping[str, Any]]


class RecordingApi:
    """Stands for ``adapters.api.Api``: notes the right that each request needs."""

    def __init__(self, *, exists: bool = False) -> None:
        self.used: set[Right] = set()
        self.exists = exists

    async def request(
        self, method: str, path: str, *, content_type: str = "", **_: Any
    ) -> dict[str, Any]:
        needed = used_by_request(method, path, content_type)
        self.used |= needed
        if method == "POST" and self.exists:
            raise Conflict(409, "already exists", path)
        if "get" in {verb for _, _, verb in needed} and not self.exists:
            raise NotFound(404, "not found", path)
        metadata = {"name": "a", "uid": "u", "resourceVersion": "1", "managedFields": []}
        return {"metadata": metadata, "spec": {"holderIdentity": ""}, "items": [], "data": {}}

    async def pages(self, path: str, *_: Any) -> AsyncGenerator[dict[str, Any], None]:
        yield await self.request("GET", path)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], Call]:
    """By method and kind: the last call of the cluster, in all worlds of a test."""
    found: dict[tuple[str, str], Call] = {}
    start = World.start_operator

    def noted(name: str, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        @functools.wraps(method)
        async def call(*args: Any, **more: Any) -> Any:
            kind = next((a.kind for a in args if hasattr(a, "kind")), "")
            found[(name, kind)] = (name, args, more)
            return await method(*args, **more)

        return call

    def started(world: World) -> None:
        start(world)
        for name in vars(KubernetesCluster):
            if not name.startswith("_"):
                method = getattr(world.cluster, name)
                monkeypatch.setattr(world.cluster, name, noted(name, method))

    monkeypatch.setattr(World, "start_operator", started)
    return found


async def _everything_comes_and_goes() -> None:
    world = World()
    world.add_lab({**EVERY, "access": INGRESS})
    await world.settle(world.ready, seconds=120)
    world.edit_lab({**{s.part.key: without(s) for s in OPTIONAL}, "access": {"ingress": None}})
    await world.settle(seconds=60)
    world.edit_lab({"suspend": True})
    await world.settle(seconds=120)


async def _brokers_roll() -> None:
    world = World()
    kafka = {"brokers": 3, "topics": [{"name": "test"}]}
    # Of volumes that are kept it is asked whose they are.
    world.add_lab({**PLAIN, "retainData": True, "kafka": kafka})
    await world.settle(world.ready, seconds=60)
    world.edit_lab({"kafka": {"resources": {"memory": "1Gi"}}})
    await world.settle(seconds=120)


async def _a_quota_forbids_pods() -> None:
    world = World()
    world.server.admission.append(lambda kind, _: QUOTA if kind == "Pod" else None)
    world.add_lab(PLAIN)
    await world.settle(seconds=60)
    world.server.admission.clear()
    await world.settle(world.ready, seconds=60)


async def _used(calls: Mapping[tuple[str, str], Call]) -> set[Right]:
    used: set[Right] = set()
    for exists in (False, True):
        api = RecordingApi(exists=exists)
        adapter = KubernetesCluster(api)  # type: ignore[arg-type]
        for name, args, more in calls.values():
            with contextlib.suppress(Conflict):
                await getattr(adapter, name)(*args, **more)
        used |= api.used
    return used


def _watched() -> set[Right]:
    kinds = [(r.api_version.rpartition("/")[0], r.plural) for r in (*WATCHED, HTTP_ROUTES)]
    return {(*kind, verb) for kind in (*kinds, LABS, CRDS) for verb in ("list", "watch")}


async def test_every_right_on_labs_is_used_and_no_other(
    calls: dict[tuple[str, str], Call],
) -> None:
    await _everything_comes_and_goes()
    await _brokers_roll()
    await _a_quota_forbids_pods()
    used = await _used(calls) | _watched()
    role = only(render(CHART), "ClusterRole", f"{METEO.namespace}:meteo")
    rights = given(role["rules"])
    assert words(used - rights) == [], "used and not given"
    assert words(rights - used - NOT_USED_HERE.keys()) == [], "given and not used"
    assert words(NOT_USED_HERE.keys() & used) == [], "used after all: take it off the list"
    assert NOT_USED_HERE.keys() <= rights, "not given at all: take it off the list"


async def test_every_right_on_the_lease_is_used_and_no_other() -> None:
    used: set[Right] = set()
    for exists in (False, True):
        api = RecordingApi(exists=exists)
        await Lease(api, "streaminglab-system").acquire()  # type: ignore[arg-type]
        used |= api.used
    role = only(render(CHART), "Role")
    leases = {right for right in given(role["rules"]) if right[1] == "leases"}
    assert leases == used
