"""What brokers answer about groups, read by kafka-python and then by ours."""

from __future__ import annotations

from typing import Any

import pytest
from kafka.admin.client import GroupInformation, MemberInformation
from kafka.coordinator.protocol import ConsumerProtocolMemberAssignment_v0
from kafka.errors import CoordinatorNotAvailableError, KafkaConnectionError, NotCoordinatorError
from kafka.structs import OffsetAndMetadata, TopicPartition

from streaminglab_page.exercises.followed import STABLE
from streaminglab_page.kafka import groups as module
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.groups import Groups
from streaminglab_page.kafka.view import Group, Member

ASSIGNED = ConsumerProtocolMemberAssignment_v0(0, [("weather", [0, 2])], b"")
HOSTILE = {
    "no topic": ConsumerProtocolMemberAssignment_v0(0, [(None, [0])], b""),
    "no partitions": ConsumerProtocolMemberAssignment_v0(0, [("weather", None)], b""),
    "no list": ConsumerProtocolMemberAssignment_v0(0, None, b""),
    "bytes": b"\x00\x01\xff",
    "a number": 7,
}
"""What a client may write as its own assignment, in whatever form a library gives it."""


class Brokers:
    """``faults``: what is raised of a group instead of an answer, or of all of them."""

    def __init__(self, listed: dict[int, list[tuple[str, str]]]) -> None:
        self.listed = listed
        self.faults: dict[str, Exception] = {}
        self.coordinators: dict[str, int] = {}
        self.assigned: dict[str, Any] = {}
        self.closed = 0

    def list_consumer_groups(self, broker_ids: list[int]) -> list[tuple[str, str]]:
        if "all" in self.faults:
            raise self.faults["all"]
        return [group for broker in broker_ids for group in self.listed[broker]]

    def describe_consumer_groups(self, names: list[str], group_coordinator_id: int) -> list[Any]:
        (name,) = names
        if name in self.faults:
            raise self.faults[name]
        self.coordinators[name] = group_coordinator_id
        member = MemberInformation(
            "one-1", "laptop", "/10.0.0.1", None, self.assigned.get(name, ASSIGNED)
        )
        waits = MemberInformation("two-1", "laptop", "/10.0.0.2", None, b"")
        return [GroupInformation(0, name, "Stable", "consumer", "range", [member, waits], [])]

    def list_consumer_group_offsets(self, _: str, group_coordinator_id: int) -> dict[Any, Any]:
        assert group_coordinator_id >= 0
        return {
            TopicPartition("weather", 0): OffsetAndMetadata(7, "", -1),
            TopicPartition("weather", 1): OffsetAndMetadata(-1, "", -1),
        }

    def close(self) -> None:
        self.closed += 1


LISTED = {0: [("b", "consumer"), ("workers", "connect")], 2: [("a", ""), ("c", "consumer")]}


READ = Groups.read


@pytest.fixture
def brokers(monkeypatch: pytest.MonkeyPatch) -> Brokers:
    """Two of them, with three groups of readers and one of Connect's workers."""
    found = Brokers(LISTED)
    monkeypatch.setattr(module, "KafkaAdminClient", lambda **_: found)
    monkeypatch.setattr(Groups, "read", READ)
    return found


async def test_each_group_is_asked_of_the_broker_that_lists_it(brokers: Brokers) -> None:
    found, more = await Groups("kafka:9092").read([0, 2], 2)
    assert [group.name for group in found] == ["a", "b"]
    assert more == 1
    assert brokers.coordinators == {"a": 2, "b": 0}


async def test_members_assignments_and_offsets_are_read(brokers: Brokers) -> None:
    brokers.listed = {0: [("b", "consumer")]}
    (found,), _ = await Groups("kafka:9092").read([0], 10)
    reads = Member("one-1", "laptop", "10.0.0.1", (("weather", 0), ("weather", 2)))
    waits = Member("two-1", "laptop", "10.0.0.2", ())
    assert found == Group("b", STABLE, (reads, waits), {("weather", 0): 7})


async def test_a_group_that_has_moved_is_left_out_and_the_others_are_shown(
    brokers: Brokers,
) -> None:
    brokers.faults["a"] = NotCoordinatorError()
    found, more = await Groups("kafka:9092").read([0, 2], 10)
    assert ([group.name for group in found], more) == (["b", "c"], 0)


@pytest.mark.parametrize("assigned", HOSTILE.values(), ids=list(HOSTILE))
async def test_an_assignment_that_is_none_ends_no_page_and_hides_no_other_group(
    brokers: Brokers, assigned: Any
) -> None:
    brokers.assigned["a"] = assigned
    found, _ = await Groups("kafka:9092").read([0, 2], 10)
    assert {"b", "c"} <= {group.name for group in found}
    for one in found:
        assert all(isinstance(topic, str) for topic, _ in one.places())


@pytest.mark.parametrize("error", [KafkaConnectionError("gone"), ValueError("no node")])
async def test_brokers_that_go_are_told_and_asked_anew(brokers: Brokers, error: Exception) -> None:
    groups = Groups("kafka:9092")
    await groups.read([0, 2], 10)
    brokers.faults["all"] = error
    with pytest.raises(CannotAsk, match=r"gone|no node"):
        await groups.read([0, 2], 10)
    assert brokers.closed == 1
    del brokers.faults["all"]
    assert len((await groups.read([0, 2], 10))[0]) == 3


async def test_an_error_without_words_is_told_by_its_name(brokers: Brokers) -> None:
    brokers.faults["all"] = CoordinatorNotAvailableError()
    with pytest.raises(CannotAsk, match="CoordinatorNotAvailableError"):
        await Groups("kafka:9092").read([0], 10)


async def test_nobody_who_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Groups, "read", READ)
    monkeypatch.setattr(module, "SECONDS", 0.2)
    with pytest.raises(CannotAsk):
        await Groups("127.0.0.1:1").read([0], 10)
