"""Connectors as Kafka Connect's REST API shows them, as small frozen records. Pure.

``GET /connectors?expand=info&expand=status`` leaves out a connector that has no status yet, as in
the first moment after it was made: that one is missing here is no proof that it does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

RUNNING, PAUSED, STOPPED = "RUNNING", "PAUSED", "STOPPED"
FAILED, UNASSIGNED = "FAILED", "UNASSIGNED"
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

    def failed_tasks(self) -> tuple[TaskSeen, ...]:
        """The tasks that ended with an error; Connect leaves them so until they are restarted."""
        return tuple(task for task in self.tasks if task.state == FAILED)

    def with_traces(self, connector: str, tasks: Mapping[int, str]) -> "ConnectorSeen":
        """The same with other words for its traces."""
        masked = tuple(replace(task, trace=tasks.get(task.id, "")) for task in self.tasks)
        return replace(self, trace=connector, tasks=masked)


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
    ids = sorted(int(task["task"]) for task in info.get("tasks") or ())
    return ConnectorSeen(
        name=name,
        config={str(k): "" if v is None else str(v) for k, v in info.get("config", {}).items()},
        state=str(connector.get("state") or UNASSIGNED),
        worker=str(connector.get("worker_id") or ""),
        trace=str(connector.get("trace") or ""),
        tasks=tuple(_task(number, by_id.get(number, {})) for number in ids),
    )


def _task(number: int, raw: Mapping[str, Any]) -> TaskSeen:
    return TaskSeen(
        id=number,
        state=str(raw.get("state") or UNASSIGNED),
        worker=str(raw.get("worker_id") or ""),
        trace=str(raw.get("trace") or ""),
    )
