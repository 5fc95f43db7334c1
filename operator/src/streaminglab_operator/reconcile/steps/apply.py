"""Write the objects that differ from the plan: configuration first, then workloads.

Only what the lab made itself is changed, and only what nobody else has made is made: of each
object the API server is told which of the two it is, and refuses when that is not so. What stands
in the way is a problem of its component; all else of the lab goes on.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from streaminglab_operator.errors import ApiError, Conflict
from streaminglab_operator.observed import Culprit, ObjectKey, Observed
from streaminglab_operator.observed.refusals import refusal, unable
from streaminglab_operator.plan import short_names
from streaminglab_operator.plan.volumes import in_pods
from streaminglab_operator.ports import ObjectToApply
from streaminglab_operator.reconcile import cluster_ips, obstacles, volumes
from streaminglab_operator.reconcile.obstacles import Obstacle, Obstacles, Target
from streaminglab_operator.reconcile.ownership import applied_hash, is_own
from streaminglab_operator.reconcile.passes import Next, Pass
from streaminglab_operator.render import Manifest

_LATER = {"RoleBinding": 1, "StatefulSet": 2, "Deployment": 2, "Job": 2}
"""After which others a kind is written. A RoleBinding: the API server looks into its Role, to see
that nobody gives away what he has not (Kubernetes, "Privilege escalation prevention")."""
_UNKNOWN_KIND = ("page not found", "could not find the requested resource")


@dataclass(slots=True)
class ApplyMemory:
    """Forgetting it costs one write of every object, unless the status says that none is needed.

    - ``ownership``: the set of our fields of each object right after our apply
    - ``made``: the uid of each object that this process wrote: it is the lab's also when somebody
      takes its labels or its owner away
    - ``obstacles``: what could not be written
    - ``written``: what this process itself has applied
    """

    ownership: dict[ObjectKey, str] = field(default_factory=dict)
    made: dict[ObjectKey, str] = field(default_factory=dict)
    obstacles: Obstacles = field(default_factory=dict)
    written: set[ObjectKey] = field(default_factory=set)

    def keep(self, keys: Collection[ObjectKey]) -> None:
        """Forget all others: with each comparison of an endless injection come new names."""
        known: tuple[dict[ObjectKey, Any], ...] = (self.ownership, self.made, self.obstacles)
        for by_key in known:
            for gone in by_key.keys() - keys:
                del by_key[gone]
        self.written.intersection_update(keys)

    def problems(self) -> dict[str, Culprit]:
        """By component, what is in the way of its objects."""
        return obstacles.problems(self.obstacles)

    def name_problems(self) -> dict[str, Culprit]:
        """By short name, what is in the way of its Service."""
        return obstacles.name_problems(self.obstacles)

    def refused(self) -> set[ObjectKey]:
        """Objects that may be otherwise than they were written because of that."""
        return set(self.obstacles)


async def run(this: Pass) -> Next:
    """Adds to ``writes`` and ``faults``."""
    memory = this.memories.of(ApplyMemory)
    _trust_what_was_applied(this, memory)
    memory.keep({*this.view.objects, *((m.kind, m.name) for _, m in this.wanted)})
    await apply_all(this, memory)
    return Next(obstacles.next_try(memory.obstacles.values(), this.now))


def _trust_what_was_applied(this: Pass, memory: ApplyMemory) -> None:
    """After a restart: what the last operator left as it was needs no write."""
    known, objects = this.last.applied_hash, this.view.objects
    if memory.ownership or not known or not objects:
        return
    if known == applied_hash(objects, {}):
        memory.ownership.update({k: o.ownership for k, o in objects.items()})


def differs(manifest: Manifest, live: Observed | None, ownership: Mapping[ObjectKey, str]) -> bool:
    """True if an object must be applied: absent, wanted otherwise, or edited by somebody."""
    if live is None:
        return True
    if live.digest != manifest.digest:
        # A Job's pod template is immutable, and its name carries a digest of its inputs: what
        # else has changed (an image, a size) is no reason to do its work again.
        return manifest.kind != "Job"
    return ownership.get((manifest.kind, manifest.name)) != live.ownership


async def apply_all(this: Pass, memory: ApplyMemory) -> None:
    """Apply what differs, configuration before workloads.

    What is in vain (a quota, a policy, an immutable field, a name that is taken) becomes the
    problem of its component and does not keep the others from being applied. It is tried again
    after a while, not at each wake-up. A workload is not made upon the configuration or the
    Service of somebody else: it waits until its component has its own.
    """
    before, memory.obstacles = memory.obstacles, {}
    todo = _todo(this, memory, before)
    for number in sorted({0, *_LATER.values()}):
        without = obstacles.without_ground(memory.obstacles.values()) if number else ()
        wave = [t for t in todo if _LATER.get(t.manifest.kind, 0) == number]
        await _wave(this, memory, [t for t in wave if t.component not in without], before)


def _todo(this: Pass, memory: ApplyMemory, before: Obstacles) -> list[Target]:
    """What differs and is not held back; fills ``memory.obstacles`` with what is."""
    objects = this.tools.store.objects(this.key)
    found: list[Target] = []
    for component, manifest in this.wanted:
        key = (manifest.kind, manifest.name)
        live, known = objects.get(key), before.get(key)
        target = Target(component, manifest, _is_alias(this, component, manifest))
        if live is not None and not _is_ours(this, memory, live):
            owner = this.tools.store.lab_with(live.owner)
            memory.obstacles[key] = target.hindered(target.in_the_way(live, owner))
        elif _waits_for_volumes(this, manifest) or not differs(manifest, live, memory.ownership):
            continue
        elif known is not None and known.holds(manifest, this.now):
            memory.obstacles[key] = known
        else:
            found.append(replace(target, uid=live.uid if live else ""))
    return found


def _waits_for_volumes(this: Pass, manifest: Manifest) -> bool:
    """Whether a StatefulSet is to have pods whose volumes cannot be made; why is told already."""
    return bool(this.unmade) and not this.unmade.isdisjoint(in_pods([manifest]))


def _is_alias(this: Pass, component: str, manifest: Manifest) -> bool:
    name = this.key.name
    return manifest.kind == "Service" and short_names.is_alias(name, component, manifest.name)


def _is_ours(this: Pass, memory: ApplyMemory, live: Observed) -> bool:
    made = memory.made.get((live.kind, live.name))
    return is_own(live, this.record.uid) or live.uid == made


async def _wave(this: Pass, memory: ApplyMemory, wave: Sequence[Target], before: Obstacles) -> None:
    """Write objects side by side."""

    async def one(target: Target) -> None:
        try:
            if why := await _volume_in_the_way(this, memory, target):
                memory.obstacles[target.key] = _volume(this, target, why, before.get(target.key))
                return
            record = await _written(this, memory, target)
        except ApiError as error:
            known = before.get(target.key)
            memory.obstacles[target.key] = _obstacle(this, target, error, known)
            return
        key = target.key
        memory.ownership[key], memory.made[key] = record.ownership, record.uid
        memory.written.add(key)
        this.tools.store.applied(this.key, record)
        this.writes += 1

    # All are waited for, also after an error: none may still write when the next pass begins.
    done = await asyncio.gather(*(one(t) for t in wave), return_exceptions=True)
    for error in done:
        if error is not None:
            raise error


async def _volume_in_the_way(this: Pass, memory: ApplyMemory, target: Target) -> Culprit | None:
    if target.uid or target.key in memory.made:
        return None
    seen = volumes.of_the_lab(this.tools.store.objects(this.key), this.record.uid)
    return await volumes.in_the_way(this.tools.cluster, target.manifest, this.record.uid, seen)


def _volume(this: Pass, target: Target, why: Culprit, known: Obstacle | None) -> Obstacle:
    """The first time it may be the volume of our own workload, which no watch has told yet."""
    if known is None and not _told(this, why.message):
        return target.hindered(None, this.now + obstacles.SOON_SECONDS)
    return target.hindered(why, this.now + obstacles.VOLUME_SECONDS)


async def _written(this: Pass, memory: ApplyMemory, target: Target) -> Observed:
    """What came back. An object of ours whose label was taken away is in no watch: of it nothing
    is known but that it was made."""
    made = memory.made.get(target.key, "")
    try:
        return await _sent(this, _to_apply(target.manifest, target.uid))
    except Conflict:
        if target.uid or not made:
            raise
        return await _sent(this, _to_apply(target.manifest, made))


async def _sent(this: Pass, item: ObjectToApply) -> Observed:
    try:
        return await this.tools.cluster.apply(item)
    except ApiError as error:
        if not cluster_ips.has_one(item, error):
            raise
        return await this.tools.cluster.apply(cluster_ips.kept(item))


def _obstacle(this: Pass, target: Target, error: ApiError, known: Obstacle | None) -> Obstacle:
    """What an error means for one object. Raises it where it is about all of them."""
    if isinstance(error, Conflict):
        why = target.taken(this.tools.store.holder(this.key.namespace, target.key))
        # The first time it may be our own object, whose making was not answered or not yet told.
        if target.uid or (known is None and not _told(this, why.message)):
            return target.hindered(None, this.now + obstacles.SOON_SECONDS)
        return target.hindered(why, this.now + obstacles.RETRY_SECONDS)
    if is_refusal(error):
        why = refusal(error.message, target.what)
        return target.hindered(why, this.now + obstacles.RETRY_SECONDS)
    if not is_fault(error):
        raise error
    this.faults.append(error)
    return target.hindered(unable(error.message, target.what))


def _told(this: Pass, words: str) -> bool:
    """Whether the status says so already: a process before this one has waited for better news."""
    return any(words in condition.message for condition in this.last.conditions)


def _to_apply(manifest: Manifest, uid: str) -> ObjectToApply:
    return ObjectToApply(
        manifest.api_version, manifest.kind, manifest.namespace, manifest.name, manifest.body, uid
    )


def is_refusal(error: ApiError) -> bool:
    """True if the API server understood and said no: to ask again at once would not help.

    401 is the operator's own trouble. So is 404, which an apply meets where the namespace is gone;
    unless the whole kind is unknown (no Gateway API).
    """
    if error.status == 404:  # noqa: PLR2004 (HTTP)
        return any(words in error.message for words in _UNKNOWN_KIND)
    return 400 <= error.status < 500 and error.status not in (401, 409, 429)  # noqa: PLR2004 (HTTP)


def is_fault(error: ApiError) -> bool:
    """True if the API server answered that it cannot: often a webhook for this one kind."""
    return error.status >= 500  # noqa: PLR2004 (HTTP)
