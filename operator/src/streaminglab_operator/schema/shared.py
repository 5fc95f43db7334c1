"""Equal specs are one: the labs of a class come from one file."""

import hashlib
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from pydantic import BaseModel

S = TypeVar("S", bound=BaseModel)


class Shared(Generic[S]):
    """Models by the text that they were read from, for as long as somebody holds them.

    They are frozen, so that nobody sees of whom else they are. A spec takes some 10 KB as models,
    a fifth of what a lab takes of memory.
    """

    def __init__(self) -> None:
        self._known: WeakValueDictionary[bytes, S] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, text: bytes, parse: Callable[[], S]) -> S:
        """What ``parse`` makes of a text, or what it made of the same one before. What it raises is
        not kept."""
        key = hashlib.sha256(text).digest()
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = parse()
        return found
