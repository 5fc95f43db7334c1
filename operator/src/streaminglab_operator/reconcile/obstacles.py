"""What keeps single objects of a lab from being written, and since when. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit, ObjectKey, Observed
from streaminglab_operator.observed.refusals import former, taken
from streaminglab_operator.render import Manifest

SOON_SECONDS = 1.0
VOLUME_SECONDS = 5.0
"""A claim is gone a moment after the last pod that uses it, and no watch tells of it."""
RETRY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One object that could not be written.

    - ``digest``: of what was to be written; another body is tried at once
    - ``until``: when it is tried again, by the clock of waits; 0: in every pass
    - ``why``: None at first where it may be over in a moment
    - ``alias``: it is a short name, and the component works without it
    """

    component: str
    digest: str
    until: float = 0.0
    why: Culprit | None = None
    alias: bool = False

    def holds(self, manifest: Manifest, now: float) -> bool:
        """True if this very object was in vain only a moment ago."""
        return self.digest == manifest.digest and now < self.until


_REMEDY = "delete or rename it, or give the lab another name"
_REMEDY_OF_ALIAS = "the short name follows when it is free; spec.access.shortNames false lets it be"
_NOT_OURS = (Reason.NAME_TAKEN, Reason.FORMER_LAB, Reason.API_SERVER_ERROR)

Obstacles = dict[ObjectKey, Obstacle]


@dataclass(frozen=True, slots=True)
class Target:
    """One object to be written; ``alias``: see :class:`Obstacle`; ``uid``: of the one that is there
    and is the lab's own."""

    component: str
    manifest: Manifest
    alias: bool = False
    uid: str = ""

    @property
    def key(self) -> ObjectKey:
        """Its kind and name."""
        return self.manifest.kind, self.manifest.name

    @property
    def what(self) -> str:
        """The same in words."""
        return " ".join(self.key)

    def hindered(self, why: Culprit | None, until: float = 0.0) -> Obstacle:
        """It could not be written."""
        return Obstacle(self.component, self.manifest.digest, until, why, self.alias)

    def taken(self, owner: str | None) -> Culprit:
        """Another object has its name; ``owner``: the lab that this one belongs to, if known."""
        return taken(self.what, owner or "", _REMEDY_OF_ALIAS if self.alias else _REMEDY)

    def in_the_way(self, live: Observed, owner: str | None) -> Culprit:
        """Another object has its name, and says that it belongs to a lab of our name.

        ``owner``: the lab whose uid it has for its owner, if such a lab is there. If none is, it is
        left over: the garbage collector removes what has an owner that is no more.
        """
        if owner is None and live.owner and live.digest:
            return former(self.what)
        return self.taken(owner)


def problems(obstacles: Mapping[ObjectKey, Obstacle]) -> dict[str, Culprit]:
    """By component, what is in its way; of several the first by kind and name."""
    found = sorted(obstacles.items(), reverse=True)
    return {o.component: o.why for _, o in found if o.why is not None and not o.alias}


def name_problems(obstacles: Mapping[ObjectKey, Obstacle]) -> dict[str, Culprit]:
    """By short name, what is in its way."""
    return {name: o.why for (_, name), o in obstacles.items() if o.why is not None and o.alias}


def without_ground(obstacles: Iterable[Obstacle]) -> frozenset[str]:
    """Components of which something is not there, or is somebody else's. A refusal is no such
    case: what was refused may be there, as it was before."""
    return frozenset(
        o.component
        for o in obstacles
        if not o.alias and (o.why is None or o.why.reason in _NOT_OURS)
    )


def next_try(obstacles: Iterable[Obstacle], now: float) -> float | None:
    """In how many seconds the first of the objects is due."""
    return min((o.until - now for o in obstacles if o.until > now), default=None)
