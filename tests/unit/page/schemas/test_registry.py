"""Schemas of the registry: once each, within bounds of time, of size and of number."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from streaminglab_page.polled import CannotSay
from streaminglab_page.schemas import registry as module
from streaminglab_page.schemas.registry import (
    KEPT,
    KEPT_LETTERS,
    LARGEST,
    REFUSED_SECONDS,
    Registry,
)
from tests.unit.page.schemas.registry_server import RegistryServer, registry_server


class Hand:
    """A clock that is put forward by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[RegistryServer]:
    async with registry_server() as found:
        yield found


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def registry(server: RegistryServer, clock: Hand) -> AsyncIterator[Registry]:
    async with aiohttp.ClientSession() as session:
        yield Registry(session, server.url, clock)


async def test_a_schema_is_asked_for_once(server: RegistryServer, registry: Registry) -> None:
    server.put(7, '"string"')
    first = await registry.schema(7)
    assert (first.kind, first.text) == ("AVRO", '"string"')
    assert await registry.schema(7) is first
    assert server.asked == ["/api/schemas/ids/7"]


async def test_a_refusal_is_told_in_its_words_and_asked_for_again_later(
    server: RegistryServer, registry: Registry, clock: Hand
) -> None:
    for _ in range(50):
        with pytest.raises(CannotSay, match=r"^Schema not found$"):
            await registry.schema(7)
    assert len(server.asked) == 1
    server.put(7, '"string"')
    clock.now = REFUSED_SECONDS
    assert (await registry.schema(7)).text == '"string"'


async def test_what_is_kept_is_bounded(server: RegistryServer, registry: Registry) -> None:
    for number in range(KEPT + 10):
        server.put(number, "x" * (LARGEST // 2 if number % 8 == 0 else 9))
        await registry.schema(number)
        assert registry.kept <= KEPT_LETTERS
    await registry.schema(0)
    assert server.asked.count("/api/schemas/ids/0") == 2


@pytest.mark.parametrize("text", ["x" * (LARGEST + 1), 7, None])
async def test_a_schema_that_is_none_or_too_large_is_refused(
    server: RegistryServer, registry: Registry, text: object
) -> None:
    server.schemas[1] = {"schema": text}
    with pytest.raises(CannotSay, match="gives no schema"):
        await registry.schema(1)


async def test_references_that_are_too_large_together_are_refused(
    server: RegistryServer, registry: Registry
) -> None:
    for n in range(4):
        server.put_subject(f"s{n}", "x" * (LARGEST // 3))
    server.put(1, "x", references=[(f"n{n}", f"s{n}") for n in range(4)])
    with pytest.raises(CannotSay, match="too large"):
        await registry.schema(1)


@pytest.mark.parametrize("kind", ["a circle", "a crowd", "a chain"])
async def test_references_without_end_are_refused(
    server: RegistryServer, registry: Registry, kind: str
) -> None:
    if kind == "a circle":
        server.put_subject("a", "x", references=[("b", "b")])
        server.put_subject("b", "x", references=[("a", "a")])
        wanted = [("a", "a")]
    elif kind == "a crowd":
        wanted = [(f"n{n}", f"s{n}") for n in range(1000)]
        for name, subject in wanted:
            server.put_subject(subject, name)
    else:
        for n in range(1000):
            server.put_subject(f"s{n}", "x", references=[(f"n{n + 1}", f"s{n + 1}")])
        wanted = [("n0", "s0")]
    server.put(1, "x", references=wanted)
    with pytest.raises(CannotSay, match="refers to more others"):
        await registry.schema(1)
    assert len(server.asked) < 80


async def test_a_registry_that_does_not_answer_is_not_waited_for(
    server: RegistryServer, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.05)
    server.put(1, "x")
    server.slow = 5
    with pytest.raises(CannotSay, match="has not answered"):
        await registry.schema(1)


async def test_an_answer_that_is_no_json_is_told(
    server: RegistryServer, registry: Registry
) -> None:
    server.schemas[1] = []
    with pytest.raises(CannotSay, match="gives no schema"):
        await registry.schema(1)
