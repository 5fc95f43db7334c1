"""Who owns what only one lab can have: the short names of a namespace, and host names. Pure.

The older lab has it, and of two as old the first by name. But a short name that is what another
lab of the namespace calls a Service of its own is that one's: a lab `kafka` cannot do without
`kafka-connect`, while the others can be reached by their long names. And the host names that a lab
has by itself, made of its namespace's name and its own, are its own before anybody's claim.

The claims of all labs are indexed by what they are about, so that a change costs what it touches
and not a walk over all labs.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass
from functools import lru_cache

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
    """The claims of all labs; :meth:`change` says whose rights may have changed by it."""

    def __init__(self, most_labs: int = 0) -> None:
        self.most_labs = most_labs
        """Of a namespace; 0: no limit."""
        self._claims: dict[LabKey, Claim] = {}
        self._ages: dict[str, list[Age]] = {}
        self._claimants: dict[str, set[LabKey]] = {}

    def neighbours(self, key: LabKey) -> list[LabKey]:
        """The other labs of a namespace."""
        found = (LabKey(key.namespace, name) for _, name, _ in self._ages.get(key.namespace, ()))
        return [other for other in found if other != key]

    def hosts(self, key: LabKey) -> tuple[frozenset[str], frozenset[str]]:
        """The host names that a lab claims, whoever has them, and those that are its own."""
        claim = self._claims.get(key)
        return (claim.hosts, claim.own) if claim else (frozenset(), frozenset())

    def one_too_many(self, key: LabKey) -> bool:
        """True for a lab of a namespace that has as many older ones as it may have."""
        return bool(self.most_labs) and key not in self._allowed(key.namespace)

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
        claim = self._claims.get(key)
        return frozenset(h for h in claim.hosts if self._owner(h) != key) if claim else frozenset()

    def _owner(self, host: str) -> LabKey:
        """Whose name it is by itself, before all who only wrote it into their spec: such names can
        be guessed, and would be claimed beforehand. Then the oldest."""
        return min(
            self._claimants[host],
            key=lambda key: (host not in self._claims[key].own, self._age(key)),
        )

    def change(self, key: LabKey, claim: Claim | None) -> list[LabKey]:
        """Note what a lab claims now (None: it is gone). The other labs that must be looked at
        again: who had or gets the short names, and who shares a host name with it."""
        before = self._claims.get(key)
        if before == claim:
            return []
        first, allowed = self._first(key.namespace), self._allowed(key.namespace)
        hosts = (claim.hosts if claim else frozenset()) | (before.hosts if before else frozenset())
        if before is not None:
            self._remove(key, before)
        if claim is not None:
            self._add(key, claim)
        touched = {other for host in hosts for other in self._claimants.get(host, ())}
        now = self._first(key.namespace)
        if first != now or own_short_names(key.name):
            touched.update(other for other in (first, now) if other is not None)
        touched |= allowed ^ self._allowed(key.namespace)
        return sorted(touched - {key}, key=str)

    def _first(self, namespace: str) -> LabKey | None:
        labs = (LabKey(namespace, name) for _, name, _ in self._ages.get(namespace, ()))
        return next((lab for lab in labs if self._claims[lab].short_names), None)

    def _allowed(self, namespace: str) -> set[LabKey]:
        ages = self._ages.get(namespace, ())[: self.most_labs]
        return {LabKey(namespace, name) for _, name, _ in ages}

    def _age(self, key: LabKey) -> Age:
        return self._claims[key].created, key.name, key.namespace

    def _add(self, key: LabKey, claim: Claim) -> None:
        self._claims[key] = claim
        insort(self._ages.setdefault(key.namespace, []), self._age(key))
        for host in claim.hosts:
            self._claimants.setdefault(host, set()).add(key)

    def _remove(self, key: LabKey, claim: Claim) -> None:
        ages = self._ages[key.namespace]
        del ages[bisect_left(ages, self._age(key))]
        if not ages:
            del self._ages[key.namespace]
        for host in claim.hosts:
            self._claimants[host].discard(key)
            if not self._claimants[host]:
                del self._claimants[host]
        del self._claims[key]
