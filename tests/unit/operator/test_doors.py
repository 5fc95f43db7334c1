"""Whether a connection is made, whatever is in the way."""

from __future__ import annotations

import asyncio
import socket

import pytest

from streaminglab_operator.adapters import doors
from streaminglab_operator.adapters.doors import TcpDoors


async def test_a_port_that_somebody_listens_on_opens_and_hears_nothing() -> None:
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set_result(await reader.read())
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        assert await TcpDoors().opens("127.0.0.1", server.sockets[0].getsockname()[1])
        assert await heard == b""


async def test_a_port_that_nobody_listens_on_and_a_name_that_is_none_do_not() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert not await TcpDoors().opens("127.0.0.1", free.getsockname()[1])
    assert not await TcpDoors().opens("no-such-host.invalid", 9092)
    assert not await TcpDoors().opens("x" * 300, 9092)


async def test_who_never_answers_is_waited_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_SECONDS", 0.05)

    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "open_connection", never)
    assert not await TcpDoors().opens("127.0.0.1", 9092)
