"""Messages a second of each topic, from how its end offsets move. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from streaminglab_page.kafka.view import Place

SAMPLES = 6
"""At two seconds each: what is shown is a mean of ten seconds."""


class Rates:
    """Fed with end offsets from time to time."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, Mapping[Place, int]]] = deque(maxlen=SAMPLES)

    def see(self, end: Mapping[Place, int], at: float) -> dict[str, float]:
        """The rate by topic; a topic that was not there before has none yet."""
        if self._samples and at - self._samples[-1][0] > SAMPLES * 2:
            self._samples.clear()  # Nobody looked for a while: a mean over it would say little.
        self._samples.append((at, end))
        began, before = self._samples[0]
        seconds = at - began
        if seconds <= 0:
            return {}
        moved: dict[str, int] = {}
        for place, offset in end.items():
            if place in before:
                moved[place[0]] = moved.get(place[0], 0) + max(0, offset - before[place])
        return {topic: round(count / seconds, 1) for topic, count in moved.items()}
