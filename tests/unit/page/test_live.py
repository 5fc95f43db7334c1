"""The stream: each change at once, and what is the matter when the lab cannot be read."""

import asyncio
import json
import random
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from streaminglab_page import kube as kube_module
from streaminglab_page import watcher
from streaminglab_page.board import Board, Trouble, Unread
from streaminglab_page.lab import lab as shown
from streaminglab_page.web import live
from tests.patience import PATIENCE
from tests.unit.page.kube_server import KubeServer, kube_server
from tests.unit.page.labs import component, lab
from tests.unit.page.page_lab import Browser, visited


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same waits, shorter."""
    monkeypatch.setattr(watcher, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(watcher, "SHORTEST_WATCH", 0.01)
    monkeypatch.setattr(live, "GAP_SECONDS", 0.01)
    yield


def phase(word: str) -> Any:
    return lambda state: bool(state["lab"]) and state["lab"]["phase"] == word


def cause(word: str) -> Any:
    return lambda state: bool(state["trouble"]) and state["trouble"]["cause"] == word


async def test_the_newest_state_comes_first_and_each_change_after_it(
    reader: Browser, kube: KubeServer
) -> None:
    seen = []
    async with asyncio.timeout(PATIENCE), aclosing(reader.states()) as states:
        async for state in states:
            if not state["lab"]:
                continue
            seen.append(state["lab"]["phase"])
            if seen[-1] == "Degraded":
                break
            kube.put(lab(phase="Degraded"))
    assert seen == ["Ready", "Degraded"]


async def test_it_asks_for_its_own_lab_alone_and_watches_from_what_it_listed(
    reader: Browser, kube: KubeServer
) -> None:
    await reader.state(phase("Ready"))
    await kube.until(lambda: kube.watches > 0)
    first, second = (dict(request.query) for request in kube.requests[:2])
    assert first == {"fieldSelector": "metadata.name=meteo"}
    assert second.pop("resourceVersion") == "2"
    assert second == first | {
        "watch": "1", "allowWatchBookmarks": "true", "timeoutSeconds": "290"
    }  # fmt: skip
    assert {request.match_info["namespace"] for request in kube.requests} == {"user-alice"}


async def test_a_watch_that_ends_goes_on_where_it_was(reader: Browser, kube: KubeServer) -> None:
    await reader.state(phase("Ready"))
    kube.send({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "77"}}})
    kube.send(None)
    await kube.until(lambda: len(kube.requests) > 2)
    assert kube.requests[2].query["resourceVersion"] == "77"
    kube.put(lab(phase="Degraded"))
    await reader.state(phase("Degraded"))


REFUSALS = [
    (401, "Unauthorized", "forbidden"),
    (403, 'streaminglabs "meteo" is forbidden', "forbidden"),
    (404, "the server could not find the requested resource", "missing"),
    (429, "too many requests", "refused"),
    (500, "etcd is away", "refused"),
]


@pytest.mark.parametrize(("status", "message", "word"), REFUSALS)
async def test_a_refusal_is_told_in_the_words_of_who_refused(
    tmp_path: Path, status: int, message: str, word: str
) -> None:
    async with kube_server() as kube:
        kube.refusal = (status, message)
        async with visited(tmp_path, kube) as reader:
            await reader.log_in()
            state = await reader.state(cause(word))
            assert state["lab"] is None
            # A 404 has one meaning here, and the page says it itself.
            assert state["trouble"]["detail"] == ("" if word == "missing" else message)
            kube.refusal = None
            kube.put(lab())
            assert (await reader.state(phase("Ready")))["trouble"] is None


async def test_what_was_seen_last_stays_and_ages(reader: Browser, kube: KubeServer) -> None:
    await reader.state(phase("Ready"))
    kube.refusal = (403, "no")
    kube.send(None)
    state = await reader.state(cause("forbidden"))
    assert state["lab"]["phase"] == "Ready"
    assert state["age"] >= 0


async def test_an_api_server_that_is_down_is_waited_for(tmp_path: Path) -> None:
    async with kube_server() as kube:
        kube.put(lab())
        async with visited(tmp_path, kube, server="http://127.0.0.1:1") as reader:
            await reader.log_in()
            state = await reader.state(cause("unreachable"))
            assert state["trouble"]["detail"]


async def test_no_lab_is_said_and_one_that_comes_is_seen(tmp_path: Path) -> None:
    async with kube_server() as kube, visited(tmp_path, kube) as reader:
        await reader.log_in()
        await reader.state(cause("missing"))
        kube.put(lab())
        await reader.state(phase("Ready"))
        kube.delete()
        assert (await reader.state(cause("missing")))["lab"] is None


@pytest.mark.parametrize("gone", [{"code": 410, "message": "too old resource version"}])
async def test_a_version_that_is_too_old_leads_to_a_new_list(
    reader: Browser, kube: KubeServer, gone: dict[str, Any]
) -> None:
    await reader.state(phase("Ready"))
    kube.lab = lab(phase="Degraded")
    kube.send({"type": "ERROR", "object": gone})
    await reader.state(phase("Degraded"))


async def test_another_error_in_the_stream_is_told(reader: Browser, kube: KubeServer) -> None:
    await reader.state(phase("Ready"))
    kube.refusal = (500, "etcd is away")
    kube.send({"type": "ERROR", "object": {"code": 500, "message": "etcd is away"}})
    assert (await reader.state(cause("refused")))["trouble"]["detail"] == "etcd is away"


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b"[]", b'{"items": 3}', b'{"items": [1], "metadata": {}}', b"null"]
)
async def test_an_answer_that_is_none_is_told(tmp_path: Path, raw: bytes) -> None:
    async with kube_server() as kube:
        kube.raw = raw
        async with visited(tmp_path, kube) as reader:
            await reader.log_in()
            await reader.state(cause("unreadable"))
            kube.raw = None
            kube.put(lab())
            await reader.state(phase("Ready"))


@pytest.mark.parametrize("broken", [b"{\n", b"7\n", b'{"type": "MODIFIED"}\n'])
async def test_an_event_that_is_none_leads_to_a_new_list(
    reader: Browser, kube: KubeServer, broken: bytes
) -> None:
    await reader.state(phase("Ready"))
    kube.lab = lab(phase="Degraded")
    kube.send(broken)
    await reader.state(phase("Degraded"))


async def test_an_answer_without_an_end_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kube_module, "LARGEST", 50_000)
    async with kube_server() as kube:
        kube.raw = b" " * 50_001
        async with visited(tmp_path, kube) as reader:
            await reader.log_in()
            state = await reader.state(cause("unreadable"))
            assert "larger than what is read" in state["trouble"]["detail"]
            kube.raw = None
            kube.put(lab())
            await reader.state(phase("Ready"))
            kube.lab = lab(phase="Degraded")
            kube.send(b"x" * 50_001)
            await reader.state(phase("Degraded"))


async def test_a_huge_status_is_shown_in_part(reader: Browser, kube: KubeServer) -> None:
    await reader.state(phase("Ready"))
    parts = [component(f"part-{n}", "0/1", "Error", "x" * 5000) for n in range(200)]
    kube.put(lab(phase="Huge", components=parts, lastError="y" * 300_000))
    state = await reader.state(phase("Huge"))
    assert len(state["lab"]["components"]) == 48
    assert len(json.dumps(state)) < 80_000


HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>\r\n\ndata: {}\n\u202e"


async def test_hostile_words_are_data_and_nothing_else(reader: Browser, kube: KubeServer) -> None:
    await reader.state(phase("Ready"))
    kube.put(lab(phase="Evil", lastError=HOSTILE, components=[component(HOSTILE, "1/1", HOSTILE)]))
    state = await reader.state(phase("Evil"))
    # One line of the stream: a line's end in a message ends no event.
    assert state["lab"]["last_error"].startswith("<script>alert(1)</script>")
    assert "\u202e" not in state["lab"]["last_error"]
    assert "<script>alert" not in (await reader.get("/")).text


async def test_a_log_out_ends_the_streams_of_the_session(reader: Browser, kube: KubeServer) -> None:
    csrf = (await reader.get("/")).csrf
    await kube.until(lambda: kube.watches > 0)
    seen = 0
    async with asyncio.timeout(PATIENCE):
        async for state in reader.states():
            seen += bool(state["lab"])
            if seen == 1:
                await reader.post("/logout", data={"csrf": csrf})
                kube.put(lab(phase="Degraded"))
    assert "event: end" in "".join(reader.reported)
    assert "Degraded" not in "".join(reader.reported)


async def test_who_is_slow_misses_what_was_in_between() -> None:
    board = Board()
    for word in ("A", "B", "C"):
        board.show(shown(lab(phase=word)))
    assert await board.bell.heard(0, 0)
    assert json.loads(board.text())["lab"]["phase"] == "C"
    version, rung = board.version, board.bell.rung
    board.show(shown(lab(phase="C")))
    assert board.version == version
    assert not await board.bell.heard(rung, 0)


async def test_silence_is_broken_by_a_heartbeat(
    reader: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    async with asyncio.timeout(PATIENCE), reader.session.get(f"{reader.url}/events") as answer:
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        async for line in answer.content:
            if line == b"event: beat\n":
                break


async def test_browsers_cost_the_api_server_nothing(reader: Browser, kube: KubeServer) -> None:
    for _ in range(20):
        await reader.state(phase("Ready"))
    assert len(kube.requests) <= 2


def test_the_age_runs_from_the_moment_at_which_it_was_last_true() -> None:
    now = [100.0]
    board = Board(lambda: now[0])
    board.show(shown(lab()))
    now[0] = 500.0
    assert json.loads(board.text())["age"] == 0
    board.fail(Trouble(Unread.UNREACHABLE, "a"))
    now[0] = 530.0
    board.fail(Trouble(Unread.UNREACHABLE, "b"))
    assert json.loads(board.text())["age"] == 30


def test_each_try_waits_longer_and_never_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "LONGEST_PAUSE", 15.0)
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    assert [watcher.pause(n) for n in (1, 2, 3, 6, 7, 10_000)] == [0.5, 1, 2, 15, 15, 15]
