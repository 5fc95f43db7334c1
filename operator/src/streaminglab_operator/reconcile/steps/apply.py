"""Write the objects that differ from the plan: configuration first, then workloads."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from streaminglab_operator.errors import ApiError
from streaminglab_operator.observed import Culprit, ObjectKey, Observed
from streaminglab_operator.observed.refusals import refusal
from streaminglab_operator.ports import ObjectToApply
from streaminglab_operator.reconcile.ownership import applied_hash
from streaminglab_operator.reconcile.passes import Next, Pass
from streaminglab_operator.render import Manifest

RETRY_REFUSED_SECONDS = 20.0

_LATER = {"RoleBinding": 1, "StatefulSet": 2, "Deployment": 2, "Job": 2}
"""After which others a kind is written. A RoleBinding: the API server looks into its Role, to see
that nobody gives away what he has not (Kubernetes, "Privilege escalation prevention")."""
_UNKNOWN_KIND = ("page not found", "could not find the requested resource")


@dataclass(slots=True)
class ApplyMemory:
    """Forgetting it costs one write of every object, unless the status says that none is needed.

    - ``ownership``: the set of our fields of each object right after our apply
    - ``problems``: by component, what the API server refused
    - ``not_before``: by object, the digest that was refused, and when to try it again
    - ``written``: what this process itself has applied
    """

    ownership: dict[ObjectKey, str] = field(default_factory=dict)
    problems: dict[str, Culprit] = field(default_factory=dict)
    not_before: dict[ObjectKey, tuple[str, float]] = field(default_factory=dict)
    written: set[ObjectKey] = field(default_factory=set)

    def keep(self, keys: Collection[ObjectKey]) -> None:
        """Forget all others: with each comparison of an endless injection come new names."""
        for known in (self.ownership, self.not_before):
            for gone in known.keys() - keys:
                del known[gone]
        self.written.intersection_update(keys)

    def refuse(self, manifest: Manifest, until: float) -> None:
        """Remember that the API server refused an object."""
        self.not_before[(manifest.kind, manifest.name)] = (manifest.digest, until)

    def recently_refused(self, now: float) -> set[ObjectKey]:
        """Objects that may be otherwise than they were written because of that."""
        since = now - RETRY_REFUSED_SECONDS
        return {key for key, (_, until) in self.not_before.items() if until > since}

    def waits(self, manifest: Manifest, now: float) -> bool:
        """True if this very object was refused only a moment ago."""
        digest, until = self.not_before.get((manifest.kind, manifest.name), ("", 0.0))
        return digest == manifest.digest and now < until

    def next_try(self, now: float) -> float | None:
        """In how many seconds the first of the refused objects is due."""
        waits = [until - now for _, until in self.not_before.values() if until > now]
        return min(waits, default=None)


async def run(this: Pass) -> Next:
    """Adds to ``writes``."""
    memory = this.memories.of(ApplyMemory)
    _trust_what_was_applied(this, memory)
    memory.keep({*this.view.objects, *((m.kind, m.name) for _, m in this.wanted)})
    this.writes += await apply_all(this, memory)
    return Next(memory.next_try(this.now))


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


async def apply_all(this: Pass, memory: ApplyMemory) -> int:
    """Apply what differs, configuration before workloads; how many objects were written.

    A refusal (quota, policy, immutable field) becomes the problem of its component and does not
    keep the others from being applied. It is tried again after a while, not at each wake-up.
    """
    objects = this.tools.store.objects(this.key)
    todo = [
        (component, m)
        for component, m in this.wanted
        if differs(m, objects.get((m.kind, m.name)), memory.ownership)
        and not memory.waits(m, this.now)
    ]
    refused: dict[str, Culprit] = {}
    for number in sorted({0, *_LATER.values()}):
        wave = [(c, m) for c, m in todo if _LATER.get(m.kind, 0) == number]
        await _wave(this, memory, wave, refused)
    still_refused = {c for c, m in this.wanted if memory.waits(m, this.now)}
    for component in {c for c, _ in todo} - still_refused:
        memory.problems.pop(component, None)
    memory.problems.update(refused)
    return len(todo) - len(refused)


async def _wave(
    this: Pass,
    memory: ApplyMemory,
    wave: Sequence[tuple[str, Manifest]],
    refused: dict[str, Culprit],
) -> None:
    """Write objects side by side; ``refused`` is filled by component."""

    async def one(component: str, manifest: Manifest) -> None:
        try:
            record = await this.tools.cluster.apply(_to_apply(manifest))
        except ApiError as error:
            if not is_refusal(error):
                raise
            refused[component] = refusal(error.message, f"{manifest.kind} {manifest.name}")
            memory.refuse(manifest, this.now + RETRY_REFUSED_SECONDS)
            return
        memory.ownership[(manifest.kind, manifest.name)] = record.ownership
        memory.written.add((manifest.kind, manifest.name))
        this.tools.store.applied(this.key, record)

    # All are waited for, also after an error: none may still write when the next pass begins.
    done = await asyncio.gather(*(one(c, m) for c, m in wave), return_exceptions=True)
    for error in done:
        if error is not None:
            raise error


def _to_apply(manifest: Manifest) -> ObjectToApply:
    return ObjectToApply(
        manifest.api_version, manifest.kind, manifest.namespace, manifest.name, manifest.body
    )


def is_refusal(error: ApiError) -> bool:
    """True if the API server understood and said no: to ask again at once would not help.

    401 is the operator's own trouble. So is 404, which an apply meets where the namespace is gone;
    unless the whole kind is unknown (no Gateway API).
    """
    if error.status == 404:  # noqa: PLR2004 (HTTP)
        return any(words in error.message for words in _UNKNOWN_KIND)
    return 400 <= error.status < 500 and error.status not in (401, 409, 429)  # noqa: PLR2004 (HTTP)
