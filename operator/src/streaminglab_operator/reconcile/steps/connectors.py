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
    connected = _connected(this, this.memories.of(ConnectorsMemory))
    this.connectors = connected.connectors
    return Next(connected.again_after)


def _connected(this: Pass, memory: ConnectorsMemory) -> Connected:
    lab, tools = this.lab, this.tools
    ready = any(pod.ready for _, pod in this.view.live_pods("connect"))
    if lab.spec.part(CONNECT.part) is None or not ready or not serves(this, "connect"):
        return waiting(lab, memory, this.last)
    reach = Reach(tools.cluster, tools.connect, tools.addresses.connect(lab.key))
    look = Look(tools.clock.now(), lambda: tools.wake(lab.key))
    return reconcile_connectors(lab, reach, memory, this.last, look)
