"""What the AdminClient answers, read by ours: against librdkafka's own mock of a cluster."""

import asyncio

import pytest
from confluent_kafka.admin import BrokerMetadata  # type: ignore[attr-defined]

from streaminglab_page.kafka import cluster as module
from streaminglab_page.kafka import quorum
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.cluster import Cluster
from tests.patience import PATIENCE
from tests.unit.page.kafka.mock import Mock


@pytest.fixture
def servers(mock: Mock) -> str:
    """Three brokers with seven messages."""
    mock.put("weather", [b"x"] * 4, partition=0)
    mock.put("weather", [b"x"] * 3, partition=1)
    return mock.servers


async def test_brokers_topics_and_partitions_are_read(servers: str) -> None:
    found = await Cluster(servers).layout()
    assert list(found.brokers) == [1, 2, 3]
    (topic,) = found.topics
    assert (topic.name, [p.number for p in topic.partitions]) == ("weather", [0, 1, 2, 3])
    assert all(p.leader in p.isr and not p.lacks for p in topic.partitions)


async def test_offsets_are_read_at_both_ends(servers: str) -> None:
    cluster = Cluster(servers)
    places = [("weather", 0), ("weather", 1), ("weather", 2)]
    assert await cluster.offsets(places, first=False) == dict(zip(places, (4, 3, 0), strict=True))
    assert await cluster.offsets(places, first=True) == dict.fromkeys(places, 0)
    assert await cluster.offsets([], first=True) == {}


async def test_a_partition_that_is_not_there_is_left_out(servers: str) -> None:
    found = await Cluster(servers).offsets([("weather", 0), ("weather", 99)], first=False)
    assert found == {("weather", 0): 4}


async def test_an_answer_without_brokers_is_not_a_cluster_without_any(
    servers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = Cluster(servers)
    told = cluster._admin().list_topics(timeout=PATIENCE)
    told.brokers = {-1: BrokerMetadata()}
    monkeypatch.setattr(cluster._admin(), "list_topics", lambda timeout: told, raising=False)
    with pytest.raises(CannotAsk, match="names no brokers"):
        await cluster.layout()


async def test_who_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.1)
    with pytest.raises(CannotAsk):
        await Cluster("127.0.0.1:1").layout()


ANSWER = bytes.fromhex(
    "00000001"
    "00"  # correlation, no tags
    "0000"
    "02"
    "13" + b"__cluster_metadata".hex() + "02"  # no error, one topic, whose name has 18 letters
    "00000000"
    "0000"
    "00000002"
    "00000007"
    "0000000000000009"
    "01"
    "01"
    "00"
    "00"
    "00"
)


def test_the_leader_of_the_quorum_is_read() -> None:
    assert quorum.answer(ANSWER) == 2
    refused = ANSWER[:5] + b"\x00\x1d" + ANSWER[7:]
    assert quorum.answer(refused) == -1


@pytest.mark.parametrize("length", range(38))
def test_an_answer_that_is_cut_off_is_none(length: int) -> None:
    with pytest.raises(ValueError, match="not an answer"):
        quorum.answer(ANSWER[:length])


def test_the_question_has_its_length_in_front() -> None:
    question = quorum.request()
    assert int.from_bytes(question[:4], "big") == len(question) - 4
    assert int.from_bytes(question[4:6], "big") == 55
    assert question.count(b"__cluster_metadata") == 1


async def test_the_next_server_is_asked_when_one_does_not_answer() -> None:
    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(quorum.request()))
        writer.write(len(ANSWER).to_bytes(4, "big") + ANSWER)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answered, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await quorum.leader(f"127.0.0.1:1,127.0.0.1:{port}") == 2


async def test_nobody_who_tells_is_no_controller() -> None:
    assert await quorum.leader("127.0.0.1:1") == -1
