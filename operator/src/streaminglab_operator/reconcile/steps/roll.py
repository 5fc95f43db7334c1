"""Delete the pods of Kafka's brokers whose turn to be made anew has come."""

import structlog

from streaminglab_operator.reconcile.ownership import is_pod_of
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass

log = structlog.get_logger()


async def run(this: Pass) -> Next:
    """Adds to ``writes``. Not after another write: that may make other pods than those seen."""
    if this.writes:
        return GO_ON
    ours = [pod for pod in this.desired.roll.restart if is_pod_of(pod, this.view.objects)]
    for pod in ours:
        log.info("restarted", lab=str(this.key), kind=pod.kind, name=pod.name)
        await this.tools.cluster.delete(pod, this.key.namespace)
        this.writes += 1
    return GO_ON
