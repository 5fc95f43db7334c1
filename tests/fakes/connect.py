"""``ports.Connect`` in memory: workers that take their time, plugins with options, connectors that
fail when they are told to."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from streaminglab_operator.errors import ConnectBusy, ConnectError, PluginMissing
from streaminglab_operator.observed.connectors import ConnectorSeen, connector_seen
from streaminglab_operator.ports import CheckedConfig, Endpoint, Transition
from tests.fakes.cluster import Writes

SOURCE = "org.example.SourceConnector"
SINK = "org.example.SinkConnector"
PLUGINS: Mapping[str, tuple[str, ...]] = {SOURCE: ("topic",), SINK: ("topics",)}
"""Installed classes, and the options that each of them needs."""

_TARGETS = {"pause": "PAUSED", "resume": "RUNNING", "stop": "STOPPED"}


def _no_more(_: Mapping[str, str]) -> list[tuple[str, str]]:
    return []


@dataclass
class FakeConnector:
    """One connector. ``lag``: looks until its target is reached; ``breaks``: how many more times
    it fails when it is started, with ``trace``."""

    config: dict[str, str]
    target: str = "RUNNING"
    state: str = ""
    tasks: list[str] = field(default_factory=list)
    lag: int = 0
    breaks: int = 0
    trace: str = "java.lang.IllegalStateException: broken\n\tat org.example.Task.run(Task.java:1)"
    whole: bool = True
    """Whether a failure is that of the connector, or only of its first task."""

    def begin(self) -> None:
        """Reach the target, or fail on the way."""
        count = int(self.config.get("tasks.max", "1"))
        self.tasks = [] if self.target == "STOPPED" else [self.target] * count
        self.state = self.target
        if self.target == "RUNNING" and self.breaks > 0:
            self.breaks -= 1
            self.fail()

    def fail(self) -> None:
        """Fail now."""
        if self.whole:
            self.state = "FAILED"
        else:
            self.tasks[0] = "FAILED"

    def failed(self) -> bool:
        """Whether something of it waits for a restart."""
        return "FAILED" in (self.state, *self.tasks)


class FakeConnect:
    """Implements :class:`ports.Connect`; the endpoint plays no part.

    - ``down``: raised by every call; ``busy``: how many calls answer 409 first
    - ``secrets``: what the workers have mounted, as (name, key) -> value
    """

    def __init__(self, writes: Writes | None = None, lag: int = 0) -> None:
        self.writes = writes or Writes()
        self.connectors_there: dict[str, FakeConnector] = {}
        self.plugins = dict(PLUGINS)
        self.secrets: dict[tuple[str, str], str] = {}
        self.lag = lag
        self.down: ConnectError | None = None
        self.busy = 0
        self.looks = 0
        self.calls: list[str] = []
        self.judge: Callable[[Mapping[str, str]], list[tuple[str, str]]] = _no_more
        """More to say of a config, with the values of its Secrets in place."""

    def add(self, name: str, config: Mapping[str, str], **more: Any) -> FakeConnector:
        """A connector that somebody has made by REST, and that runs."""
        made = FakeConnector({"name": name, **config}, **more)
        made.begin()
        self.connectors_there[name] = made
        return made

    async def connectors(self, at: Endpoint) -> Sequence[ConnectorSeen]:
        self._reach()
        self.looks += 1
        for connector in self.connectors_there.values():
            if connector.lag > 0:
                connector.lag -= 1
                if connector.lag == 0:
                    connector.begin()
        found = [connector_seen(n, self._shown(n, c)) for n, c in self.connectors_there.items()]
        return [c for c in found if c is not None and c.state != "UNASSIGNED"]

    async def check(self, at: Endpoint, config: Mapping[str, str]) -> CheckedConfig:
        self._reach()
        wanted = config["connector.class"]
        if wanted not in self.plugins:
            raise PluginMissing(wanted, self.plugins)
        plain = {k: self._resolved(v) for k, v in config.items()}
        missing = 'Missing required configuration "{0}" which has no default value.'
        errors = [(o, missing.format(o)) for o in self.plugins[wanted] if o not in config]
        unresolved = tuple(k for k, v in plain.items() if "${secret:" in v)
        return CheckedConfig(tuple(errors + self.judge(plain)), unresolved)

    async def put(self, at: Endpoint, name: str, config: Mapping[str, str]) -> None:
        self._order(f"put {name}")
        before = self.connectors_there.get(name)
        made = FakeConnector(dict(config), before.target if before else "RUNNING")
        if before is not None:
            made.breaks, made.trace, made.whole = before.breaks, before.trace, before.whole
            made.state, made.tasks = before.state, before.tasks
        self._begin(name, made)

    async def create(self, at: Endpoint, name: str, config: Mapping[str, str], state: str) -> None:
        if name in self.connectors_there:
            raise ConnectBusy(409, f"Connector {name} already exists")
        self._order(f"create {name} {state}")
        self._begin(name, FakeConnector(dict(config), state.upper()))

    async def transition(self, at: Endpoint, name: str, to: Transition) -> None:
        self._order(f"{to} {name}")
        connector = self._named(name)
        connector.target = _TARGETS[to]
        if connector.state != "FAILED" or to == "stop":
            self._begin(name, connector)

    async def restart_failed(self, at: Endpoint, name: str) -> None:
        self._order(f"restart {name}")
        connector = self._named(name)
        if connector.failed():
            self._begin(name, connector)

    async def delete(self, at: Endpoint, name: str) -> bool:
        self._order(f"delete {name}")
        return self.connectors_there.pop(name, None) is not None

    def _begin(self, name: str, connector: FakeConnector) -> None:
        self.connectors_there[name] = connector
        connector.lag = self.lag
        if not self.lag:
            connector.begin()

    def _named(self, name: str) -> FakeConnector:
        if name not in self.connectors_there:
            raise ConnectError(404, f"Unknown connector {name}")
        return self.connectors_there[name]

    def _order(self, what: str) -> None:
        self._reach()
        self.writes.before()
        self.calls.append(what)
        self.writes.after(f"connect {what}")

    def _reach(self) -> None:
        if self.down is not None:
            raise self.down
        if self.busy:
            self.busy -= 1
            raise ConnectBusy(409, "Connect: a rebalance is under way")

    def _resolved(self, value: str) -> str:
        def known(found: re.Match[str]) -> str:
            return self.secrets.get((found[1], found[2]), found[0])

        return re.sub(r"\$\{secret:/etc/streaminglab/secrets/([^:}]+):([^}]+)\}", known, value)

    def _shown(self, name: str, connector: FakeConnector) -> dict[str, Any]:
        """As ``GET /connectors?expand=info&expand=status`` shows it."""

        def reported(state: str) -> dict[str, Any]:
            trace = {"trace": self._resolved(connector.trace)} if state == "FAILED" else {}
            return {"state": state, "worker_id": "10.0.0.7:8083", **trace}

        tasks = [{"id": i, **reported(state)} for i, state in enumerate(connector.tasks)]
        return {
            "info": {
                "name": name,
                "config": connector.config,
                "tasks": [{"connector": name, "task": task["id"]} for task in tasks],
            },
            "status": {"name": name, "connector": reported(connector.state), "tasks": tasks}
            if connector.state
            else {},
        }
