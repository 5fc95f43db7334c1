"""Objects with the label of a lab that nobody knows: kept in case it appears, and bounded. Pure.

A lab can be seen after its objects, and its objects stay a while after it. But anybody may put the
label on whatever he likes, without any lab: of such objects only so many are kept, and of one
namespace only a share, so that no namespace drives out what is another's.
"""

from collections import OrderedDict

from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import ObjectKey

MAX_BYTES = 16 * 1024 * 1024
SHARE = 4
"""One namespace has at most this part of it."""

Stray = tuple[LabKey, ObjectKey]


class Strays:
    """An index of strays by namespace, oldest first, with the bytes that each of them takes."""

    def __init__(self, most: int = MAX_BYTES) -> None:
        self._most = most
        self._namespaces: dict[str, OrderedDict[Stray, int]] = {}
        self._sizes: dict[str, int] = {}

    def __len__(self) -> int:
        return sum(map(len, self._namespaces.values()))

    def note(self, stray: Stray, size: int) -> list[Stray]:
        """Count an object in; those that have to go for it."""
        self.forget(stray)
        namespace = stray[0].namespace
        self._namespaces.setdefault(namespace, OrderedDict())[stray] = size
        self._sizes[namespace] = self._sizes.get(namespace, 0) + size
        gone = []
        while self._sizes.get(namespace, 0) > self._most // SHARE:
            gone.append(self._oldest(namespace))
        while sum(self._sizes.values()) > self._most:
            gone.append(self._oldest(max(self._sizes, key=self._sizes.__getitem__)))
        return gone

    def forget(self, stray: Stray) -> None:
        """It is gone, or belongs to a lab now."""
        namespace = stray[0].namespace
        known = self._namespaces.get(namespace, OrderedDict())
        size = known.pop(stray, None)
        if size is None:
            return
        self._sizes[namespace] -= size
        if not known:
            del self._namespaces[namespace], self._sizes[namespace]

    def _oldest(self, namespace: str) -> Stray:
        stray = next(iter(self._namespaces[namespace]))
        self.forget(stray)
        return stray
