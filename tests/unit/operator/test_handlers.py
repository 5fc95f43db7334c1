"""kopf as it is set up here, run for real against an API server that speaks HTTP."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import kopf
import pytest

from streaminglab_operator import handlers
from streaminglab_operator.adapters.api import Api, log_in
from streaminglab_operator.adapters.roll_call import RollCall
from streaminglab_operator.errors import OperatorError
from streaminglab_operator.heard import GONE, Heard
from streaminglab_operator.names import LabKey
from streaminglab_operator.store import Store, Wakes
from tests.fakes.served_labs import LABS, ServedLabs
from tests.patience import PATIENCE

NAMESPACES = ("user-alice", "user-bob")


class Operator:
    """What kopf told: the store."""

    def __init__(self, server: ServedLabs) -> None:
        self.server = server
        self.store = Store(Wakes(lambda _: None))
        self.stop = asyncio.Event()
        self.heard = Heard()

    async def run(self, start: Callable[[], Awaitable[None]]) -> None:
        registry = handlers.registry(self.store, start, self.heard)
        await kopf.operator(
            registry=registry,
            settings=handlers.settings(limited=self.server.limited),
            standalone=True,
            identity="test",  # type: ignore[arg-type]
            clusterwide=not self.server.limited,
            namespaces=NAMESPACES if self.server.limited else (),
            stop_flag=self.stop,
        )


@pytest.fixture
def kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "kubeconfig"
    monkeypatch.setenv("KUBECONFIG", str(path))
    return path


async def at_once() -> None:
    """A start-up with nothing to wait for."""


@asynccontextmanager
async def running(
    server: ServedLabs, kubeconfig: Path, start: Callable[[], Awaitable[None]] = at_once
) -> AsyncIterator[Operator]:
    """An operator at this server; at the end it stops by itself."""
    async with server.running(kubeconfig):
        operator = Operator(server)
        task = asyncio.create_task(operator.run(start))
        try:
            yield operator
        finally:
            operator.stop.set()
            await asyncio.wait_for(task, PATIENCE)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - kopf does not tell
            await asyncio.sleep(0.01)


def test_kopf_writes_no_events_and_knows_no_peers() -> None:
    chosen = handlers.settings()
    assert not chosen.posting.enabled
    assert chosen.peering.standalone
    assert chosen.watching.inactivity_timeout == 70, "as docs/admin.md says of a silent watch"


def test_kopf_lists_labs_a_few_at_a_time() -> None:
    """Each may be as large as etcd takes; by default all of them come in one answer."""
    assert handlers.settings().watching.chunk_size == handlers.LABS_OF_A_PAGE


async def test_every_lab_is_in_the_store_before_any_pass_may_begin(kubeconfig: Path) -> None:
    server = ServedLabs()
    for number in range(20):
        server.add(f"lab-{number}")
    async with running(server, kubeconfig) as operator, Api.connect(account=log_in()) as api:
        assert len(operator.store) == 0
        await asyncio.wait_for(RollCall(api, operator.heard).all_told(lambda: None), PATIENCE)
        assert len(operator.store) == 20


async def test_kopf_keeps_no_lab_as_it_came(kubeconfig: Path) -> None:
    """A thousand of them, as they came, are as much as all else that the operator knows. The last
    one of its list, and of its watch, are in kopf's hands."""
    server, word = ServedLabs(), "kept-by-nobody"
    for number in range(50):
        server.add(f"{word}-{number}")
    async with running(server, kubeconfig) as operator:
        await until(lambda: len(operator.store) == 50)
        await until(lambda: _as_they_came(server, word) <= 2)
        server.edit(server.labs[0])
        await until(lambda: operator.heard.missed(_newest(server)) == {})
        await until(lambda: _as_they_came(server, word) <= 2)


def _newest(server: ServedLabs) -> dict[str, int]:
    return {lab["metadata"]["uid"]: lab["metadata"]["generation"] for lab in server.labs}


def _as_they_came(server: ServedLabs, word: str) -> int:
    """Labs as JSON, but for those of the server. kopf's views of them are circles."""
    gc.collect()
    own = {id(lab) for lab in server.labs}
    found = (o for o in gc.get_objects() if isinstance(o, dict) and id(o) not in own)
    return sum("spec" in o and word in str(o.get("metadata")) for o in found)


