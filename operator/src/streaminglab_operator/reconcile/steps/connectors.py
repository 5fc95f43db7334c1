"""Bring the declared connectors about by Connect's REST API; others are only listed."""

from streaminglab_operator.reconcile.connector_calls import Reach
from streaminglab_operator.reconcile.connectors import (
    Connected,
    ConnectorsMemory,
    Look,
    reconcile_connectors,
    waiting,
)
from streaminglab_operator.reconcile.passes import Next, Pass
from streaminglab_operator.reconcile.reachable import serves
from streaminglab_operator.services.connect import CONNECT


async def run(this: Pass) -> Next:
    """Sets ``connectors``. What is ours is what the *stored* status calls managed."""
    memory = this.memories.of(ConnectorsMemory)
    ready = any(pod.ready for _, pod in this.view.live_pods("connect"))
    has = this.lab.spec.part(CONNECT.part) is not None
    memory.answers = has and ready and serves(this, "connect")
    connected = _look(this, memory) if memory.answers else waiting(this.lab, memory, this.last)
    this.connectors = connected.connectors
    return Next(connected.again_after, alone=memory.answers)


def at_rest(this: Pass) -> Next:
    """The same for a lab of which nothing was told: a look that saw something new would have."""
    memory = this.memories.of(ConnectorsMemory)
    return Next(_look(this, memory).again_after if memory.answers else None)


def _look(this: Pass, memory: ConnectorsMemory) -> Connected:
    lab, tools = this.lab, this.tools
    reach = Reach(tools.cluster, tools.connect, tools.addresses.connect(lab.key))
    look = Look(tools.clock.now(), lambda: tools.wake(lab.key))
    return reconcile_connectors(lab, reach, memory, this.last, look)
