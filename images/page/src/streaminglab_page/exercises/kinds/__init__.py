"""The kinds of checks: one module each, and the table of them."""

from __future__ import annotations

from typing import Any

from streaminglab_page.exercises.kind import Kind
from streaminglab_page.exercises.kinds.alert import ALERT
from streaminglab_page.exercises.kinds.connector import CONNECTOR
from streaminglab_page.exercises.kinds.group import GROUP
from streaminglab_page.exercises.kinds.isr import ISR
from streaminglab_page.exercises.kinds.lab import LAB
from streaminglab_page.exercises.kinds.leader import LEADER
from streaminglab_page.exercises.kinds.message import MESSAGE
from streaminglab_page.exercises.kinds.points import POINTS
from streaminglab_page.exercises.kinds.topic import TOPIC

KINDS: dict[str, Kind[Any]] = {
    kind.name: kind for kind in (TOPIC, MESSAGE, GROUP, ISR, LEADER, CONNECTOR, POINTS, ALERT, LAB)
}
"""By the name that authors write."""
