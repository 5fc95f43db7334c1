"""Informers: list, then watch, and what is done when either breaks."""

import asyncio
import json
import weakref
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import pytest
from aiohttp import web

from streaminglab_operator.adapters import watch as module
from streaminglab_operator.adapters.kinds import BY_KIND
from streaminglab_operator.adapters.watch import RESUMES, Informer
from tests.fakes.http import Handler, api_at
from tests.patience import PATIENCE

Json = dict[str, Any]
CUT: Json = {"type": "the connection is cut off"}


def _object(name: str, version: int) -> Json:
    return {"metadata": {"namespace": "ns", "name": name, "resourceVersion": str(version)}}


class Kubernetes:
    """Answers lists and watches of one kind; each watch gives its events and then ends."""

    def __init__(self) -> None:
        self.items = [_object("a", 5)]
        self.watches: list[list[Json]] = []
        self.queries: list[Json] = []
        self.lists = 0
        self.errors: list[int] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.queries.append(dict(request.query))
        if self.errors:
            return web.json_response({"message": "try again"}, status=self.errors.pop(0))
        if "watch" not in request.query:
            self.lists += 1
            return self._page(request)
        if not self.watches:
            await asyncio.sleep(5)
        response = web.StreamResponse()
        await response.prepare(request)
        for event in self.watches.pop(0) if self.watches else []:
            if event is CUT and request.transport is not None:
                request.transport.abort()
                return response
            text = json.dumps(event).encode() + b"\n"
            await response.write(text[:10])
            await response.write(text[10:])
        return response

    def _page(self, request: web.Request) -> web.Response:
        start = int(request.query.get("continue", "0"))
        more = str(start + 1) if start + 1 < len(self.items) else None
        metadata = {"resourceVersion": "9", **({"continue": more} if more else {})}
        return web.json_response({"metadata": metadata, "items": self.items[start : start + 1]})


class Seen:
    """What the informer told."""

    stumbles = 0

    def sink(self, _: object, event: str, raw: Mapping[str, Any]) -> None:
        self.events.append((event, raw["metadata"]["name"]))
        if raw["metadata"]["name"] == "odd":
            raise KeyError("a fault of ours")

    def unreadable(self, _: str) -> None:
        self.stumbles += 1

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []
        self.lists: list[set[tuple[str, str]]] = []


async def _until(so: Callable[[], bool], seen: object) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while not so():  # noqa: ASYNC110 - an informer tells nobody
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(vars(seen) if isinstance(seen, Seen) else seen) from None


@asynccontextmanager
async def _informed(answer: Handler, seen: Seen) -> AsyncIterator[Informer]:
    """An informer that runs, until the end."""
    async with api_at(answer) as api:
        informer = Informer(
            api,
            BY_KIND["ConfigMap"],
            None,
            seen.sink,
            lambda _, __, names: seen.lists.append(names),
            unreadable=seen.unreadable,
        )
        task = asyncio.create_task(informer.run())
        try:
            yield informer
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _watched(
    server: Kubernetes, until: Callable[[Seen], bool], monkeypatch: pytest.MonkeyPatch
) -> Seen:
    monkeypatch.setattr(module, "SHORTEST_SECONDS", 0.01)
    monkeypatch.setattr("random.uniform", lambda low, high: 0.01)
    seen = Seen()
    async with _informed(server.answer, seen) as informer:
        await _until(lambda: until(seen), seen)
        assert informer.synced.is_set()
        assert informer.last_heard > 0
    return seen


async def test_a_list_of_several_pages_is_told_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Kubernetes()
    server.items = [_object(name, 5) for name in "abc"]
    seen = await _watched(server, lambda s: bool(s.lists), monkeypatch)
    assert seen.events == [("ADDED", "a"), ("ADDED", "b"), ("ADDED", "c")]
    assert seen.lists == [{("ns", "a"), ("ns", "b"), ("ns", "c")}]


class _Page(dict[str, Any]):
    """An answer of which it can be found out whether somebody still has it."""


