"""A lab's connectors and its Connect, looked at again and again as the operator does."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from streaminglab_operator.api import effective, parse_spec
from streaminglab_operator.api.status import ConnectorStatus, StreamingLabStatus
from streaminglab_operator.names import LabKey
from streaminglab_operator.plan import Lab
from streaminglab_operator.ports import Endpoint
from streaminglab_operator.reconcile.background import NAME
from streaminglab_operator.reconcile.connector_calls import Reach
from streaminglab_operator.reconcile.connectors import (
    Connected,
    ConnectorsMemory,
    Look,
    reconcile_connectors,
)
from streaminglab_operator.services.connect import CONNECT
from streaminglab_operator.status.connectors import connectors_ready, recorded
from tests.fakes.api_server import ApiServer
from tests.fakes.cluster import FakeCluster, Writes, encoded
from tests.fakes.connect import SOURCE, FakeConnect

KEY = LabKey("user-alice", "meteo")


def connector(name: str = "a", **more: Any) -> dict[str, Any]:
    """A declared connector that Connect takes."""
    config = {"topic": "t", **more.pop("config", {})}
    return {"name": name, "class": SOURCE, "config": config, **more}


class Loop:
    """``status`` is what the lab's status would say: it outlives the operator's memory.

    ``late``: the operator's own watch has told nothing of the status since then.
    """

    def __init__(self, *connectors: Mapping[str, Any], lag: int = 0) -> None:
        self.connect = FakeConnect(lag=lag)
        self.cluster = FakeCluster(ApiServer(), Writes())
        self.memory = ConnectorsMemory()
        self.status: dict[str, Any] = {}
        self.late: dict[str, Any] | None = None
        self.now = 1_000.0
        self.connected = Connected((), 0)
        self.generation = 0
        self.woken = asyncio.Event()
        self.declare(*connectors)

    def declare(self, *connectors: Mapping[str, Any], **connect: Any) -> None:
        """A student's edit of the spec."""
        spec = {"connect": {"connectors": list(connectors), **connect}}
        self.generation += 1
        self.lab = Lab(KEY, "uid", self.generation, effective(parse_spec(spec)))

    async def secret(self, name: str, **values: str) -> None:
        """A Secret, which the workers get at once."""
        keys = {key.replace("_", "-"): value for key, value in values.items()}
        if await self.cluster.read_secret(KEY.namespace, name) is None:
            await self.cluster.create_secret(KEY.namespace, name, keys, {})
        else:
            self.cluster.server.edit("Secret", KEY.namespace, name, {"data": encoded(keys)}, "me")
        short = "lab" if name == "meteo-credentials" else name
        self.connect.secrets |= {(short, key): value for key, value in keys.items()}

    async def look(self) -> Connected:
        """One look; its status is stored, and time goes on to the next one."""
        self.connected = self.begin()
        if self.memory.look.running:
            tasks = {task.get_name(): task for task in asyncio.all_tasks()}
            await asyncio.wait([tasks[f"{NAME}{KEY}: connectors"]])
            self.connected = self.begin()
        self.status = {"connectors": [c.to_dict() for c in self.connected.connectors]}
        self.now += self.connected.again_after
        return self.connected

    def begin(self) -> Connected:
        """What a pass does: it takes up the look that is over, and begins the one that is due."""
        self.woken.clear()
        reach = Reach(self.cluster, self.connect, Endpoint("http://connect:8083", KEY))
        look = Look(self.now, self.woken.set)
        return reconcile_connectors(self.lab, reach, self.memory, self.reported, look)

    async def settle(self, until: Callable[[], bool] | None = None, looks: int = 60) -> None:
        """Look until a connect is fulfilled, or until all is as declared."""
        for _ in range(looks):
            await self.look()
            if until() if until else self.ready:
                return
        raise AssertionError(f"it never came to that: {self.condition}")

    @property
    def reported(self) -> StreamingLabStatus:
        """The stored status, as the watch has told it."""
        return StreamingLabStatus.read(self.status if self.late is None else self.late)

    @property
    def ours(self) -> frozenset[str]:
        """The connectors that the stored status calls managed."""
        return recorded(self.reported)

    @property
    def condition(self) -> tuple[str, str, str]:
        """ConnectorsReady: status, reason, message."""
        connect = self.lab.spec.part(CONNECT.part)
        assert connect is not None
        return connectors_ready(connect.connectors, self.connected.connectors)

    @property
    def ready(self) -> bool:
        """Whether the condition is True and nothing is left to be removed."""
        said = self.connected.connectors
        return self.condition[0] == "True" and not any(c.managed and c.reason for c in said)

    @property
    def calls(self) -> Sequence[str]:
        """What Connect was told to change."""
        return self.connect.calls

    def one(self, name: str) -> ConnectorStatus:
        """The status of one connector."""
        return next(c for c in self.connected.connectors if c.name == name)
