"""Try now and then whether Kafka lets the operator in, which no NetworkPolicy of a lab does.

Kubernetes tells nobody whether its network plugin heeds NetworkPolicies. A connection that is made
proves that here nothing is closed; one that is not proves nothing, and nothing is said of it.
"""

from dataclasses import dataclass, field

from streaminglab_operator import names
from streaminglab_operator.api import ConditionType, StreamingLabStatus
from streaminglab_operator.reconcile.background import Background
from streaminglab_operator.reconcile.lab_secret import LOOK_SECONDS
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.reconcile.reachable import serves
from streaminglab_operator.services.kafka import KAFKA
from streaminglab_operator.status.components import workload

SECONDS = 3600.0
"""Between two tries: a network plugin is not changed often, and a try is answered late."""
LATER_SECONDS = 300.0
"""Until the first one of a lab that was Ready before this process began, with all others."""


@dataclass(slots=True)
class FenceMemory:
    """``open``: the last connection was made (None: not known); ``due``: when the next is tried;
    ``attempt``: under way. Forgetting it costs a try: what it found is in the status."""

    open: bool | None = None
    due: float = 0.0
    attempt: Background[bool] = field(default_factory=Background)

    def recall(self, last: StreamingLabStatus, now: float) -> None:
        """At first: what the process before this one has said is so until it is found otherwise."""
        if self.open is None:
            ready = last.condition(ConditionType.READY)
            self.open = last.condition(ConditionType.NETWORK_CLOSED) is not None
            self.due = now + LATER_SECONDS if ready and ready.status == "True" else now


async def run(this: Pass) -> Next:
    """Begins a try where one is due. Its end wakes the lab if there is something new to say."""
    memory, now = this.memories.of(FenceMemory), this.tools.clock.now()
    memory.recall(this.last, now)
    if not _can_be_tried(this):
        return GO_ON
    if now >= memory.due:
        memory.due = now + SECONDS
        _begin(this, memory)
    # With the look at the Secret, for which there is a pass in any case.
    return Next(max(memory.due - now, LOOK_SECONDS))


def _can_be_tried(this: Pass) -> bool:
    """Kafka is up at an address that is the lab's own, and in a namespace that is not ours: the
    pods of its own may use an open lab."""
    if this.key.namespace == this.tools.options.operator_namespace or this.desired.suspended:
        return False
    up = workload(this.lab, this.view, this.desired, KAFKA.component).ready
    return up and serves(this, KAFKA.component)


def _begin(this: Pass, memory: FenceMemory) -> None:
    key, tools = this.key, this.tools
    host = f"{names.release(key.name, KAFKA.component)}.{key.namespace}.svc"

    def ended() -> None:
        came = memory.attempt.take()
        if came is not None and came != memory.open:
            memory.open = came
            tools.wake_soon(key)

    work = tools.doors.opens(host, KAFKA.listens_on())
    memory.attempt.begin(work, f"{key}: the fence", ended)


def forget(memory: FenceMemory) -> None:
    """End what is under way: the lab is gone."""
    memory.attempt.cancel()
