"""Kafka Connect: its connectors and plugins, and what a person may do to a connector.

Its REST API: https://kafka.apache.org/documentation/#connect_rest. A connector's configuration is
not shown: a student may have written a password into it. It can be given, and not taken back.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from streaminglab_page.answered import answered
from streaminglab_page.bounded import LONG, mapping, number, objects, text
from streaminglab_page.own import Own
from streaminglab_page.polled import CannotSay
from streaminglab_page.rest import TooLarge, ask, parsed

CONNECTORS = 60
TASKS = 32
PLUGINS = 100
SINGLY_LOOKS = 20
"""How often connectors are asked for one by one before all are asked for at once again."""
SINGLY_SECONDS = 15.0
"""For all that are asked for one by one."""
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
        self._singly = 0

    async def read(self) -> dict[str, Any]:
        """Connectors with tasks, and plugins; ``unread``: why not those. Raises CannotSay."""
        found, unread = await self._connectors(), dict[str, str]()
        plugins = await answered(self._json("connector-plugins"), [], unread, "plugins", CannotSay)
        return {
            "unread": unread,
            "connectors": _shown(found),
            "more": max(0, len(found) - CONNECTORS),
            "plugins": [plugin(one) for one in objects(plugins, PLUGINS)],
        }

    async def connectors(self) -> list[dict[str, Any]]:
        """Connectors with tasks. Raises CannotSay."""
        return _shown(await self._connectors())

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
        """By name. Where all at once are more than is read, those that are shown one by one: a
        trace of one must not hide the others."""
        if not self._singly:
            try:
                return mapping(await self._json("connectors?expand=status&expand=info"))
            except TooLarge:
                self._singly = SINGLY_LOOKS
        self._singly -= 1
        told = await self._json("connectors")
        names = [name for name in told if isinstance(name, str)] if isinstance(told, list) else []
        until = asyncio.get_running_loop().time() + SINGLY_SECONDS
        unread = {"unread": Own.NO_TIME}
        found: dict[str, Mapping[str, Any]] = dict.fromkeys(names, unread)
        for name in _first(found):
            if asyncio.get_running_loop().time() > until:
                break
            found[name] = await self._one(f"connectors/{quote(name, safe='')}")
        return found

    async def _one(self, path: str) -> Mapping[str, Any]:
        try:
            status = await self._json(f"{path}/status")
        except CannotSay as error:
            return {"unread": str(error)}
        try:
            return {"status": status, "info": await self._json(path)}
        except CannotSay:
            return {"status": status}

    async def _json(self, path: str) -> Any:
        return parsed(await ask(self._session, "GET", f"{self._url}/{path}"))


def _first(found: Mapping[str, Any]) -> list[str]:
    return sorted(found)[:CONNECTORS]


def _shown(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [connector(name, found[name]) for name in _first(found)]


def connector(name: str, raw: object) -> dict[str, Any]:
    """What is shown of a connector; ``unread``: why nothing but its name."""
    status, info = mapping(mapping(raw).get("status")), mapping(mapping(raw).get("info"))
    state = mapping(status.get("connector"))
    return {
        "name": text(name),
        "unread": text(mapping(raw).get("unread"), LONG),
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
