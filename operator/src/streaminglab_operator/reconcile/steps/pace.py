"""Slow down for a lab that somebody edits again and again, and leave it to another operator."""

import structlog

from streaminglab_operator.reconcile import connectors
from streaminglab_operator.reconcile.connectors import ConnectorsMemory
from streaminglab_operator.reconcile.edits import WINDOW_SECONDS, EditsMemory, changed_by_others
from streaminglab_operator.reconcile.passes import GO_ON, Next, Pass
from streaminglab_operator.reconcile.steps import summarise
from streaminglab_operator.reconcile.steps.apply import ApplyMemory

log = structlog.get_logger()


async def run(this: Pass) -> Next:
    """Ends the pass before anything is rendered or written, where it comes too soon."""
    memory, applied, now = this.memories.of(EditsMemory), this.memories.of(ApplyMemory), this.now
    memory.spec_seen(this.record.generation, now)
    refused = applied.refused()
    changed = changed_by_others(applied.ownership, this.view.objects, refused)
    memory.objects_seen(changed, now)
    _look_for_a_rival(this, memory, applied)
    if now < memory.stand_off_until:
        connectors.forget(this.memories.of(ConnectorsMemory))
        await summarise.say_other_operator(this, memory.rival)
        return Next(memory.stand_off_until - now, ends=True)
    wait = memory.delay(now)
    if wait:
        await summarise.say_edited(this, memory.said)
        return Next(wait, ends=True)
    return Next(WINDOW_SECONDS) if memory.said else GO_ON


def _look_for_a_rival(this: Pass, memory: EditsMemory, applied: ApplyMemory) -> None:
    """Only what this process wrote itself, and finds written by another one since, is a fight: an
    operator that was here before, and is gone, has left its name too."""
    mine = this.tools.options.operator_namespace
    live = ((key, this.view.objects.get(key)) for key in applied.written)
    taken = {k: o.operator for k, o in live if o is not None and o.operator not in ("", mine)}
    if not taken:
        return
    applied.written -= taken.keys()
    rival = min(taken.values())
    log.warning("another operator writes", lab=str(this.key), operator=rival)
    memory.overwritten(rival, this.now)
