"""What is known of a lab at one moment, as the checks of exercises look at it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

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
    - ``messages``: by check, how many of the messages since the exercises began it fits
    - ``points``: by check, the points that there are
    - ``spec``: the lab's, as the API server has it
    """

    layout: Layout = field(default_factory=Layout)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    groups: tuple[Group, ...] = ()
    end: Mapping[Place, int] = field(default_factory=dict)
    messages: Mapping[Any, int] = field(default_factory=dict)
    connectors: tuple[ConnectorFact, ...] = ()
    points: Mapping[Any, int] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)