async def test_a_page_is_let_go_before_the_next_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As objects it is six times as large as on the wire, and four lists are read at a time."""
    pages: list[weakref.ref[_Page]] = []
    kept: list[int] = []

    def loads(text: bytes) -> _Page:
        page = _Page(json.loads(text))
        pages.append(weakref.ref(page))
        return page

    class Watchful(Kubernetes):
        def _page(self, request: web.Request) -> web.Response:
            kept.append(sum(page() is not None for page in pages))
            return super()._page(request)

    monkeypatch.setattr(orjson, "loads", loads)
    server = Watchful()
    server.items = [_object(name, 5) for name in "abc"]
    await _watched(server, lambda s: bool(s.lists), monkeypatch)
    assert len(pages) >= 3
    assert kept == [0, 0, 0]


async def test_one_watch_follows_where_the_last_one_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Kubernetes()
    server.watches = [
        [{"type": "MODIFIED", "object": _object("a", 11)}],
        [{"type": "DELETED", "object": _object("a", 12)}],
    ]
    seen = await _watched(server, lambda s: len(s.events) == 3, monkeypatch)
    assert seen.events == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
    versions = [q["resourceVersion"] for q in server.queries if "watch" in q]
    assert versions[:2] == ["9", "11"]
    assert server.lists == 1


async def test_a_bookmark_moves_the_watch_on_and_tells_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Kubernetes()
    bookmark = {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "77"}}}
    server.watches = [[bookmark], [{"type": "ADDED", "object": _object("b", 78)}]]
    seen = await _watched(server, lambda s: len(s.events) == 2, monkeypatch)
    assert seen.events == [("ADDED", "a"), ("ADDED", "b")]
    assert [q["resourceVersion"] for q in server.queries if "watch" in q][1] == "77"


async def test_a_kind_that_says_nothing_is_watched_for_less_than_it_may_be_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Kubernetes()
    bookmark = {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "77"}}}
    server.watches = [[], [bookmark], [], [{"type": "ADDED", "object": _object("b", 78)}]]
    await _watched(server, lambda s: len(s.events) == 2, monkeypatch)
    asked = [int(q["timeoutSeconds"]) for q in server.queries if "watch" in q][:4]
    quiet, talks = module.QUIET_LIFETIME_SECONDS, module.LIFETIME_SECONDS
    assert asked == [quiet, quiet, talks, quiet]
    assert quiet < module.SILENCE_SECONDS < talks
    assert server.lists == 1


async def test_a_list_that_ends_after_its_first_page_is_asked_for_ever_more_slowly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken(Kubernetes):
        def _page(self, request: web.Request) -> web.Response:
            if "continue" in request.query:
                return web.json_response({"message": "etcd"}, status=500)
            return super()._page(request)

    failures = list[int]()

    def doubled(_first: float, _most: float, count: int) -> float:
        failures.append(count)
        return 0.01

    monkeypatch.setattr(module, "doubled", doubled)
    server = Broken()
    server.items = [_object(name, 5) for name in "abc"]
    async with _informed(server.answer, Seen()):
        await _until(lambda: len(failures) >= 4, failures)
    assert failures[:4] == [1, 2, 3, 4]


async def test_a_watch_that_ends_in_its_time_was_not_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a kind that never changes nothing else is heard, and health asks when that was."""
    now = 0.0
    monkeypatch.setattr(Informer, "_now", staticmethod(lambda: now))
    server, heard = Kubernetes(), list[float]()

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal now
        if "watch" in request.query:
            heard.append(informer.last_heard)
            now += module.QUIET_LIFETIME_SECONDS
        return await server.answer(request)

    server.watches = [[] for _ in range(9)]
    monkeypatch.setattr(module, "SHORTEST_SECONDS", 0.01)
    async with _informed(answer, Seen()) as informer:
        await _until(lambda: len(heard) >= 9, heard)
    assert heard[-1] >= 8 * module.QUIET_LIFETIME_SECONDS
    assert server.lists == 1


