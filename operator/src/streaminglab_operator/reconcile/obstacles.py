"""What keeps single objects of a lab from being written, and since when. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit, ObjectKey, Observed
from streaminglab_operator.observed.refusals import former, taken
from streaminglab_operator.render import Manifest

SOON_SECONDS = 1.0
RETRY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One object that could not be written.

    - ``digest``: of what was to be written; another body is tried at once
    - ``until``: when it is tried again, in seconds since the epoch; 0: in every pass
    - ``why``: None at first where it may be over in a moment
    """

    component: str
    digest: str
    until: float = 0.0
    why: Culprit | None = None

    def holds(self, manifest: Manifest, now: float) -> bool:
        """True if this very object was in vain only a moment ago."""
        return self.digest == manifest.digest and now < self.until


_NOT_OURS = (Reason.NAME_TAKEN, Reason.FORMER_LAB, Reason.API_SERVER_ERROR)

Obstacles = dict[ObjectKey, Obstacle]


def problems(obstacles: Mapping[ObjectKey, Obstacle]) -> dict[str, Culprit]:
    """By component, what is in its way; of several the first by kind and name."""
    found = sorted(obstacles.items(), reverse=True)
    return {o.component: o.why for _, o in found if o.why is not None}


def without_ground(obstacles: Iterable[Obstacle]) -> frozenset[str]:
    """Components of which something is not there, or is somebody else's. A refusal is no such
    case: what was refused may be there, as it was before."""
    return frozenset(o.component for o in obstacles if o.why is None or o.why.reason in _NOT_OURS)


def next_try(obstacles: Iterable[Obstacle], now: float) -> float | None:
    """In how many seconds the first of the objects is due."""
    return min((o.until - now for o in obstacles if o.until > now), default=None)


def in_the_way(live: Observed, owner: str | None) -> Culprit:
    """Another object has the name of one of ours, and says that it belongs to a lab of our name.

    ``owner``: the lab whose uid it has for its owner, if such a lab is there. If none is, it is
    left over: the garbage collector removes what has an owner that is no more.
    """
    what = f"{live.kind} {live.name}"
    if owner is None and live.owner and live.digest:
        return former(what)
    return taken(what, owner or "")
