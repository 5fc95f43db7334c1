"""Decide what the lab should be made of now, and what the rest of it waits for."""

from streaminglab_operator.plan import chaos, plan
from streaminglab_operator.plan.limit_ranges import Limits, any_refused
from streaminglab_operator.reconcile.passes import Next, Pass


async def run(this: Pass) -> Next:
    """Sets ``desired``: a pure function of ``lab``, ``view`` and, where something is to be made, of
    the LimitRanges of the namespace. A lab at rest reads none."""
    lab, view, options = this.lab, this.view, this.tools.options
    ranges, namespace = this.tools.limit_ranges, this.key.namespace
    if any_refused(view):
        known: Limits | None = await ranges.of(namespace, refused=True)
    else:
        known = ranges.known(namespace)
    this.desired = plan(lab, view, options, known)
    if this.desired.ask_limits:
        this.desired = plan(lab, view, options, await ranges.of(namespace))
    return Next(chaos.again_after(this.desired.chaos, view.now))