async def test_labs_that_come_and_go_are_heard_of(kubeconfig: Path) -> None:
    server = ServedLabs()
    async with running(server, kubeconfig) as operator:
        await until(lambda: server.watched)
        lab = server.add("meteo")
        await until(lambda: operator.store.lab(LabKey("user-alice", "meteo")) is not None)
        server.delete(lab)
        await until(lambda: operator.store.lab(LabKey("user-alice", "meteo")) is None)


async def test_what_was_told_is_noted_and_what_was_not_is_missed(kubeconfig: Path) -> None:
    server = ServedLabs()
    kept, edited, deleted = (server.add(name) for name in ("kept", "edited", "deleted"))
    async with running(server, kubeconfig) as operator:
        await until(lambda: server.watched and len(operator.store) == 3)
        uids = [lab["metadata"]["uid"] for lab in (kept, edited, deleted)]
        there = dict.fromkeys(uids, 1)
        assert operator.heard.missed(there) == {}
        server.edit(edited)
        server.delete(deleted)
        there = {uids[0]: 1, uids[1]: 2}
        await until(lambda: operator.heard.missed(there) == {})
        server.silent = True
        server.edit(edited)
        server.delete(kept)
        await asyncio.sleep(0.2)
        assert operator.heard.missed({uids[1]: 3, "new": 1}) == {
            uids[1]: 3,
            "new": 1,
            uids[0]: GONE,
        }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("annotations", {"kopf.zalando.org/last-handled-configuration": "{"}),
        ("annotations", {"kopf.zalando.org/last-handled-configuration": "[" * 20_000}),
        ("annotations", {"kopf.zalando.org/last-handled-configuration": "7"}),
        ("finalizers", ["kopf.zalando.org/KopfFinalizerMarker"]),
    ],
)
async def test_nobody_keeps_a_lab_from_being_told_by_what_kopf_would_read_of_it(
    field: str, value: object, kubeconfig: Path
) -> None:
    """Of a lab whose end is not told ``/healthz`` fails after a while: whoever can edit a lab could
    have the operator started anew again and again. And kopf writes to no lab."""
    server, key = ServedLabs(), LabKey("user-alice", "meteo")
    lab = server.add("meteo")
    lab["metadata"][field] = value
    async with running(server, kubeconfig) as operator:
        await until(lambda: server.watched and len(operator.store) == 1)
        server.edit(lab)
        uid = lab["metadata"]["uid"]
        await until(lambda: operator.heard.missed({uid: 2}) == {})
        server.delete(lab)
        await until(lambda: operator.heard.missed({}) == {})
        assert operator.store.lab(key) is None
    assert server.written == []


async def test_nothing_is_watched_before_the_start_is_over(kubeconfig: Path) -> None:
    server, begin = ServedLabs(), asyncio.Event()
    server.add("meteo")

    async def slow() -> None:
        await begin.wait()

    async with running(server, kubeconfig, slow) as operator:
        await asyncio.sleep(0.2)
        assert server.asked == []
        begin.set()
        await until(lambda: len(operator.store) == 1)


async def test_a_start_that_fails_is_tried_once_and_ends_kopf(kubeconfig: Path) -> None:
    tries = []

    async def refused() -> None:
        tries.append(1)
        raise OperatorError("no right to a Lease")

    server = ServedLabs()
    async with server.running(kubeconfig):
        with pytest.raises(Exception, match="handlers failed"):
            await asyncio.wait_for(Operator(server).run(refused), PATIENCE)
    assert tries == [1]
    assert server.asked == []


async def test_a_cluster_wide_operator_notices_a_crd_that_comes_later(kubeconfig: Path) -> None:
    assert not handlers.settings().scanning.disabled
    server = ServedLabs()
    async with running(server, kubeconfig):
        await until(lambda: any("customresourcedefinitions" in path for path in server.asked))


async def test_limited_to_namespaces_kopf_lists_neither_namespaces_nor_crds(
    kubeconfig: Path,
) -> None:
    server = ServedLabs(limited=True)
    server.add("meteo", "user-alice")
    server.add("meteo", "user-bob")
    server.add("meteo", "user-carol")
    async with running(server, kubeconfig) as operator:
        await until(lambda: len(operator.store) == 2)
        listed = {path for path in server.asked if path.endswith("/streaminglabs")}
        assert listed == {f"{LABS}/namespaces/{name}/streaminglabs" for name in NAMESPACES}
        assert not any("customresource" in p or p.endswith("/namespaces") for p in server.asked)
