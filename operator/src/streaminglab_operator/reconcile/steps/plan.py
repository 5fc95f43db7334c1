"""Decide what the lab should be made of now, and what the rest of it waits for."""

from streaminglab_operator.plan import plan
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass


async def run(this: Pass) -> Next:
    """Sets ``desired``: a pure function of ``lab``, ``view`` and, where something is to be made, of
    the LimitRanges of the namespace. A lab at rest reads none."""
    lab, view, options = this.lab, this.view, this.tools.options
    this.desired = plan(lab, view, options)
    if this.desired.ask_limits:
        limits = await this.tools.limit_ranges.of(this.key.namespace)
        this.desired = plan(lab, view, options, limits)
    return GO_ON
