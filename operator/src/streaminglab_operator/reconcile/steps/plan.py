"""Decide what the lab should be made of now, and what the rest of it waits for."""

from streaminglab_operator.plan import plan
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass


async def run(this: Pass) -> Next:
    """Sets ``desired``: a pure function of ``lab`` and ``view``."""
    this.desired = plan(this.lab, this.view, this.tools.options)
    return GO_ON
