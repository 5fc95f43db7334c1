"""Which of the keys that wait is next: first come, first ready. Pure.

A lab becomes ready in some twenty-five passes. Were they taken in the order in which they are asked
for, a thousand labs made at once would all have their first pass before any had its second, and all
would be ready at the end. So the passes of a start go by when it began.
"""

import heapq
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

START_PASSES: Final = 40
"""Passes of a key that count as its start. Bounded, so that no start holds up others for good."""
GIVES_WAY: Final = 100
"""To how many keys that begin later the second start of a group gives way, the third to twice as
many: who makes twenty labs at once has the first of them as early as anybody."""
TURN_AFTER: Final = 3
"""So many passes of starts in a row, then one of the others, where both wait."""
MOST_KNOWN: Final = 8192


class Arrivals(Generic[K]):
    """Keys that wait, each once. Starts: who began first goes first. All others: groups take turns,
    within one first in is first out.

    Nobody waits for ever: before a start there are only older ones, each with so many passes, and
    of the others one is taken after so many of the starts.

    ``has_room``: whether a key of this group may be taken now.
    """

    def __init__(
        self, group_of: Callable[[K], Hashable], has_room: Callable[[Hashable], bool]
    ) -> None:
        self._group_of = group_of
        self._has_room = has_room
        self._number = 0
        self._begun: OrderedDict[K, tuple[int, int]] = OrderedDict()
        self._left: dict[K, int] = {}
        self._starting_in: dict[Hashable, int] = {}
        self._starts: list[tuple[tuple[int, int], K]] = []
        self._turns: OrderedDict[Hashable, deque[K]] = OrderedDict()
        self._in_a_row = 0

    def add(self, key: K) -> None:
        """It waits from now on; it does not yet."""
        if key not in self._begun:
            self._begin(key)
        if self._left[key]:
            heapq.heappush(self._starts, (self._begun[key], key))
        else:
            self._turns.setdefault(self._group_of(key), deque()).append(key)

    def _begin(self, key: K) -> None:
        group = self._group_of(key)
        before = self._starting_in.get(group, 0)
        self._starting_in[group] = before + 1
        self._number += 1
        self._begun[key] = (self._number + GIVES_WAY * before, self._number)
        self._left[key] = START_PASSES
        if len(self._begun) > MOST_KNOWN:
            self._forget()

    def take(self) -> K | None:
        """The next one, which waits no more; None where none may be taken."""
        ways = [self._next_start, self._next_in_turn]
        if self._in_a_row >= TURN_AFTER:
            ways.reverse()
        for way in ways:
            key = way()
            if key is not None:
                return key
        return None

    def _next_start(self) -> K | None:
        passed_over = []
        found: K | None = None
        while self._starts and found is None:
            entry = heapq.heappop(self._starts)
            if self._has_room(self._group_of(entry[1])):
                found = entry[1]
            else:
                passed_over.append(entry)
        for entry in passed_over:
            heapq.heappush(self._starts, entry)
        if found is not None:
            self._in_a_row += 1
            self._spend(found)
        return found

    def _spend(self, key: K) -> None:
        self._left[key] -= 1
        if not self._left[key]:
            self._started(key)

    def _started(self, key: K) -> None:
        group = self._group_of(key)
        self._starting_in[group] -= 1
        if not self._starting_in[group]:
            del self._starting_in[group]

    def _next_in_turn(self) -> K | None:
        found = next((item for item in self._turns.items() if self._has_room(item[0])), None)
        if found is None:
            return None
        group, keys = found
        key = keys.popleft()
        if keys:
            self._turns.move_to_end(group)
        else:
            del self._turns[group]
        self._in_a_row = 0
        return key

    def _forget(self) -> None:
        """Who has been known for longest: if it is still there, it starts anew, as the youngest."""
        kept = {key for _, key in self._starts}
        kept.update(key for keys in self._turns.values() for key in keys)
        kept.add(next(reversed(self._begun)))
        for key in [k for k in self._begun if k not in kept][: MOST_KNOWN // 4]:
            del self._begun[key]
            if self._left.pop(key):
                self._started(key)
