"""Which labs an upgrade of the operator may change now: so many at a time.

Every pod template may differ after an upgrade. Without a limit every lab of the cluster would
restart at once, in the middle of a lesson; and when the new version breaks labs, all of them would
be broken. Oldest first, as whoever counts on his lab longest can be told when.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from streaminglab_operator.names import LabKey

log = structlog.get_logger()

GATHER_SECONDS = 5.0
"""Nobody gets a slot before the others could ask: who is the oldest is known only then."""
HOLD_SECONDS = 600.0
"""A lab that is not ready again by then gives its slot away: one that cannot become ready must not
keep all others from the upgrade."""
ASK_SECONDS = 60.0
"""Who waits asks again at least so often; who did not for twice as long is gone."""


@dataclass(slots=True)
class Waiting:
    """A lab that has asked: its age for the order, and when it last asked."""

    age: tuple[str, str]
    asked: float


class UpgradeSlots:
    """At most ``most`` labs hold a slot at a time; 0: no limit. ``wake`` is called with the labs
    that may take one."""

    def __init__(self, most: int = 0, wake: Callable[[LabKey], None] = lambda _: None) -> None:
        self._most = most
        self._wake = wake
        self._holding: dict[LabKey, float] = {}
        self._waiting: dict[LabKey, Waiting] = {}
        self._first_asked: float | None = None

    @property
    def most(self) -> int:
        """How many labs are changed at a time."""
        return self._most

    def ask(self, key: LabKey, created: str, now: float) -> int | None:
        """None: the lab has a slot, until :meth:`done`. Otherwise how many come before it.

        ``created``: when the lab was made; ``now``: by the clock of waits.
        """
        if not self._most or key in self._holding:
            return None
        self._expire(now)
        mine = self._waiting[key] = Waiting((created, str(key)), now)
        ahead = sum(other.age < mine.age for other in self._waiting.values())
        if self._first_asked is None:
            self._first_asked = now
        if now - self._first_asked >= GATHER_SECONDS and ahead < self._free:
            del self._waiting[key]
            self._holding[key] = now
            return None
        return ahead + len(self._holding)

    def holds(self, key: LabKey) -> bool:
        """Whether this lab has a slot."""
        return key in self._holding

    def done(self, key: LabKey) -> None:
        """The lab is as it should be, or gone: its slot is free for the next one."""
        self._waiting.pop(key, None)
        if self._holding.pop(key, None) is not None:
            self._call()

    def _expire(self, now: float) -> None:
        for key, since in list(self._holding.items()):
            if now - since >= HOLD_SECONDS:
                log.warning("not ready after the upgrade", lab=str(key), seconds=HOLD_SECONDS)
                self.done(key)
        for key, waiting in list(self._waiting.items()):
            if now - waiting.asked >= 2 * ASK_SECONDS:
                self.done(key)
        if not self._waiting and not self._holding:
            self._first_asked = None

    def _call(self) -> None:
        oldest = sorted(self._waiting, key=lambda key: self._waiting[key].age)
        for key in oldest[: self._free]:
            self._wake(key)

    @property
    def _free(self) -> int:
        return self._most - len(self._holding)
