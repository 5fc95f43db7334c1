"""The base class of everything that the operator writes under `status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import ConfigDict, ValidationError

from streaminglab_operator.schema.base import ApiModel


class StatusModel(ApiModel):
    """Part of `status`. Unknown keys are passed over: a newer operator may have written them."""

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def read(cls, raw: object) -> Self:
        """A status as it is stored, whoever wrote it there: it never raises.

        What cannot be read (another type, a reason that this version does not know) is left out,
        the smallest part that can be: one unknown word must not lose which connectors are ours.
        ``observedGeneration`` is then left out too, so that it differs from any status that is
        computed, and is written anew.
        """
        if not isinstance(raw, Mapping):
            return cls()
        rest: Any = raw
        while True:
            try:
                return cls.model_validate(rest)
            except ValidationError as error:
                spoilt = {_place(e["type"], e["loc"]) for e in error.errors(include_url=False)}
                rest = _without(rest, spoilt | {("observedGeneration",), ("observed_generation",)})


_Place = tuple[int | str, ...]


def _place(kind: str, location: _Place) -> _Place:
    """Where something has to go: of an item that lacks a field, the item."""
    return location[:-1] if kind == "missing" else location


def _without(raw: Any, places: set[_Place], here: _Place = ()) -> Any:
    """The same JSON without what is at these places."""
    if isinstance(raw, Mapping):
        found = ((k, v) for k, v in raw.items() if (*here, k) not in places)
        return {k: _without(v, places, (*here, k)) for k, v in found}
    if isinstance(raw, list):
        kept = ((i, v) for i, v in enumerate(raw) if (*here, i) not in places)
        return [_without(v, places, (*here, i)) for i, v in kept]
    return raw
