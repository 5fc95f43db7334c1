"""What a declaration is put together of, as far as it does not look at a lab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.services.size import Size

P = TypeVar("P", bound=SpecModel)


@dataclass(frozen=True, slots=True)
class Page:
    """A page for a browser, with the words of its field in ``spec.access.ingress.hosts``.

    - ``login``: it asks for one that was made for browsers; without, it is exposed only where the
      spec names its host, or lists it as open
    - ``word``: what stands for it in the host names of a work group; None: its component
    """

    description: str
    login: bool = True
    word: str | None = None

    def exposed(self, *, named: bool) -> bool:
        """Whether a lab with host names shows it to browsers; ``named``: the spec asks for it.

        The one place where this is decided: by it a page gets its host, and by it the ingress
        controller gets through the NetworkPolicy.
        """
        return self.login or named


@dataclass(frozen=True, slots=True)
class Part(Generic[P]):
    """A part of the spec: its field, model, words, and name in the API if not the usual one.

    ``optional``: what it stands for is there when its key is there, however empty;
    ``by_default``: also without its key, unless its field ``enabled`` is false.
    """

    field: str
    model: type[P]
    description: str
    alias: str = ""
    optional: bool = True
    by_default: bool = False

    @property
    def key(self) -> str:
        """Its name in the API: ``schemaRegistry``."""
        first, *others = self.field.split("_")
        return self.alias or first + "".join(word.capitalize() for word in others)

    @property
    def without(self) -> str:
        """What somebody does who wants the lab to be without it."""
        if self.by_default:
            return f"set spec.{self.key}.enabled to false"
        return f"take spec.{self.key} out"


@dataclass(frozen=True, slots=True)
class Variant:
    """What a service is made of; or another way to make it.

    - ``images``: keys of the images without which it cannot be; ``sizes``: of its pods
    - ``when``: the field of its part of the spec that asks for it, a boolean; empty: the usual way
    """

    images: tuple[str, ...]
    sizes: Mapping[str, Size]
    when: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """What a catalog's other services read to find this one, by Onyxia's convention.

    - ``kind``: the value of the annotation ``onyxia/discovery``
    - ``values``: part of the spec, name of the lab, and its credentials -> a Secret's values;
      ``bare``: keys whose value the readers take as it stands in ``data``, without decoding it
    """

    kind: str
    values: Callable[[Any, str, Mapping[str, str]], Mapping[str, str]]
    bare: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requires:
    """Another part of the spec, by its key, without which the spec is refused, and the message."""

    key: str
    message: str
