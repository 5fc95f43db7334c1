"""Leave alone a lab that is paused, or is one too many in its namespace."""

from streaminglab_operator.reconcile import connectors
from streaminglab_operator.reconcile.connectors import ConnectorsMemory
from streaminglab_operator.reconcile.passes import END, GO_ON, Next, Pass
from streaminglab_operator.reconcile.steps import summarise


async def run(this: Pass) -> Next:
    """Ends the pass of such a lab: nothing of it is written but its status."""
    claims = this.tools.store.claims
    if this.record.paused:
        connectors.forget(this.memories.of(ConnectorsMemory))
        await summarise.say_paused(this)
        return END
    if claims.one_too_many(this.key):
        await summarise.say_too_many(this, claims.most_labs)
        return END
    return GO_ON
