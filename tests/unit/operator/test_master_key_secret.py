"""The master key is made once, and never written over."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from aiohttp import web

from streaminglab_operator.adapters import master_key as module
from streaminglab_operator.adapters.master_key import master_key
from streaminglab_operator.errors import SettingsError
from streaminglab_operator.plan.master_key import MasterKey
from tests.fakes.http import api_at

PATH = "/api/v1/namespaces/streaminglab-system/secrets"
NAME = "streaminglab-master-key"


class Server:
    """One Secret, which may be there; ``answers`` come first, one each."""

    def __init__(self, key: str | None = None, *answers: int) -> None:
        self.key = key
        self.answers = list(answers)
        self.made: list[dict[str, Any]] = []

    async def answer(self, request: web.Request) -> web.Response:
        if self.answers:
            status = self.answers.pop(0)
            return web.json_response({"message": f"said {status}"}, status=status)
        if request.method == "POST":
            assert request.path == PATH
            body = json.loads(await request.text())
            if self.key is not None:
                return web.json_response({"message": "already exists"}, status=409)
            self.made.append(body)
            self.key = base64.b64decode(body["data"]["master-key"]).decode()
            return web.json_response(body, status=201)
        assert (request.method, request.path) == ("GET", f"{PATH}/{NAME}")
        if self.key is None:
            return web.json_response({"message": "not found"}, status=404)
        data = {"master-key": base64.b64encode(self.key.encode()).decode()} if self.key else None
        return web.json_response({"metadata": {}, "data": data})


async def _asked(server: Server) -> MasterKey:
    async with api_at(server.answer) as api:
        return await master_key(api, "streaminglab-system", NAME)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.0)
    yield


async def test_it_is_made_at_the_first_start_and_read_at_the_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    structlog.reset_defaults()
    server = Server()
    first = await _asked(server)
    assert server.made[0]["metadata"]["name"] == NAME
    assert len(first.secret) == 64
    assert await _asked(server) == first
    assert len(server.made) == 1
    said = capsys.readouterr()
    assert first.secret.decode() not in said.out + said.err


async def test_two_operators_that_start_at_once_have_the_same_one() -> None:
    server = Server("k" * 64, 404)
    assert await _asked(server) == MasterKey(b"k" * 64)
    assert server.made == []


async def test_the_administrators_own_is_taken() -> None:
    assert await _asked(Server(" from-a-backup-of-the-cluster-1234567\n")) == MasterKey(
        b"from-a-backup-of-the-cluster-1234567"
    )


@pytest.mark.parametrize("key", ["", "short"])
async def test_a_secret_without_a_key_is_said_and_left_as_it_is(key: str) -> None:
    server = Server(key)
    with pytest.raises(SettingsError, match="streaminglab-system/streaminglab-master-key has no"):
        await _asked(server)
    assert (server.key, server.made) == (key, [])


async def test_a_missing_right_is_said() -> None:
    with pytest.raises(SettingsError, match="said 403"):
        await _asked(Server(None, 403))


async def test_an_api_server_that_does_not_answer_yet_is_waited_for() -> None:
    assert await _asked(Server("k" * 64, 500, 429, 503)) == MasterKey(b"k" * 64)
