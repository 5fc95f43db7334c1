"""The newest that is known of the lab, and the bell for those who show it.

There is one state and no queue: who is slow misses what was in between, and costs no memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from streaminglab_base.clock import Clock
from streaminglab_page.bell import Bell
from streaminglab_page.view import Lab

CLOCK = Clock()


class Unread(StrEnum):
    """Why the lab cannot be read; the browser has a sentence for each."""

    CONNECTING = "connecting"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Trouble:
    """The lab cannot be read. ``detail``: in the words of who refused."""

    cause: Unread
    detail: str = ""


class Board:
    """What the watch writes and every browser reads."""

    def __init__(
        self, clock: Callable[[], float] = CLOCK.monotonic, bell: Bell | None = None
    ) -> None:
        self._clock = clock
        self.bell = bell or Bell()
        self._lab: Lab | None = None
        self._trouble: Trouble | None = Trouble(Unread.CONNECTING)
        self._heard = clock()
        self.version = 0
        self.closed = False
        self._text = self._written()

    def show(self, lab: Lab) -> None:
        """The lab is like this now."""
        self._set(lab, None)

    def fail(self, trouble: Trouble) -> None:
        """The lab cannot be read; what was seen last stays, and ages."""
        if self._trouble is None:
            self._heard = self._clock()
        self._set(self._lab, trouble)

    def clear(self) -> None:
        """There is no such lab (any more): nothing of it stays."""
        self._set(None, Trouble(Unread.MISSING))

    def close(self) -> None:
        """The page ends: nobody waits for news any more."""
        self.closed = True
        self._ring()

    @property
    def lab(self) -> Lab | None:
        """The lab as it was seen last."""
        return self._lab

    def text(self) -> str:
        """All of it as JSON, made once for all readers but for the seconds since it was true."""
        age = 0 if self._trouble is None else max(0, round(self._clock() - self._heard))
        return f'{{"age": {age}, {self._text[1:]}'

    def _set(self, lab: Lab | None, trouble: Trouble | None) -> None:
        if (lab, trouble) == (self._lab, self._trouble):
            return
        self._lab, self._trouble = lab, trouble
        self._text = self._written()
        self._ring()

    def _ring(self) -> None:
        self.version += 1
        self.bell.ring()

    def _written(self) -> str:
        trouble = asdict(self._trouble) if self._trouble else None
        return json.dumps({"trouble": trouble, "lab": asdict(self._lab) if self._lab else None})
