"""How much memory the specs of a namespace's labs may take together. Pure.

A lab costs its namespace nothing: whoever may edit one may make thousands, each with a spec of the
largest size, and all of them are read, also those that are too many to be looked after.
"""

from streaminglab_operator.names import LabKey

MOST_BYTES = 48 * 1024 * 1024
"""About what twenty labs with specs of the largest size take: of the operator's 384 MiB."""
EACH_BYTES = 12 * 1024
TIMES = 8
"""Measured (tracemalloc): a lab with an empty spec takes 11 KB, and one of many short values eight
times its text more."""


class Rooms:
    """By namespace, what the labs that have a place take."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._costs: dict[str, dict[str, int]] = {}
        self._sums: dict[str, int] = {}

    def take(self, key: LabKey, size: int) -> bool:
        """Whether a spec of so many bytes of JSON has a place, in that of the lab's former one."""
        self.leave(key)
        cost = EACH_BYTES + TIMES * size
        if self._sums.get(key.namespace, 0) + cost > self._most:
            return False
        self._costs.setdefault(key.namespace, {})[key.name] = cost
        self._sums[key.namespace] = self._sums.get(key.namespace, 0) + cost
        return True

    def leave(self, key: LabKey) -> None:
        """The lab is gone, or has another spec."""
        costs = self._costs.get(key.namespace)
        if costs is None:
            return
        self._sums[key.namespace] -= costs.pop(key.name, 0)
        if not costs:
            del self._costs[key.namespace], self._sums[key.namespace]
