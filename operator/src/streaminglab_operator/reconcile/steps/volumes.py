"""Make the volume claims, give them their owner, have them grow; delete those of removed services.

Before the workloads: a pod then finds its claim made, and nobody writes it while it is bound. While
one cannot be made, its StatefulSet waits: the pod would wait for nothing, or have a volume that the
StatefulSet's controller made, as it was once templated.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from streaminglab_operator.api import Reason
from streaminglab_operator.errors import ApiError, Conflict, NotFound
from streaminglab_operator.observed import Culprit, Observed
from streaminglab_operator.observed.refusals import refusal, unable
from streaminglab_operator.plan import volumes
from streaminglab_operator.plan.volumes import ClaimStep, Volume
from streaminglab_operator.ports import ObjectToApply, VolumeChange
from streaminglab_operator.reconcile.identity import identity
from streaminglab_operator.reconcile.passes import Next, Pass
from streaminglab_operator.reconcile.steps.apply import is_fault, is_refusal
from streaminglab_operator.render import volume_owner
from streaminglab_operator.render.volumes import KIND

log = structlog.get_logger()

SOON_SECONDS = 1.0
RETRY_SECONDS = 20.0
ASK_SECONDS = 300.0
"""How often a class that refuses to grow a volume is asked again."""
_NO_EXPANSION = ("must support resize", "only dynamically provisioned")
"""What the admission plugin PersistentVolumeClaimResize says; it says the same of a class that is
gone. To be told costs no right to read StorageClasses."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused for a claim: ``size`` is the one that was asked for, empty if the claim was
    to be made; ``why``: None where nothing is to be said of it. ``there``: somebody else has the
    name, and the pod uses that one."""

    component: str
    size: str
    until: float
    why: Culprit | None
    there: bool = False


@dataclass(slots=True)
class VolumesMemory:
    """By claim, what was in vain. Forgetting it costs one more try of each."""

    made: dict[str, Refused] = field(default_factory=dict)
    grown: dict[str, Refused] = field(default_factory=dict)

    def problems(self) -> dict[str, Culprit]:
        """By component, why its claims cannot be made."""
        return {r.component: r.why for r in self.made.values() if r.why}

    def unmade(self) -> frozenset[str]:
        """The claims that are not there, because the API server did not make them."""
        return frozenset(name for name, r in self.made.items() if not r.there)

    def not_grown(self) -> dict[str, Culprit]:
        """By claim, why it does not grow."""
        return {name: r.why for name, r in self.grown.items() if r.why}

    def keep(self, wanted: Mapping[str, Volume]) -> None:
        """Forget what is asked for no more."""
        for known in (self.made, self.grown):
            for name in [n for n in known if n not in wanted]:
                del known[name]
        for name in [n for n, r in self.grown.items() if r.size != wanted[n].size]:
            del self.grown[name]

    def next_try(self, now: float) -> float | None:
        """In how many seconds the first of them is tried again."""
        known = (*self.made.values(), *self.grown.values())
        return min((r.until - now for r in known if r.until > now), default=None)


async def run(this: Pass) -> Next:
    """Adds to ``writes`` and ``faults``, sets ``unmade``."""
    memory = this.memories.of(VolumesMemory)
    memory.keep({volume.name: volume for volume in this.volumes})
    absent = {v.name for v in this.volumes if this.view.get(KIND, v.name) is None}
    mounted = set(volumes.in_pods(m for _, m in this.wanted)) if absent else set()
    todo = [_make(this, memory, v) for v in this.volumes if v.name in absent & mounted]
    todo += [_change(this, memory, v) for v in this.volumes if v.name not in absent]
    todo += [_delete(this, item) for item in _left_over(this)]
    # All are waited for, also after an error: none may still write when the next pass begins.
    done = await asyncio.gather(*todo, return_exceptions=True)
    for error in done:
        if error is not None:
            raise error
    this.unmade = memory.unmade()
    return Next(memory.next_try(this.now))


def _left_over(this: Pass) -> list[Observed]:
    if this.lab.spec.retain_data:
        return []
    planned = {release.component for release in this.desired.releases}
    return volumes.left_over(this.view, planned, this.desired.kept, this.record.uid)


async def _make(this: Pass, memory: VolumesMemory, volume: Volume) -> None:
    """Only where there is none: whatever has the name already is what the pod will use."""
    known = memory.made.get(volume.name)
    if known is not None and this.now < known.until:
        return
    m = volume.manifest
    item = ObjectToApply(m.api_version, m.kind, m.namespace, m.name, m.body)
    try:
        made = await this.tools.cluster.apply(item)
    except Conflict:
        # It is not told yet, or it has not the lab's label: then no watch ever tells of it.
        until = this.now + (SOON_SECONDS if known is None else ASK_SECONDS)
        memory.made[volume.name] = Refused(volume.component, "", until, None, there=True)
    except ApiError as error:
        why = _refusal(this, error, _what(volume))
        until = this.now + RETRY_SECONDS
        memory.made[volume.name] = Refused(volume.component, "", until, why)
    else:
        memory.made.pop(volume.name, None)
        this.tools.store.applied(this.key, made)
        this.writes += 1


async def _change(this: Pass, memory: VolumesMemory, volume: Volume) -> None:
    memory.made.pop(volume.name, None)
    seen = volumes.claim(this.view, volume.name)
    if seen is None:
        return
    item, state = seen
    uid, there = this.record.uid, volumes.workload_uids(this.view.objects)
    if volumes.goes(item, state, uid, there):
        return
    step, known = volumes.next_step(volume, state, uid), memory.grown.get(volume.name)
    if not step or (step.size and known is not None and this.now < known.until):
        return
    if step.again:
        maker = volumes.made_otherwise(this.view, volume)
        if maker is not None and not maker.deleting:
            # Its pod waits for this very volume: nothing that runs ends by it.
            await _delete(this, maker)
        await _delete(this, item)
        return
    try:
        await this.tools.cluster.change_volume(this.key.namespace, item, _as_change(this, step))
    except (Conflict, NotFound):
        # Somebody wrote it since: the watch tells what, and wakes the lab.
        return
    except ApiError as error:
        why = _not_grown(_refusal(this, error, "it"))
        until = this.now + (RETRY_SECONDS if is_fault(error) else ASK_SECONDS)
        memory.grown[volume.name] = Refused(volume.component, step.size or volume.size, until, why)
    else:
        log.info("volume changed", lab=str(this.key), volume=volume.name, size=step.size)
        memory.grown.pop(volume.name, None)
        this.writes += 1


def _as_change(this: Pass, step: ClaimStep) -> VolumeChange:
    join: Mapping[str, Any] | None = volume_owner(identity(this.lab)) if step.join else None
    return VolumeChange(step.size, join, step.leave)


async def _delete(this: Pass, item: Observed) -> None:
    log.info("deleted", lab=str(this.key), kind=item.kind, name=item.name)
    await this.tools.cluster.delete(item, this.key.namespace)
    this.writes += 1


def _what(volume: Volume) -> str:
    return f"PersistentVolumeClaim {volume.name} ({volume.field}: {volume.size})"


def _refusal(this: Pass, error: ApiError, what: str) -> Culprit:
    """Why one claim is refused; raises what is about all of them."""
    if is_refusal(error):
        return refusal(error.message, what)
    if not is_fault(error):
        raise error
    this.faults.append(error)
    return unable(error.message, what)


def _not_grown(why: Culprit) -> Culprit:
    """In a student's words, where it is the class that does not allow it."""
    if not any(words in why.message for words in _NO_EXPANSION):
        return why
    sentence = (
        "its StorageClass does not let volumes grow (allowVolumeExpansion), or is gone. Set it "
        "back, or ask the administrator for a class that does; the lab works on with what it has"
    )
    return Culprit(Reason.VOLUME_CANNOT_GROW, sentence)
