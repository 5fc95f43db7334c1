"""What is known of a lab at one moment, as the checks of exercises look at it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from streaminglab_page.exercises.followed import Followed
from streaminglab_page.kafka.timeline import Change
from streaminglab_page.kafka.view import Group, Layout, Place


class Origin(StrEnum):
    """Where a fact comes from: what no open check needs is not asked for."""

    LAYOUT = "layout"
    SETTINGS = "settings"
    CHANGES = "changes"
    GROUPS = "groups"
    MESSAGES = "messages"
    CONNECTORS = "connectors"
    POINTS = "points"
    SPEC = "spec"
    SCHEMAS = "schemas"


Marks = Mapping[str, tuple[int, ...]]
"""By topic the offset, partition by partition, at which it stood when the exercises began. A topic
of later has none, and so has a partition that came later: all of it counts."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """When the exercises began.

    ``seconds``: by the clock, for topics without a mark; ``with_lab``: together with their lab, so
    that whatever is there came since.
    """

    seconds: int = 0
    marks: Marks = field(default_factory=dict)
    with_lab: bool = False


@dataclass(frozen=True, slots=True)
class SchemaFact:
    """The newest schema of a subject, and how many versions there are."""

    type: str
    versions: int


@dataclass(frozen=True, slots=True)
class ConnectorFact:
    """One connector, as Connect tells. ``states``: of its tasks."""

    name: str
    type: str
    class_name: str
    state: str
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What was seen; what was not asked for, or does not answer, is empty.

    - ``settings``: topic -> setting -> value in force, defaults too
    - ``changes``: of leaders and ISR since the exercises began, the oldest first
    - ``end``: the offset after the last of each partition that a group reads
    - ``followed``: what groups did on topics while somebody looked, by group and topic
    - ``schemas``: by subject
    - ``messages``: by check, how many of the messages since the exercises began it fits
    - ``points``: by check, the points that there are
    - ``spec``: the lab's, as the API server has it
    """

    layout: Layout = field(default_factory=Layout)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    groups: tuple[Group, ...] = ()
    end: Mapping[Place, int] = field(default_factory=dict)
    followed: Mapping[tuple[str, str], Followed] = field(default_factory=dict)
    schemas: Mapping[str, SchemaFact] = field(default_factory=dict)
    messages: Mapping[Any, int] = field(default_factory=dict)
    connectors: tuple[ConnectorFact, ...] = ()
    points: Mapping[Any, int] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)
