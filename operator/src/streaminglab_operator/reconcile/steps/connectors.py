"""Bring the declared connectors about by Connect's REST API; others are only listed."""

from streaminglab_operator.reconcile.connector_calls import Reach
from streaminglab_operator.reconcile.connectors import (
    Connected,
    ConnectorsMemory,
    reconcile_connectors,
    waiting,
)
from streaminglab_operator.reconcile.passes import Next, Pass
from streaminglab_operator.services.connect import CONNECT
from streaminglab_operator.status.connectors import recorded


async def run(this: Pass) -> Next:
    """Sets ``connectors``. What is ours is what the *stored* status calls managed."""
    connected = await _connected(this, this.memories.of(ConnectorsMemory))
    this.connectors = connected.connectors
    return Next(connected.again_after)


async def _connected(this: Pass, memory: ConnectorsMemory) -> Connected:
    lab, tools, ours = this.lab, this.tools, recorded(this.last)
    ready = any(pod.ready for _, pod in this.view.live_pods("connect"))
    if lab.spec.part(CONNECT.part) is None or not ready:
        return waiting(lab, memory, ours)
    reach = Reach(tools.cluster, tools.connect, tools.addresses.connect(lab.key))
    return await reconcile_connectors(lab, reach, memory, ours, tools.clock.now())
