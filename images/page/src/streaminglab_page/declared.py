"""What the operator has declared, as this version of it does: data/declared.json, generated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Declared:
    """What this version of the operator says of itself.

    - ``ways_of_data``: from which part data goes to which
    - ``well``: reasons of a part that is as it shall be; ``under_way``: of one that is on its way,
      or rests because it shall. Every other one is trouble
    - ``summaries``: conditions that say again what others say, or that are good when they are False
    - ``means``: reason -> what it means; ``cures``: reason -> what to do; ``wait``: the cure of
      what only waits
    - ``french``: each sentence of these, and each word of a lab's phase, in French
    """

    ways_of_data: tuple[tuple[str, str], ...]
    well: frozenset[str]
    under_way: frozenset[str]
    summaries: frozenset[str]
    wait: str
    cures: Mapping[str, str]
    means: Mapping[str, str]
    french: Mapping[str, str]

    def state(self, count: str, reason: str) -> str:
        """``ready``, ``waiting`` or ``trouble``, of a part's count such as 2/3 and its reason."""
        here, _, wanted = count.partition("/")
        well = not reason or reason in self.well
        if well and here == wanted:
            return "ready"
        return "waiting" if well or reason in self.under_way else "trouble"


@cache
def declared() -> Declared:
    """All of it."""
    text = (files("streaminglab_page") / "data" / "declared.json").read_text(encoding="utf-8")
    found = json.loads(text)
    ways = tuple((start, end) for start, end in found["ways_of_data"])
    return Declared(
        ways,
        well=frozenset(found["well"]),
        under_way=frozenset(found["under_way"]),
        summaries=frozenset(found["summaries"]),
        wait=found["wait"],
        cures=found["cures"],
        means=found["means"],
        french=found["french"],
    )
