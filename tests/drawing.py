"""Strategies made from the models of the spec: their formats, bounds, choices and defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from streaminglab_operator.schema import units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.formats import Format

Part = dict[str, Any]
LONGEST = 60
"""Of drawn texts: longer ones cost time and show nothing more."""


def text_of(pattern: str, size: int = 200) -> st.SearchStrategy[str]:
    """Texts of one format of `schema.units`, of a length that the field admits."""
    return st.from_regex(pattern, fullmatch=True).filter(lambda text: len(text) <= size)


def some(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Part]:
    """An object any of whose fields may be left out."""
    return st.fixed_dictionaries({}, optional=optional)


def part_of(model: type[SpecModel]) -> st.SearchStrategy[Part]:
    """Parts of a spec: fields without a default are there, the others may be left out."""
    needed: dict[Any, st.SearchStrategy[Any]] = {}
    optional: dict[Any, st.SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        place = needed if field.is_required() else optional
        place[field.alias or name] = _of_field(field)
    return st.fixed_dictionaries(needed, optional=optional)


def _of_field(field: FieldInfo) -> st.SearchStrategy[Any]:
    return _of(field.annotation, field.metadata)


def _of(kind: Any, said: Iterable[Any]) -> st.SearchStrategy[Any]:
    """Values of a type with what is said of it: bounds of `annotated_types`, and our formats."""
    origin, arguments, words = get_origin(kind), get_args(kind), list(said)
    if origin is Annotated:
        return _of(arguments[0], [*arguments[1:], *words])
    if origin in (Union, UnionType):
        return st.one_of(*(_of(a, words) for a in arguments if a is not type(None)))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is list:
        most = min(_bound(words, "max_length", 2), 2)
        return st.lists(_of(arguments[0], ()), max_size=most, unique_by=repr)
    return _plain(kind, words)


def _plain(kind: Any, words: list[Any]) -> st.SearchStrategy[Any]:
    if isinstance(kind, type) and issubclass(kind, SpecModel):
        return part_of(kind)
    if kind in SCALARS:
        return SCALARS[kind](words)
    raise TypeError(f"no strategy for {kind}: give the service's tests a DRAWN of their own")


def _whole(words: list[Any]) -> st.SearchStrategy[int]:
    return st.integers(_bound(words, "ge", 0), _bound(words, "le", 1000))


def _text(words: list[Any]) -> st.SearchStrategy[str]:
    """All formats hold at once: the first one is drawn, the others are asked."""
    least, most = _bound(words, "min_length", 0), _bound(words, "max_length", LONGEST)
    formats = [word.pattern for word in words if isinstance(word, Format)]
    if not formats:
        return st.text(min_size=least, max_size=min(most, LONGEST))
    return st.from_regex(formats[0], fullmatch=True).filter(
        lambda text: least <= len(text) <= most and all(units.fits(f, text) for f in formats)
    )


def _bound(words: list[Any], name: str, default: int) -> int:
    """The bound that is said last, by pydantic or by `annotated_types`; or the default."""
    found = [getattr(w, name) for w in words if getattr(w, name, None) is not None]
    return int(found[-1]) if found else default


SCALARS: dict[Any, Callable[[list[Any]], st.SearchStrategy[Any]]] = {
    bool: lambda _: st.booleans(),
    int: _whole,
    str: _text,
}
