"""Delete pods that are to be made anew: brokers one by one, others that an edit would not reach."""

import structlog

from streaminglab_operator.reconcile.ownership import pods_of
from streaminglab_operator.reconcile.passes import Next, Pass

log = structlog.get_logger()


async def run(this: Pass) -> Next:
    """Adds to ``writes``. Not after another write, that may make other pods than those seen: in a
    pass of its own, at once, because no watch tells of a write that changed nothing."""
    chosen = (*this.desired.roll.restart, *this.desired.stuck.pods)
    ours = pods_of(chosen, this.view.objects)
    if ours and this.writes:
        return Next(0.0)
    for pod in ours:
        log.info("restarted", lab=str(this.key), kind=pod.kind, name=pod.name)
        await this.tools.cluster.delete(pod, this.key.namespace)
        this.writes += 1
    return Next(this.desired.stuck.again_after)
