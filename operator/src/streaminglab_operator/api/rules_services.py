"""Rules that follow from the declarations of services, and from the formats of all fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.schema import units
from streaminglab_operator.schema.formats import CPU, Format, places
from streaminglab_operator.schema.rules import (
    Case,
    Rule,
    failing,
    fixed_rule,
    format_rule,
    matches,
)
from streaminglab_operator.services import SERVICES
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.pieces import Requires
from streaminglab_operator.services.size import millicores

FIXED = (
    "this cannot change while the part exists: take the part out of the spec (its data goes with "
    "it, unless retainData is true) and put it in again"
)


def _formats() -> Iterator[Rule]:
    found: dict[Format, list[str]] = {}
    for format_, place in places(StreamingLabSpec, "spec"):
        found.setdefault(format_, []).append(place)
    yield from (format_rule(format_, *at) for format_, at in found.items())


def _cpu_limits() -> Rule:
    """Kubernetes refuses a container whose limit is below its request, and names no field of ours.

    Sizes that are no CPU have their own rule, and are passed over by this one.
    """
    cpu = {at.removesuffix(".cpu") for f, at in places(StreamingLabSpec, "spec") if f is CPU}
    at = tuple(sorted(place for place in cpu if place.endswith(".resources")))

    def fine(said: Mapping[str, str]) -> bool:
        both = [
            said[key] for key in ("cpu", "cpuLimit") if units.fits(units.CPU, said.get(key, ""))
        ]
        return len(both) < 2 or millicores(both[0]) <= millicores(both[1])  # noqa: PLR2004 (both)

    known = " && ".join(
        f"has(self.{key}) && {matches(f'self.{key}', units.CPU)}" for key in ("cpu", "cpuLimit")
    )
    return Rule(
        id="cpu-limit-not-below-cpu",
        at=at,
        field_path=".cpuLimit",
        cel=f"!({known}) || {_cel_millicores('cpuLimit')} >= {_cel_millicores('cpu')}",
        message="the most that a pod may use is no less than what it is sure to get: raise "
        "cpuLimit, or lower cpu",
        check=lambda case: (f"{path}.cpuLimit" for path in failing(at, fine)(case)),
    )


def _cel_millicores(key: str) -> str:
    number = f"int(self.{key}.replace('m', ''))"
    return f"(self.{key}.endsWith('m') ? {number} : {number} * 1000)"


def _requirement(service: Service[Any], other: Requires) -> Rule:
    """`other` is a part that may be unset, or the switch `weather`."""
    key, field = service.part.key, service.part.field
    names = {s.part.key: s.part.field for s in SERVICES}

    def check(case: Case[Any]) -> Iterator[str]:
        there = getattr(case.new, names.get(other.key, other.key))
        if getattr(case.new, field) is not None and (there is None or there is False):
            yield f"spec.{key}"

    given = f"has(self.{other.key})" if other.key in names else f"self.{other.key}"
    return Rule(
        id=f"{key}-needs-{other.key}",
        at=("spec",),
        field_path=f".{key}",
        cel=f"!has(self.{key}) || {given}",
        message=other.message,
        check=check,
    )


def _rules() -> Iterator[Rule]:
    for service in SERVICES:
        yield from service.rules
        yield from (_requirement(service, other) for other in service.requires)
        part = service.part.key
        for name in service.fixed:
            yield fixed_rule(f"{part}-{name.lower()}-fixed", f"spec.{part}.{name}", FIXED)
    yield from _formats()
    yield _cpu_limits()


SERVICE_RULES: tuple[Rule, ...] = tuple(_rules())
