"""How often somebody else edits a lab or its objects, and what the operator makes of it. Pure.

client-go slows a key down by a token bucket and an exponential back-off (util/workqueue,
``DefaultTypedControllerRateLimiter``), for failures; here it is for success: each repair of what
is overwritten at once succeeds, and two that fight would fight at full speed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from streaminglab_operator.backoff import doubled
from streaminglab_operator.observed import ObjectKey, Observed

WINDOW_SECONDS = 60.0
FREE_EDITS = 10
"""In a minute: nobody who works by hand is slowed."""
MAX_DELAY = 60.0
FIRST_DELAY = 2.0
SPACING_SECONDS = 2.0
"""Edits of objects within it count as one: ``kubectl delete all`` is one deed."""
MAX_KNOWN = 1000

FIGHTS = 3
STAND_OFF_SECONDS = 600.0


@dataclass(slots=True)
class EditsMemory:
    """Forgetting it costs one round of answers at full speed.

    - ``times``: of the edits of the last minute
    - ``generation``: of the spec that was last seen
    - ``open``: objects that somebody has changed, until the next repair
    - ``answered``: when the lab was last looked at in full while it was slowed down
    - ``fights``: when another operator overwrote what this one had written; ``rival``: its name
    - ``last``: what was edited last; ``said``: the sentence for the status
    """

    times: list[float] = field(default_factory=list)
    generation: int = 0
    open: set[ObjectKey] = field(default_factory=set)
    object_at: float = -SPACING_SECONDS
    answered: float = 0.0
    fights: list[float] = field(default_factory=list)
    rival: str = ""
    stand_off_until: float = 0.0
    last: str = "the spec"
    said: str = ""

    def spec_seen(self, generation: int, now: float) -> None:
        """Count the edits of the spec since the last look."""
        edits = generation - self.generation if self.generation else 0
        if edits > 0:
            self._count_in(now, edits)
            self.last = "the spec"
        self.generation = generation

    def objects_seen(self, changed: Collection[ObjectKey], now: float) -> None:
        """Count what somebody has changed or deleted of the lab's objects since the last look."""
        new = set(changed) - self.open
        self.open |= new
        if new and now - self.object_at >= SPACING_SECONDS:
            self.object_at = now
            self._count_in(now)
            self.last = " ".join(min(new))

    def _count_in(self, now: float, edits: int = 1) -> None:
        self.times += [now] * min(edits, MAX_KNOWN)
        del self.times[:-MAX_KNOWN]

    def count(self, now: float) -> int:
        """Edits in the last minute."""
        del self.times[: sum(now - at >= WINDOW_SECONDS for at in self.times)]
        return len(self.times)

    def delay(self, now: float) -> float:
        """In how many seconds the lab may be looked at in full; 0: now, and so it is meant."""
        edits = self.count(now)
        if edits > FREE_EDITS:
            pause = doubled(FIRST_DELAY, MAX_DELAY, edits - FREE_EDITS - 1)
            self.said = self.said or _sentence(edits, self.last, pause)
            if now < self.answered + pause:
                return self.answered + pause - now
            self.said = _sentence(edits, self.last, pause)
        else:
            self.said = ""
        self.answered = now
        self.open.clear()
        return 0.0

    def overwritten(self, rival: str, now: float) -> None:
        """Another operator has written what this one wrote last."""
        self.rival = rival
        self.fights = [at for at in self.fights if now - at < STAND_OFF_SECONDS] + [now]
        if len(self.fights) >= FIGHTS:
            self.stand_off_until = now + STAND_OFF_SECONDS
            # After it a single blow shows that the other one is still there.
            self.fights = [self.stand_off_until] * (FIGHTS - 1)


def _sentence(edits: int, last: str, pause: float) -> str:
    return (
        f"edited by somebody else {edits} times in the last minute, {last} among the last; the "
        f"operator answers every {pause:.0f} seconds until that ends. Who it is: kubectl get slab "
        "-o yaml --show-managed-fields"
    )


def changed_by_others(
    ours: Mapping[ObjectKey, str],
    objects: Mapping[ObjectKey, Observed],
    refused: Collection[ObjectKey],
) -> list[ObjectKey]:
    """Objects that are not as they were right after our apply, or not there. ``ours``: the set of
    our fields at that time; ``refused``: those that could not be written, which is no edit."""
    return [
        key
        for key, mine in ours.items()
        if key not in refused and (key not in objects or objects[key].ownership != mine)
    ]
