"""Consumer groups: members, assignments and committed offsets, by kafka-python.

Not by librdkafka: of the requests that it sends to a group's coordinator it ends the process, by an
assertion, when that broker goes meanwhile (confluentinc/librdkafka#4605, #3663 and #5040, open in
2.16), and brokers that go are what this page is looked at for.
"""

from __future__ import annotations

import asyncio
import logging
import struct
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from streaminglab_page.bounded import text
from streaminglab_page.kafka.clients import CannotAsk, words
from streaminglab_page.kafka.view import Group, Member, Place

SECONDS = 5.0
PROTOCOLS = frozenset({"consumer", ""})
"""Of groups that read topics; an empty one is of a group that commits only. Workers of Connect have
one of their own (KIP-415)."""
WRONG = (
    KafkaError, ValueError, TypeError, LookupError, AttributeError, AssertionError, OSError,
    struct.error,
)  # fmt: skip
"""What kafka-python raises of an answer, or of none. An assignment is what a client has written."""

logging.getLogger("kafka").setLevel(logging.CRITICAL)


class Groups:
    """The groups at ``servers``, one question at a time: the client is not for several threads."""

    def __init__(self, servers: str) -> None:
        self._servers = servers
        self._client: Any = None
        self._turn = threading.Lock()

    async def read(self, brokers: Sequence[int], most: int) -> tuple[list[Group], int]:
        """The first groups by name, and how many more there are; ``brokers``: those that are there,
        each of which lists the groups that it coordinates. Raises CannotAsk."""
        return await asyncio.to_thread(self._read, brokers, most)

    def _read(self, brokers: Sequence[int], most: int) -> tuple[list[Group], int]:
        with self._turn:
            try:
                return self._asked(brokers, most)
            except WRONG as error:
                self._end()
                raise CannotAsk(words(error)) from error

    def _asked(self, brokers: Sequence[int], most: int) -> tuple[list[Group], int]:
        admin = self._admin()
        listed = {
            name: broker
            for broker in brokers
            for name, protocol in admin.list_consumer_groups(broker_ids=[broker])
            if protocol in PROTOCOLS
        }
        asked = sorted(listed)[:most]
        found = [_one(admin, name, listed[name]) for name in asked]
        return [group for group in found if group], len(listed) - len(asked)

    def _admin(self) -> Any:
        if self._client is None:
            self._client = KafkaAdminClient(
                bootstrap_servers=self._servers.split(","),
                client_id="streaminglab-page",
                request_timeout_ms=int(SECONDS * 1000),
                api_version_auto_timeout_ms=int(SECONDS * 1000),
                reconnect_backoff_max_ms=2000,
            )
        return self._client

    def _end(self) -> None:
        """The next question begins anew: brokers may have gone, and others come."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(*WRONG):
                client.close()


def _one(admin: Any, name: str, coordinator: int) -> Group | None:
    """None of a group that has moved, or whose answer cannot be read: the others are shown."""
    try:
        (told,) = admin.describe_consumer_groups([name], group_coordinator_id=coordinator)
        offsets = admin.list_consumer_group_offsets(name, group_coordinator_id=coordinator)
        committed = {(p.topic, p.partition): o.offset for p, o in offsets.items() if o.offset >= 0}
        return group(told, committed)
    except WRONG:
        return None


def group(told: Any, committed: Mapping[Place, int]) -> Group:
    """What DescribeGroups tells of one."""
    members = tuple(
        Member(
            text(member.member_id),
            text(member.client_id),
            text(member.client_host.removeprefix("/")),
            tuple((topic, number) for topic, number in _assigned(member.member_assignment)),
        )
        for member in told.members
    )
    return Group(text(told.group), text(told.state), members, committed)


def _assigned(assignment: Any) -> list[Place]:
    if not assignment:
        return []
    return [
        (topic, number)
        for topic, numbers in assignment.assignment
        if isinstance(topic, str)
        for number in numbers or ()
    ]
