"""Equal specs are one: the labs of a class come from one file."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic
from weakref import WeakValueDictionary

from streaminglab_operator.schema.kinds import S
from streaminglab_operator.schema.validation import Problem

MAX_SOUND = 1024
"""Specs, each with the name of an object, of which it is known that no rule is broken."""


class Shared(Generic[S]):
    """Models by the text that they were read from, for as long as somebody holds them.

    They are frozen, so that nobody sees of whom else they are. A spec takes some 10 KB as models, a
    fifth of what a lab takes of memory, and to check it takes longest when the operator starts.
    """

    def __init__(self) -> None:
        self._known: WeakValueDictionary[bytes, S] = WeakValueDictionary()
        self._sound: OrderedDict[tuple[bytes, str], None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def get(
        self,
        text: bytes,
        name: str,
        parse: Callable[[], S],
        check: Callable[[S], tuple[Problem, ...]],
    ) -> tuple[S, tuple[Problem, ...]]:
        """What ``parse`` makes of a text, or what it made of the same one before, and what is wrong
        with it in an object of that name. What ``parse`` raises is not kept."""
        key = hashlib.sha256(text).digest()
        spec = self._known.get(key)
        if spec is None:
            spec = self._known[key] = parse()
        if (key, name) in self._sound:
            self._sound.move_to_end((key, name))
            return spec, ()
        problems = check(spec)
        if not problems:
            self._sound[key, name] = None
            if len(self._sound) > MAX_SOUND:
                self._sound.popitem(last=False)
        return spec, problems
