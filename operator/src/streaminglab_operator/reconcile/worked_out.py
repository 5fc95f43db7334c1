"""What follows from a spec, once for all labs that have it: equal specs are one model."""

from dataclasses import dataclass
from weakref import WeakValueDictionary

from streaminglab_operator.api import EffectiveSpec, StreamingLabSpec, effective
from streaminglab_operator.api.site import filled
from streaminglab_operator.schema.site import Site


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class WorkedOut:
    """A spec, and what follows from it."""

    spec: StreamingLabSpec
    effective: EffectiveSpec


class SpecsWorkedOut:
    """Kept by the labs that are of such a spec, for as long as they are."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: WeakValueDictionary[int, WorkedOut] = WeakValueDictionary()

    def of(self, spec: StreamingLabSpec) -> WorkedOut:
        """By identity: what was worked out holds its spec, so that no other can be in its place."""
        found = self._known.get(id(spec))
        if found is None:
            made = effective(filled(spec, self._site))
            found = self._known[id(spec)] = WorkedOut(spec, made)
        return found
