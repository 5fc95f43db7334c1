"""What the registry has under a subject."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from streaminglab_page.polled import CannotSay
from streaminglab_page.schemas.subjects import Subjects

Answers = dict[str, Any]


@pytest.fixture
async def answers() -> AsyncIterator[tuple[Subjects, Answers]]:
    """A registry, and what it answers by path."""
    told: Answers = {}

    async def answer(request: web.Request) -> web.Response:
        found = told.get(request.raw_path)
        if found is None:
            return web.json_response(
                {"error_code": 40401, "message": "no such subject"}, status=404
            )
        return web.json_response(found)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Subjects(session, str(server.make_url("/apis/ccompat/v7/"))), told


def put(told: Answers, subject: str, versions: Any, newest: Any) -> None:
    path = f"/apis/ccompat/v7/subjects/{subject}/versions"
    told[path], told[f"{path}/latest"] = versions, newest


async def test_its_language_and_how_many_versions(answers: tuple[Subjects, Answers]) -> None:
    subjects, told = answers
    put(told, "a-value", [1, 2], {"schemaType": "PROTOBUF", "schema": "x"})
    put(told, "b%2Fc", [1], {"schema": "x"})
    assert await subjects.newest("a-value") == ("PROTOBUF", 2)
    # Of Avro the registry says nothing.
    assert await subjects.newest("b/c") == ("AVRO", 1)


async def test_one_that_is_not_there_is_said(answers: tuple[Subjects, Answers]) -> None:
    with pytest.raises(CannotSay, match="no such subject"):
        await answers[0].newest("gone")


async def test_an_answer_that_is_no_list_is_none(answers: tuple[Subjects, Answers]) -> None:
    subjects, told = answers
    put(told, "a", {"x": 1}, [1])
    assert await subjects.newest("a") == ("AVRO", 0)
