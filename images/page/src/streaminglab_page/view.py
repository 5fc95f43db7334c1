"""What the page shows of a lab, as plain records; a browser gets them as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Condition:
    """One statement of the operator about the lab."""

    type: str
    status: str
    reason: str
    message: str
    since: str
    """As in the status: 2026-01-31T09:00:00Z."""
    means: str = ""
    """What its reason means: a sentence that the page knows in each language."""


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the lab. ``state``: ``ready``, ``waiting``, or ``trouble``."""

    name: str
    kind: str
    count: str
    """Pods that answer, of those that should: 3/3."""
    state: str
    reason: str
    message: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """Points in one place. ``where``: ``influxdb``, ``producer`` or ``telegraf``."""

    where: str
    topic: str
    """The topic's name; empty for InfluxDB."""
    points: int | None


@dataclass(frozen=True, slots=True)
class Data:
    """What was counted, and when."""

    counts: tuple[Count, ...]
    expected: int | None = None
    alerts: int | None = None
    verified_at: str = ""


@dataclass(frozen=True, slots=True)
class Connector:
    """One connector of Kafka Connect."""

    name: str
    state: str
    tasks: str
    managed: bool
    reason: str
    message: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Broker:
    """One of Kafka's brokers, as the operator says."""

    id: int
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something to type. ``tool``: what understands it, such as ``kubectl``."""

    tool: str
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the lab's Secret that a reader may ask for, and the line to read it by kubectl."""

    name: str
    line: str


@dataclass(frozen=True, slots=True)
class Way:
    """How to come into one part of the lab."""

    name: str
    address: str = ""
    """Good inside the namespace; empty while the part does not answer."""
    url: str = ""
    """For a browser; http or https."""
    description: str = ""
    user: str = ""
    keys: tuple[Key, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing in the way. ``what``: the part, or the condition, that says so.

    ``message``: in the operator's words. ``means``, ``cure``: what its reason means, and what to
    do; the page knows these sentences in each language. ``command``: what shows more.
    """

    what: str
    reason: str
    message: str
    means: str
    cure: str
    command: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands, from the left and from above."""

    name: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """Data goes from one part to another; ``both``: and back."""

    start: str
    end: str
    both: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """The data's way. ``beside``: parts that none goes through."""

    places: tuple[Place, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lab:
    """The whole lab."""

    name: str
    namespace: str
    phase: str
    ready: Condition | None
    profile: str = ""
    created: str = ""
    generation: int = 0
    """Counted up with each change of the spec."""
    current: bool = True
    """False: the spec was changed, and the operator has not looked at it yet."""
    suspended: bool = False
    last_error: str = ""
    conditions: tuple[Condition, ...] = ()
    components: tuple[Component, ...] = ()
    data: Data | None = None
    connectors: tuple[Connector, ...] = ()
    brokers: tuple[Broker, ...] = ()
    """Of a lab with several; empty in one with a single broker."""
    stopped: tuple[int, ...] = ()
    """Those that the spec keeps stopped."""
    ways: tuple[Way, ...] = field(default=())
    causes: tuple[Cause, ...] = ()
    drawing: Drawing = field(default_factory=Drawing)
