"""Preferred leaders: how many partitions got theirs back, or why not, in Kafka's words."""

from concurrent.futures import Future
from typing import Any

import pytest
from confluent_kafka import ElectionType, KafkaError, KafkaException, TopicPartition

from streaminglab_page.kafka import cluster as module
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.cluster import Cluster
from tests.unit.page.kafka.mock import Mock


class Admin:
    """The part of an AdminClient that elects. ``result``: what its future brings."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def elect_leaders(self, kind: ElectionType, **_: Any) -> Any:
        assert kind is ElectionType.PREFERRED
        future: Any = Future()
        if isinstance(self._result, Exception):
            future.set_exception(self._result)
        else:
            future.set_result(self._result)
        return future


def cluster(monkeypatch: pytest.MonkeyPatch, result: Any) -> Cluster:
    monkeypatch.setattr(Cluster, "_admin", lambda _: Admin(result))
    return Cluster("x:1")


async def test_those_that_changed_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    needless = KafkaError(KafkaError.ELECTION_NOT_NEEDED)
    result = {TopicPartition("a", 0): None, TopicPartition("a", 1): needless}
    assert await cluster(monkeypatch, result).elect() == 1


async def test_a_refusal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = KafkaException(KafkaError(KafkaError.CLUSTER_AUTHORIZATION_FAILED))
    with pytest.raises(CannotAsk):
        await cluster(monkeypatch, refused).elect()


async def test_the_library_takes_the_call_as_it_is_made(
    mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A SystemError of its C code would be a fault of the page; the mock just does not answer."""
    monkeypatch.setattr(module, "SECONDS", 0.1)
    with pytest.raises(CannotAsk):
        await Cluster(mock.servers).elect()
