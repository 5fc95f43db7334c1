"""Which labs the operator was told of, and of which edit of each: to be held against the truth."""

from collections.abc import Mapping
from typing import Any

GONE = -1
"""In the place of the generation of a lab that is there no more."""


class Heard:
    """By uid the newest generation that kopf has told, whether or not anything could be made of it:
    a lab that cannot be read was told nevertheless."""

    def __init__(self) -> None:
        self._generations: dict[str, int] = {}

    def note(self, event: str, raw: Mapping[str, Any]) -> None:
        """An event of the watch of labs, or an entry of a list of them."""
        metadata = raw.get("metadata")
        uid = metadata.get("uid") if isinstance(metadata, Mapping) else None
        if not isinstance(metadata, Mapping) or not isinstance(uid, str):
            return
        if event == "DELETED":
            self._generations.pop(uid, None)
            return
        generation = metadata.get("generation")
        reported = generation if isinstance(generation, int) else 0
        self._generations[uid] = max(reported, self._generations.get(uid, 0))

    def __len__(self) -> int:
        return len(self._generations)

    def untold(self, there: Mapping[str, int]) -> dict[str, int]:
        """Of the labs that are there (uid, generation) those of which nothing so new was told."""
        return {uid: g for uid, g in there.items() if self._generations.get(uid, GONE) < g}

    def missed(self, there: Mapping[str, int]) -> dict[str, int]:
        """Those, and labs that are there no more, which was not told either."""
        return self.untold(there) | {uid: GONE for uid in self._generations if uid not in there}

    def still(self, uid: str, generation: int) -> bool:
        """Whether what was missed is not told yet; ``generation`` as from :meth:`missed`."""
        known = self._generations.get(uid)
        return known is not None if generation == GONE else known is None or known < generation
