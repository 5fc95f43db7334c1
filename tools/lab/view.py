"""The live view of a lab that comes up: a table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from tools.cluster.api import Api
from tools.shell.errors import ToolError

LAB = ("streaminglab.dev/v1alpha1", "StreamingLab")
POLL_SECONDS = 0.5


def fetch(api: Api, namespace: str, lab: str) -> dict[str, Any]:
    """The lab as it is now; an empty status while the operator has not seen it."""
    found = api.get(LAB, lab, namespace)
    if found is None:
        raise ToolError(f"no StreamingLab {lab} in namespace {namespace}")
    return found


def condition(lab: dict[str, Any], kind: str) -> dict[str, Any]:
    """One condition of the newest generation, or one that says Unknown."""
    for found in lab.get("status", {}).get("conditions", []):
        current = found.get("observedGeneration", 0) >= lab["metadata"]["generation"]
        if found["type"] == kind and current:
            return dict(found)
    return {"type": kind, "status": "Unknown", "reason": "Waiting", "message": "not seen yet"}


def wait(api: Api, namespace: str, lab: str, timeout: float) -> dict[str, Any]:
    """Show the lab until it is Ready. Raises ToolError if it stalls or takes too long."""
    start = time.monotonic()
    follow = _Live() if sys.stdout.isatty() else _Plain()
    with follow:
        while True:
            now = fetch(api, namespace, lab)
            seconds = time.monotonic() - start
            follow.show(now, seconds)
            if condition(now, "Ready")["status"] == "True":
                return now
            stalled = condition(now, "Stalled")
            if stalled["status"] == "True":
                raise ToolError(f"the lab cannot become ready: {stalled['message']}")
            if seconds > timeout:
                message = condition(now, "Ready")["message"]
                raise ToolError(f"not ready after {timeout:.0f} s: {message}")
            time.sleep(POLL_SECONDS)


def rows(lab: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Component, ready, message: one row each."""
    return [
        (c["name"], c.get("ready", ""), c.get("message", ""))
        for c in lab.get("status", {}).get("components", [])
    ]


class _Plain:
    """A line whenever a component's state changes."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, lab: dict[str, Any], seconds: float) -> None:
        lines = {name: f"{ready:5} {message}" for name, ready, message in rows(lab)}
        lines["data"] = condition(lab, "DataFlowing")["message"]
        for name, line in lines.items():
            if self._last.get(name) != line:
                print(f"{seconds:6.1f} s  {name:10} {line}", flush=True)
        self._last = lines


class _Live:
    """One table, drawn again and again."""

    def __init__(self) -> None:
        self._live = Live(console=Console(), refresh_per_second=4)

    def __enter__(self) -> None:
        self._live.__enter__()

    def __exit__(self, *args: Any) -> None:
        self._live.__exit__(*args)

    def show(self, lab: dict[str, Any], seconds: float) -> None:
        table = Table(title=f"{lab['metadata']['name']}  {seconds:.0f} s")
        for column in ("component", "ready", "what it says"):
            table.add_column(column)
        for row in rows(lab):
            table.add_row(*row)
        table.add_row("data", "", condition(lab, "DataFlowing")["message"])
        self._live.update(table)
