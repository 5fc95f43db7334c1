"""Whether the address of a part of a lab leads to it, as far as the operator can know."""

from streaminglab_operator import names
from streaminglab_operator.reconcile.passes import Pass


def serves(this: Pass, component: str) -> bool:
    """True if the Service of a component is there as this pass wants it.

    Before the operator has made it, or where its name is taken, a Service of that name is somebody
    else's, and leads to wherever he wants: nothing is said to it, least of all a token.
    """
    name = names.release(this.key.name, component)
    seen = this.tools.store.objects(this.key).get(("Service", name))
    wanted = (m for c, m in this.wanted if c == component)
    digests = {m.digest for m in wanted if (m.kind, m.name) == ("Service", name)}
    return seen is not None and not seen.deleting and seen.digest in digests