async def test_a_watch_that_is_too_old_leads_to_a_new_list(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Kubernetes()
    server.watches = [[{"type": "ERROR", "object": {"code": 410, "message": "too old"}}]]
    await _watched(server, lambda s: len(s.lists) == 2, monkeypatch)
    assert server.lists == 2


@pytest.mark.parametrize("status", [410, 429, 500, 503], ids=str)
async def test_an_error_leads_to_a_new_list(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    server = Kubernetes()
    server.errors = [status, status]
    await _watched(server, lambda s: len(s.lists) == 1, monkeypatch)


@pytest.mark.parametrize("code", [400, 403, 404, 422])
async def test_an_error_that_does_not_pass_leads_to_a_new_list(
    monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    server = Kubernetes()
    server.watches = [[{"type": "ERROR", "object": {"code": code, "message": "no"}}]]
    await _watched(server, lambda s: len(s.lists) == 2, monkeypatch)


@pytest.mark.parametrize("cut", [429, 500, 504, "cut"], ids=str)
async def test_what_interrupts_a_watch_makes_no_new_list(
    monkeypatch: pytest.MonkeyPatch, cut: int | str
) -> None:
    """Of a thousand labs one takes a second of CPU; and nothing was lost."""
    end = {"type": "ERROR", "object": {"code": cut, "message": "etcd"}}
    server = Kubernetes()
    server.watches = [
        [{"type": "MODIFIED", "object": _object("a", 11)}, CUT if cut == "cut" else end],
        [{"type": "DELETED", "object": _object("a", 12)}],
    ]
    seen = await _watched(server, lambda s: len(s.events) == 3, monkeypatch)
    assert [event for event, _ in seen.events] == ["ADDED", "MODIFIED", "DELETED"]
    assert [q["resourceVersion"] for q in server.queries if "watch" in q][:2] == ["9", "11"]
    assert server.lists == 1


@pytest.mark.parametrize(
    "end", [CUT, {"type": "ERROR", "object": {"code": 504, "message": "too large"}}], ids=str
)
async def test_a_watch_that_is_interrupted_again_and_again_lists_anew(
    monkeypatch: pytest.MonkeyPatch, end: Json
) -> None:
    """The server may not know the version, and never come to it."""
    server = Kubernetes()
    server.watches = [[end] for _ in range(RESUMES + 1)]
    await _watched(server, lambda s: len(s.lists) == 2, monkeypatch)
    assert len([q for q in server.queries if "watch" in q]) >= RESUMES + 1


async def test_a_sink_that_stumbles_over_one_object_is_told_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Kubernetes()
    server.items = [_object(name, 5) for name in ("odd", "b")]
    server.watches = [
        [
            {"type": "MODIFIED", "object": _object("odd", 11)},
            {"type": "ADDED", "object": _object("c", 12)},
        ]
    ]
    seen = await _watched(server, lambda s: len(s.events) == 4, monkeypatch)
    assert [name for _, name in seen.events] == ["odd", "b", "odd", "c"]
    assert (len(seen.lists), seen.stumbles) == (1, 2)


@pytest.mark.parametrize("event", [{}, {"type": "ADDED"}, [], 7, None], ids=str)
async def test_an_event_of_any_shape_leads_to_a_new_list(
    monkeypatch: pytest.MonkeyPatch, event: Any
) -> None:
    server = Kubernetes()
    server.watches = [[event]]
    await _watched(server, lambda s: len(s.lists) == 2, monkeypatch)


async def test_a_list_that_is_asked_for_is_made_at_the_next_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SHORTEST_SECONDS", 0.01)
    server = Kubernetes()
    bookmark = {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "77"}}}
    server.watches = [[bookmark]]
    seen = Seen()
    async with _informed(server.answer, seen) as informer:
        await asyncio.wait_for(informer.synced.wait(), PATIENCE)
        informer.list_again()
        await _until(lambda: len(seen.lists) == 2, seen)


async def test_a_server_that_ends_each_watch_at_once_is_not_asked_in_a_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SHORTEST_SECONDS", 3600.0)
    server = Kubernetes()
    server.watches = [[] for _ in range(1000)]
    seen = Seen()
    async with _informed(server.answer, seen):
        await _until(lambda: len(server.queries) == 2, server.queries)
        await asyncio.sleep(0.2)
    assert len(server.queries) == 2, "a list, a watch, and nothing more for as long as one lasts"
