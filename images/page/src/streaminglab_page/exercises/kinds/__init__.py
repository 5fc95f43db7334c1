"""The kinds of checks: one module each, and the table of them."""

from __future__ import annotations

from typing import Any

from streaminglab_page.exercises.kind import Kind
from streaminglab_page.exercises.kinds.alert import ALERT
from streaminglab_page.exercises.kinds.connector import CONNECTOR
from streaminglab_page.exercises.kinds.group import GROUP
from streaminglab_page.exercises.kinds.isr import ISR
from streaminglab_page.exercises.kinds.lab import LAB
from streaminglab_page.exercises.kinds.lag import LAG
from streaminglab_page.exercises.kinds.leader import LEADER
from streaminglab_page.exercises.kinds.message import MESSAGE
from streaminglab_page.exercises.kinds.points import POINTS
from streaminglab_page.exercises.kinds.rebalance import REBALANCE
from streaminglab_page.exercises.kinds.schema import SCHEMA
from streaminglab_page.exercises.kinds.topic import TOPIC

ALL: tuple[Kind[Any], ...] = (
    TOPIC, MESSAGE, GROUP, LAG, REBALANCE, ISR, LEADER, CONNECTOR, SCHEMA, POINTS, ALERT, LAB,
)  # fmt: skip
KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in ALL}
"""By the name that authors write."""
