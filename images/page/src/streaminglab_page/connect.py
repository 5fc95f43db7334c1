"""Kafka Connect: its connectors and plugins, and what a person may do to a connector.

Its REST API: https://kafka.apache.org/documentation/#connect_rest. A connector's configuration is
not shown: a student may have written a password into it. It can be given, and not taken back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from streaminglab_page.answered import answered
from streaminglab_page.bounded import mapping, number, objects, text
from streaminglab_page.polled import CannotSay
from streaminglab_page.rest import ask, parsed

CONNECTORS = 60
TASKS = 32
PLUGINS = 100
TRACE = 6_000
VERBS = {
    "restart": ("POST", "restart?includeTasks=true&onlyFailed=false"),
    "pause": ("PUT", "pause"),
    "resume": ("PUT", "resume"),
}


class Connect:
    """The workers at ``url``."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url.rstrip("/")

    async def read(self) -> dict[str, Any]:
        """Connectors with tasks, and plugins; ``unread``: why not those. Raises CannotSay."""
        found, unread = await self._connectors(), dict[str, str]()
        plugins = await answered(self._json("connector-plugins"), [], unread, "plugins", CannotSay)
        return {
            "unread": unread,
            "connectors": _first(found),
            "more": max(0, len(found) - CONNECTORS),
            "plugins": [plugin(one) for one in objects(plugins, PLUGINS)],
        }

    async def connectors(self) -> list[dict[str, Any]]:
        """Connectors with tasks. Raises CannotSay."""
        return _first(await self._connectors())

    async def do(self, name: str, verb: str) -> None:
        """Restart (with its tasks), pause or resume a connector. Raises CannotSay."""
        method, end = VERBS[verb]
        await ask(self._session, method, f"{self._url}/connectors/{quote(name, safe='')}/{end}")

    async def restart_task(self, name: str, task: int) -> None:
        """One task of a connector. Raises CannotSay."""
        end = f"connectors/{quote(name, safe='')}/tasks/{task}/restart"
        await ask(self._session, "POST", f"{self._url}/{end}")

    async def configure(self, name: str, config: Mapping[str, object]) -> None:
        """Make a connector, or configure it anew. Raises CannotSay."""
        url = f"{self._url}/connectors/{quote(name, safe='')}/config"
        headers = {"Content-Type": "application/json"}
        await ask(self._session, "PUT", url, json.dumps(config).encode(), headers)

    async def _connectors(self) -> Mapping[str, Any]:
        return mapping(await self._json("connectors?expand=status&expand=info"))

    async def _json(self, path: str) -> Any:
        return parsed(await ask(self._session, "GET", f"{self._url}/{path}"))


def _first(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [connector(name, found[name]) for name in sorted(found)[:CONNECTORS]]


def connector(name: str, raw: object) -> dict[str, Any]:
    """What is shown of a connector."""
    status, info = mapping(mapping(raw).get("status")), mapping(mapping(raw).get("info"))
    state = mapping(status.get("connector"))
    return {
        "name": text(name),
        "type": text(status.get("type")),
        "class": text(mapping(info.get("config")).get("connector.class")),
        "state": text(state.get("state")),
        "trace": _trace(state.get("trace")),
        "tasks": [_task(task) for task in objects(status.get("tasks"), TASKS)],
    }


def _task(task: Any) -> dict[str, Any]:
    return {
        "id": number(task.get("id")) or 0,
        "state": text(task.get("state")),
        "worker": text(task.get("worker_id")),
        "trace": _trace(task.get("trace")),
    }


def _trace(value: object) -> str:
    # Java indents by tabs, which no other text may have.
    return text(value.replace("\t", "    "), TRACE) if isinstance(value, str) else ""


def plugin(raw: Any) -> dict[str, str]:
    """What is shown of a plugin."""
    return {word: text(raw.get(word)) for word in ("class", "type", "version")}
