"""How often a part of a lab comes and goes, and for how long such a lab is left alone. Pure.

A pod wakes its lab when it becomes ready, and when it ceases to be. Pods that come and go each
second would have a pass, a status and Events each second, of a lab that nobody can use meanwhile,
at the cost of its neighbours. A kubelet slows down containers that end (``CrashLoopBackOff``);
nobody slows down a readiness probe.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from streaminglab_operator.api import Condition, ConditionType, StreamingLabStatus, condition_of
from streaminglab_operator.api.status_chaos import ChaosState
from streaminglab_operator.backoff import doubled
from streaminglab_operator.services import CORE, OPTIONAL

WINDOW_SECONDS = 300.0
FREE_FLAPS = 5
"""Within the window, of one part: who stops a broker by hand, again and again, is not slowed."""
FIRST_DELAY = 5.0
MAX_DELAY = 30.0
_MAX_KNOWN = 20
"""More of them make no wait longer."""
_PARTS = frozenset(condition_of(service) for service in (*CORE, *OPTIONAL))


@dataclass(slots=True)
class FlapsMemory:
    """When each part ceased to be ready, within the window. Forgetting it costs some passes.

    ``well``: the parts that were ready when they were last looked at, whether or not that could be
    written; None: they were not looked at yet.
    """

    times: dict[ConditionType, list[float]] = field(default_factory=dict)
    well: frozenset[ConditionType] | None = None

    def seen(self, last: StreamingLabStatus, new: StreamingLabStatus, now: float) -> None:
        """Count the parts that were ready and are not, where nobody has asked for it: by an edit,
        or by a chaos that is running."""
        self._forget(now)
        before = _ready(last.conditions) if self.well is None else self.well
        self.well = _ready(new.conditions)
        chaos = new.chaos is not None and new.chaos.state is ChaosState.RUNNING
        if chaos or last.observed_generation != new.observed_generation:
            return
        for lost in before - self.well:
            times = self.times.setdefault(lost, [])
            times.append(now)
            del times[:-_MAX_KNOWN]

    def _forget(self, now: float) -> None:
        recent = {
            part: [at for at in times if now - at < WINDOW_SECONDS]
            for part, times in self.times.items()
        }
        self.times = {part: times for part, times in recent.items() if times}

    @property
    def delay(self) -> float:
        """For how many seconds the lab is left alone; 0: it does not flap."""
        most = max(map(len, self.times.values()), default=0)
        if most <= FREE_FLAPS:
            return 0.0
        return doubled(FIRST_DELAY, MAX_DELAY, most - FREE_FLAPS - 1)

    @property
    def sentence(self) -> str:
        """What the status says of it; nothing where the lab does not flap."""
        if not self.delay:
            return ""
        part = max(self.times, key=lambda part: len(self.times[part]))
        return (
            f"{part} was lost {len(self.times[part])} times in the last "
            f"{WINDOW_SECONDS / 60:.0f} minutes; until that ends the operator looks at the lab "
            f"every {self.delay:.0f} seconds"
        )


def _ready(conditions: Iterable[Condition]) -> frozenset[ConditionType]:
    return _PARTS & {c.type for c in conditions if c.status == "True"}
