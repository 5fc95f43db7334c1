"""Connectors as Kafka Connect's REST API shows them, as small frozen records. Pure.

``GET /connectors?expand=info&expand=status`` leaves out a connector that has no status yet, as in
the first moment after it was made: that one is missing here is no proof that it does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

RUNNING, PAUSED, STOPPED = "RUNNING", "PAUSED", "STOPPED"
FAILED, UNASSIGNED = "FAILED", "UNASSIGNED"
MAX_CONNECTORS = 500
MAX_TASKS = 256
MAX_NAME, MAX_WORD = 253, 100
"""What a lab's Connect says is shown in a status, so it is cut to what a real one would say."""
SETTLED = frozenset({RUNNING, PAUSED, STOPPED})
"""States that stay; the others (RESTARTING, UNASSIGNED) are on the way to one, or FAILED."""


@dataclass(frozen=True, slots=True)
class TaskSeen:
    """One task. A trace can quote passwords: it is not shown before it was masked."""

    id: int
    state: str
    worker: str = ""
    trace: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ConnectorSeen:
    """One connector. A config that a student made by REST can hold passwords."""

    name: str
    config: Mapping[str, str] = field(repr=False)
    state: str
    worker: str = ""
    trace: str = field(default="", repr=False)
    tasks: tuple[TaskSeen, ...] = ()

    @property
    def has_trace(self) -> bool:
        """Whether the connector or one of its tasks says why it failed."""
        return bool(self.trace or any(task.trace for task in self.tasks))

    def first_failed(self) -> TaskSeen | None:
        """The first of the tasks that have failed: the one that is told of."""
        return next(iter(self.failed_tasks()), None)

    def failed_tasks(self) -> tuple[TaskSeen, ...]:
        """The tasks that ended with an error; Connect leaves them so until they are restarted."""
        return tuple(task for task in self.tasks if task.state == FAILED)

    def with_traces(self, connector: str, tasks: Mapping[int, str]) -> "ConnectorSeen":
        """The same with other words for its traces."""
        masked = tuple(replace(task, trace=tasks.get(task.id, "")) for task in self.tasks)
        return replace(self, trace=connector, tasks=masked)


def connectors_seen(raw: Mapping[str, Any]) -> list[ConnectorSeen]:
    """The expanded list, without those that are being deleted, and at most ``MAX_CONNECTORS``, so
    that no Connect costs more than any other; those of the longest names are left out. Raises
    whatever comes of an entry of another form."""
    named = sorted((name for name in raw if len(name) <= MAX_NAME), key=lambda n: (len(n), n))
    found = (connector_seen(name, raw[name]) for name in named[:MAX_CONNECTORS])
    return [connector for connector in found if connector is not None]


def connector_seen(name: str, raw: Mapping[str, Any]) -> ConnectorSeen | None:
    """One entry of the expanded list; None for a connector that is being deleted.

    Of the tasks only those count that ``info`` names: statuses of tasks that are no longer there
    may linger (fewer ``tasks.max``, another worker).
    """
    info, status = raw.get("info"), raw.get("status") or {}
    if not isinstance(info, Mapping):
        return None
    connector = status.get("connector") or {}
    by_id = {task.get("id"): task for task in status.get("tasks") or ()}
    ids = sorted(int(task["task"]) for task in info.get("tasks") or ())[:MAX_TASKS]
    return ConnectorSeen(
        name=name,
        config={k: _text(v) for k, v in info.get("config", {}).items()},
        state=_text(connector.get("state"))[:MAX_WORD] or UNASSIGNED,
        worker=_text(connector.get("worker_id"))[:MAX_NAME],
        trace=_text(connector.get("trace")),
        tasks=tuple(_task(number, by_id.get(number, {})) for number in ids),
    )


def _task(number: int, raw: Mapping[str, Any]) -> TaskSeen:
    return TaskSeen(
        id=number,
        state=_text(raw.get("state"))[:MAX_WORD] or UNASSIGNED,
        worker=_text(raw.get("worker_id"))[:MAX_NAME],
        trace=_text(raw.get("trace")),
    )


def _text(value: Any) -> str:
    """What is no text is nothing: it may be of any depth."""
    return value if isinstance(value, str) else ""
