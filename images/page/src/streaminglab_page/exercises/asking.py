"""The facts that checks need, asked of the lab: of whom no check asks anything is asked nothing.

Who does not answer is passed over: what he would have said is not seen this time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from streaminglab_page.bounded import mapping
from streaminglab_page.exercises.facts import (
    Beginning,
    ConnectorFact,
    Facts,
    Marks,
    Origin,
    SchemaFact,
)
from streaminglab_page.exercises.followed import Followed, seen
from streaminglab_page.exercises.kinds.points import PointsCheck
from streaminglab_page.exercises.scan import Messages, Offsets, Scanner
from streaminglab_page.exercises.sheet import Check
from streaminglab_page.kafka.clients import CannotAsk
from streaminglab_page.kafka.picture import Known
from streaminglab_page.kafka.timeline import Change
from streaminglab_page.kafka.view import Group, Layout, Place
from streaminglab_page.polled import CannotSay

GROUPS = 100
PLACES = 2000


class WatchedKafka(Protocol):
    """What the page's reader of Kafka has seen anyway."""

    @property
    def known(self) -> Known:
        """What was read last."""

    def changes(self, since: int) -> tuple[Change, ...]:
        """Of leaders and ISR since a moment (seconds), the oldest first."""


class AskedBrokers(Offsets, Protocol):
    """Whom else of Kafka is asked. Everything raises CannotAsk."""

    async def groups(self, brokers: Sequence[int], most: int) -> tuple[list[Group], int]:
        """Some groups of these brokers, and how many more there are."""

    async def in_force(self, topic: str) -> Mapping[str, str]:
        """Settings of a topic, defaults too."""


class AskedWorkers(Protocol):
    """Kafka Connect."""

    async def connectors(self) -> list[dict[str, Any]]:
        """Its connectors. Raises CannotSay."""


class AskedDatabase(Protocol):
    """InfluxDB."""

    @property
    def bucket(self) -> str:
        """The lab's own."""

    async def query(self, flux: str) -> dict[str, Any]:
        """Rows of an answer. Raises CannotSay."""


class AskedRegistry(Protocol):
    """The schema registry."""

    async def newest(self, subject: str) -> tuple[str, int]:
        """The language of a subject's newest schema, and how many versions it has. Raises
        CannotSay."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a lab that can be asked; None: it has none, or the page was not told."""

    watched: WatchedKafka | None = None
    brokers: AskedBrokers | None = None
    messages: Messages | None = None
    connect: AskedWorkers | None = None
    influx: AskedDatabase | None = None
    registry: AskedRegistry | None = None


class Asking:
    """``facts`` is called again and again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        brokers, messages = parts.brokers, parts.messages
        self._scanner = Scanner(brokers, messages) if brokers and messages else None
        self._followed: dict[tuple[str, str], Followed] = {}

    @property
    def marks(self) -> Marks:
        """Where topics stood when the exercises began."""
        return self._scanner.marks if self._scanner else {}

    async def facts(
        self, checks: Iterable[Check], spec: Mapping[str, Any], since: Beginning
    ) -> Facts:
        """What these checks look at."""
        by_source: dict[Origin, list[Any]] = {source: [] for source in Origin}
        for check in checks:
            by_source[check.kind.source].append(check.asks)
        watched = self._parts.watched
        layout = watched.known.layout if watched else Layout()
        changed = watched if by_source[Origin.CHANGES] else None
        groups, end = await self._groups(by_source[Origin.GROUPS], layout)
        return Facts(
            layout=layout,
            settings=await self._settings(by_source[Origin.LAYOUT], layout),
            changes=changed.changes(since.seconds) if changed else (),
            groups=groups,
            end=end,
            followed=self._followed,
            schemas=await self._schemas(by_source[Origin.SCHEMAS]),
            messages=await self._messages(by_source[Origin.MESSAGES], layout, spec, since),
            connectors=await self._connectors(by_source[Origin.CONNECTORS]),
            points=await self._points(by_source[Origin.POINTS]),
            spec=spec,
        )

    async def _settings(self, checks: list[Any], layout: Layout) -> dict[str, Mapping[str, str]]:
        wanted = {check.name for check in checks if check.config and layout.topic(check.name)}
        found: dict[str, Mapping[str, str]] = {}
        with suppress(CannotAsk):
            for topic in sorted(wanted):
                if self._parts.brokers:
                    found[topic] = await self._parts.brokers.in_force(topic)
        return found

    async def _groups(
        self, checks: list[Any], layout: Layout
    ) -> tuple[tuple[Group, ...], dict[Place, int]]:
        brokers = self._parts.brokers
        if not checks or brokers is None:
            return (), {}
        topics = {check.topic for check in checks}
        try:
            groups, _ = await brokers.groups(sorted(layout.brokers), GROUPS)
            places = {p for group in groups for p in group.committed if p[0] in topics}
            end = await brokers.offsets(sorted(places)[:PLACES], first=False)
            self._followed = seen(self._followed, groups, end, topics)
            return tuple(groups), end
        except CannotAsk:
            return (), {}

    async def _messages(
        self, checks: list[Any], layout: Layout, spec: Mapping[str, Any], since: Beginning
    ) -> dict[Any, int]:
        if self._scanner is None:
            return {}
        try:
            return await self._scanner.count(checks, layout, spec, since)
        except CannotAsk:
            return {}

    async def _schemas(self, checks: list[Any]) -> dict[str, SchemaFact]:
        registry = self._parts.registry
        found: dict[str, SchemaFact] = {}
        if registry is None:
            return found
        for subject in sorted({check.subject for check in checks}):
            with suppress(CannotSay):
                found[subject] = SchemaFact(*await registry.newest(subject))
        return found

    async def _connectors(self, checks: list[Any]) -> tuple[ConnectorFact, ...]:
        if not checks or self._parts.connect is None:
            return ()
        with suppress(CannotSay):
            return tuple(_connector(one) for one in await self._parts.connect.connectors())
        return ()

    async def _points(self, checks: list[PointsCheck]) -> dict[Any, int]:
        found: dict[Any, int] = {}
        for check in checks if self._parts.influx else ():
            found[check] = await self._count(check)
        return found

    async def _count(self, check: PointsCheck) -> int:
        """Of a point each field counts one; the field that most points have counts them all."""
        influx = self._parts.influx
        if influx is None:
            return 0
        with suppress(CannotSay):
            rows = (await influx.query(check.flux(influx.bucket)))["rows"]
            return max((_whole(mapping(row).get("_value")) for row in rows), default=0)
        return 0


def _connector(one: Mapping[str, Any]) -> ConnectorFact:
    states = tuple(str(task["state"]) for task in one["tasks"])
    return ConnectorFact(one["name"], one["type"], one["class"], one["state"], states)


def _whole(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isdecimal() else 0
