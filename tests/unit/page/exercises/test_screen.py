"""The exercises in a browser: the real page, a set that comes along, the reader's language."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE
from tests.unit.page.kube_server import KubeServer
from tests.unit.page.labs import lab
from tests.unit.page.page_lab import Browser, visited

PATH = "/exercises"
FRENCH = {"Accept-Language": "fr"}


def asking(**spec: Any) -> dict[str, Any]:
    """A lab that asks for the set 000."""
    found = lab()
    found["metadata"]["uid"] = "uid-meteo"
    found["spec"] |= {"exercises": {"set": "000"}, **spec}
    return found


@pytest.fixture
async def inside(kube: KubeServer, tmp_path: Path) -> AsyncIterator[Browser]:
    kube.put(asking())
    async with visited(tmp_path, kube, exercises="000") as found:
        assert (await found.log_in()).status == 303
        yield found


async def test_the_page_lists_the_exercises_in_the_readers_language(
    inside: Browser, kube: KubeServer
) -> None:
    await kube.until(lambda: bool(kube.edits))
    english = json.loads((await inside.get(PATH)).text)
    french = json.loads((await inside.get(PATH, headers=FRENCH)).text)
    assert english["title"] != french["title"]
    assert [one["name"] for one in english["exercises"]] == [
        one["name"] for one in french["exercises"]
    ]
    assert {one["state"] for one in english["exercises"]} <= {"todo", "unchecked"}
    assert 'href="#exercises"' in (await inside.get("/")).text


async def test_the_status_is_written_for_this_very_lab_alone(
    inside: Browser, kube: KubeServer
) -> None:
    await kube.until(lambda: bool(kube.edits))
    kind, (test, add) = kube.edits[0]
    assert kind == "application/json-patch+json"
    assert kube.lab is not None
    assert test == {"op": "test", "path": "/metadata/uid", "value": "uid-meteo"}
    assert (add["op"], add["path"]) == ("add", "/status/exercises")
    assert kube.lab["status"]["exercises"]["set"] == "000"


async def test_the_stream_tells_of_them_to_who_looks(inside: Browser) -> None:
    address = f"{inside.url}/events?exercises=1"
    async with asyncio.timeout(PATIENCE), inside.session.get(address) as answer:
        async for line in answer.content:
            if line == b"event: exercises\n":
                told = json.loads((await answer.content.readline()).decode().removeprefix("data: "))
                break
    assert told["exercises"]


async def test_a_lab_without_exercises_has_none(reader: Browser, kube: KubeServer) -> None:
    assert (await reader.get(PATH)).status == 404
    assert kube.edits == []
    parts = (await reader.get("/")).text.split('data-parts="')[1].split('"')[0]
    assert "exercises" not in parts


async def test_nobody_reads_them_who_has_not_logged_in(inside: Browser) -> None:
    inside.session.cookie_jar.clear()
    assert (await inside.get(PATH)).status == 401
