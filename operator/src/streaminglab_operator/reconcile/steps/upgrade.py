"""Wait for a slot, where an upgrade of the operator would change the pods of a running lab."""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from streaminglab_operator.observed import LabView, Observed, WorkloadState
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.reconcile.steps import summarise
from streaminglab_operator.reconcile.upgrade_slots import ASK_SECONDS, GATHER_SECONDS
from streaminglab_operator.render import Manifest

log = structlog.get_logger()

_ROLLING = ("StatefulSet", "Deployment")


@dataclass(slots=True)
class UpgradeMemory:
    """``up_to_date``: whether what this version of the operator changes was let through once.
    Forgetting it, at a restart, costs a comparison."""

    up_to_date: bool = False


async def run(this: Pass) -> Next:
    """Ends the pass while others come first: the lab is then left as it is.

    Only the first plan of this process is held back, and only for the spec that the last status
    was about: whatever is changed by a person is answered at once.
    """
    memory, slots = this.memories.of(UpgradeMemory), this.tools.upgrades
    changed = _changed(this)
    if memory.up_to_date:
        if slots.holds(this.key) and not changed and _steady(this.view):
            slots.done(this.key)
        return GO_ON
    edited = this.last.observed_generation != this.lab.generation
    # A broker that a chaos has stopped is to come back when it is time.
    edited = edited or bool(this.view.chaos and this.view.chaos.stopped_brokers)
    if not changed or edited or not _steady(this.view):
        slots.done(this.key)
        # What is held back by the plan may still be of an older version.
        memory.up_to_date = edited or bool(changed) or not this.desired.holds
        return GO_ON
    ahead = slots.ask(this.key, this.record.created, this.now)
    if ahead is None:
        log.info("brought up to date", lab=str(this.key))
        memory.up_to_date = True
        return GO_ON
    await summarise.say_waiting(this, slots.most)
    return Next(ASK_SECONDS if ahead else GATHER_SECONDS, ends=True)


def _changed(this: Pass) -> list[Manifest]:
    """Workloads that run, and would be written otherwise than they were."""
    live = this.view.objects
    found = [(m, live.get((m.kind, m.name))) for _, m in this.wanted if m.kind in _ROLLING]
    return [m for m, item in found if item is not None and item.digest != m.digest]


def _steady(view: LabView) -> bool:
    """Whether the lab has pods, and each workload all of its newest."""
    states = [o.state for o in _workloads(view.objects.values())]
    known = [state for state in states if isinstance(state, WorkloadState)]
    return all(s.up for s in known) and any(s.desired for s in known)


def _workloads(objects: Iterable[Observed]) -> list[Observed]:
    return [o for o in objects if o.kind in _ROLLING and o.digest and not o.deleting]
