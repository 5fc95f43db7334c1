"""What brokers have on disk, as they tell it themselves (DescribeLogDirs)."""

import asyncio
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_page.kafka import disk
from streaminglab_page.kafka.cluster import Cluster
from streaminglab_page.kafka.view import Place
from tests.unit.page.kafka.mock import Mock


def words(text: str) -> bytes:
    return struct.pack(">h", len(text.encode())) + text.encode()


def told(sizes: dict[Place, int], folders: int = 1) -> bytes:
    """An answer of a broker, which has the same partitions in each of its folders."""
    body = struct.pack(">iii", 1, 0, folders)
    for number in range(folders):
        body += struct.pack(">h", 0) + words(f"/data/{number}") + struct.pack(">i", len(sizes))
        for (topic, partition), size in sizes.items():
            body += words(topic) + struct.pack(">iiqqb", 1, partition, size, 0, 0)
    return body


HELD = {("weather", 0): 700, ("weather", 1): 300, ("été", 7): 5}


def test_all_is_counted_and_what_is_looked_at_kept() -> None:
    assert disk.answer(told(HELD), {("weather", 1), ("other", 0)}) == (1005, {("weather", 1): 300})
    assert disk.answer(told({}, folders=0), set()) == (0, {})
    # A partition that moves from one folder to another lies in both.
    assert disk.answer(told(HELD, folders=2), {("été", 7)}) == (2010, {("été", 7): 10})


@pytest.mark.parametrize("length", range(len(told(HELD))))
def test_an_answer_that_is_cut_off_is_none(length: int) -> None:
    with pytest.raises(ValueError, match="not an answer"):
        disk.answer(told(HELD)[:length], set())


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    try:
        total, found = disk.answer(body, set())
    except ValueError:
        return
    assert (total >= 0, found) == (True, {})


async def test_a_broker_is_asked_for_everything_and_one_that_is_silent_left_out() -> None:
    asked = []

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (size,) = struct.unpack(">i", await reader.readexactly(4))
        asked.append(await reader.readexactly(size))
        writer.write(len(told(HELD)).to_bytes(4, "big") + told(HELD))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answered, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        cluster = Cluster("unused:9092")
        cluster._addresses = {0: ("127.0.0.1", port), 1: ("127.0.0.1", 1)}
        found = await cluster.disk({("weather", 0)})
    assert (found.brokers, found.partitions) == ({0: 1005}, {("weather", 0): 700})
    (question,) = asked
    assert question.startswith(struct.pack(">hh", 35, 1))
    assert question.endswith(b"page\xff\xff\xff\xff"), "no topics are named: all of them"


async def test_an_answer_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "LARGEST", 10)

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(4)
        writer.write((11).to_bytes(4, "big"))
        await writer.drain()

    async with await asyncio.start_server(answered, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await disk.held("127.0.0.1", port, set()) == (-1, {})


async def test_the_brokers_of_the_last_look_are_asked(mock: Mock) -> None:
    cluster = Cluster(mock.servers)
    await cluster.layout()
    assert {f"{host}:{port}" for host, port in cluster._addresses.values()} == set(
        mock.servers.split(",")
    )
    # librdkafka's mock knows no such request.
    assert (await cluster.disk(set())).brokers == {}
