"""Who owns what only one lab can have: the short names of a namespace, and host names. Pure.

The older lab has it, and of two as old the first by name. But a short name that is what another
lab of the namespace calls a Service of its own is that one's: a lab `kafka` cannot do without
`kafka-connect`, while the others can be reached by their long names. And the host names that a lab
has by itself, made of its namespace's name and its own, are its own before anybody's claim.

The claims of all labs are indexed by what they are about, so that a change costs what it touches
and not a walk over all labs. Where a namespace may have only so many labs, what those claim that
are too many does not count: nothing is made for them, and there may be thousands.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from streaminglab_operator import names
from streaminglab_operator.names import LabKey
from streaminglab_operator.services import SERVICES

SHORT_NAMES = tuple(service.alias for service in SERVICES if service.alias)
Age = tuple[str, str, str]
"""Creation time, name, namespace: the smaller is the older."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one lab lays claim to.

    - ``own``: those of its hosts that are made of its namespace's and its own name
    - ``short_names``: whether also to those of its namespace
    """

    created: str
    hosts: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    short_names: bool = True


@lru_cache(maxsize=4096)
def own_short_names(lab: str) -> frozenset[str]:
    """The short names that a lab of this name gives to its own Services anyhow."""
    return frozenset(SHORT_NAMES).intersection(
        names.release(lab, service.component) for service in SERVICES
    )


class Claims:
    """The claims of all labs; :meth:`change` says whose rights have changed by it."""

    def __init__(self, most_labs: int = 0) -> None:
        self.most_labs = most_labs
        """Of a namespace; 0: no limit."""
        self._claims: dict[LabKey, Claim] = {}
        self._ages: dict[str, list[Age]] = {}
        self._claimants: dict[str, set[LabKey]] = {}

    def neighbours(self, key: LabKey) -> list[LabKey]:
        """The other labs of a namespace that are looked after."""
        return [other for other in self._counted(key.namespace) if other != key]

    def hosts(self, key: LabKey) -> tuple[frozenset[str], frozenset[str]]:
        """The host names that a lab claims, whoever has them, and those that are its own."""
        claim = self._claims.get(key)
        return (claim.hosts, claim.own) if claim else (frozenset(), frozenset())

    def one_too_many(self, key: LabKey) -> bool:
        """True for a lab of a namespace that has as many older ones as it may have."""
        if not self.most_labs:
            return False
        ages = self._ages.get(key.namespace, [])
        return key not in self._claims or bisect_left(ages, self._age(key)) >= self.most_labs

    def first_in_namespace(self, key: LabKey) -> bool:
        """True for the oldest lab of a namespace that wants them: it owns the short names of the
        courses."""
        return self._first(key.namespace) in (None, key)

    def taken_names(self, key: LabKey) -> dict[str, str]:
        """The short names that another lab of the namespace has, with that one's name."""
        first = self._first(key.namespace)
        others = dict.fromkeys(SHORT_NAMES, str(first)) if first not in (None, key) else {}
        for neighbour in self.neighbours(key):
            others |= dict.fromkeys(own_short_names(neighbour.name), str(neighbour))
        return {name: lab for name, lab in others.items() if name not in own_short_names(key.name)}

    def taken_hosts(self, key: LabKey) -> frozenset[str]:
        """The host names of a lab that another one has."""
        hosts, _ = self.hosts(key)
        return frozenset(h for h in hosts if self._owner(h) not in (None, key))

    def _owner(self, host: str) -> LabKey | None:
        """Whose name it is by itself, before all who only wrote it into their spec: such names can
        be guessed, and would be claimed beforehand. Then the oldest."""
        return min(
            self._claimants.get(host, ()),
            key=lambda key: (host not in self._claims[key].own, self._age(key)),
            default=None,
        )

    def change(self, key: LabKey, claim: Claim | None) -> list[LabKey]:
        """Note what a lab claims now (None: it is gone). The other labs that must be looked at
        again: who had or gets the short names, a host name, or a place in the namespace. Whose
        rights stay as they were is left in peace, however often somebody claims what is his."""
        before = self._claims.get(key)
        if before == claim:
            return []
        first, counted = self._first(key.namespace), set(self._counted(key.namespace))
        had: dict[str, LabKey | None] = {}
        if before is not None:
            self._withdraw(key, had)
            self._remove(key)
        if claim is not None:
            self._claims[key] = claim
            insort(self._ages.setdefault(key.namespace, []), self._age(key))
        now = set(self._counted(key.namespace))
        moved = (counted ^ now) - {key}
        for lab in moved & counted:
            self._withdraw(lab, had)
        for lab in now & (moved | {key}):
            self._enter(lab, had)
        touched: set[LabKey | None] = {*moved}
        for host, owner in had.items():
            touched |= {owner} ^ {self._owner(host)}
        newest = self._first(key.namespace)
        if first != newest or any(own_short_names(lab.name) for lab in (key, *moved)):
            touched |= {first, newest}
        return sorted((lab for lab in touched - {key} if lab is not None), key=str)

    def _counted(self, namespace: str) -> Iterator[LabKey]:
        """The labs of a namespace that are looked after, oldest first."""
        ages = islice(self._ages.get(namespace, ()), self.most_labs or None)
        return (LabKey(namespace, name) for _, name, _ in ages)

    def _first(self, namespace: str) -> LabKey | None:
        labs = self._counted(namespace)
        return next((lab for lab in labs if self._claims[lab].short_names), None)

    def _age(self, key: LabKey) -> Age:
        return self._claims[key].created, key.name, key.namespace

    def _enter(self, key: LabKey, had: dict[str, LabKey | None]) -> None:
        """Its host names count from now on. ``had``: who had them before, if not known yet."""
        for host in self._claims[key].hosts:
            had.setdefault(host, self._owner(host))
            self._claimants.setdefault(host, set()).add(key)

    def _withdraw(self, key: LabKey, had: dict[str, LabKey | None]) -> None:
        """Its host names count no more, if they did. ``had``: as above."""
        for host in self._claims[key].hosts:
            had.setdefault(host, self._owner(host))
            claimants = self._claimants.get(host, set())
            claimants.discard(key)
            if not claimants:
                self._claimants.pop(host, None)

    def _remove(self, key: LabKey) -> None:
        ages = self._ages[key.namespace]
        del ages[bisect_left(ages, self._age(key))]
        if not ages:
            del self._ages[key.namespace]
        del self._claims[key]
