"""Which field of the spec sizes what was refused, and what to write there. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit
from streaminglab_operator.observed.violations import Violation, violations
from streaminglab_operator.plan.limit_ranges import Limits
from streaminglab_operator.services import BY_NAME

_BY_SIZE = frozenset({Reason.LIMIT_RANGE, Reason.QUOTA_EXCEEDED})
_MOST = 4
_FIELDS = {
    ("cpu", "request"): "resources.cpu",
    ("cpu", "limit"): "resources.cpuLimit",
    ("memory", "request"): "resources.memory",
    ("memory", "limit"): "resources.memory",
    ("storage", "request"): "storage",
}
_KEYS = {"min": "min", "max": "max", "ratio": "maxLimitRequestRatio"}


def with_field(why: Culprit, component: str, limits: Limits) -> Culprit:
    """The same with what to write, where the size of a part is what is refused."""
    if why.reason not in _BY_SIZE or component not in BY_NAME:
        return why
    said = list(dict.fromkeys(_advice(why.message, component, limits)))[:_MOST]
    return replace(why, message=f"{why.message}. {'; '.join(said)}") if said else why


def _advice(message: str, component: str, limits: Limits) -> Iterator[str]:
    for found in violations(message):
        impossible = _impossible(found.resource, limits)
        unsaid = found.rule == "unsaid"
        field = None if unsaid else _FIELDS.get((found.resource, found.of))
        if impossible:
            yield impossible
        elif field is not None:
            path = f"spec.{BY_NAME[component].part.key}.{field}"
            yield f"Set {path}{_what(found)}{_by(found, limits)}"
        elif found.rule == "unsaid":
            yield (
                f"The quota counts {found.resource}, of which pods of a lab say nothing: ask the "
                f"administrator for {_site(found.resource)}a LimitRange with defaults for it, or "
                "for a quota without"
            )
        elif found.rule != "quota":
            yield f"No field of a lab sets {found.resource}: ask the administrator"


def _site(resource: str) -> str:
    """What the operator's values can say of it."""
    return "site.pods.ephemeralStorage, " if resource.endswith("ephemeral-storage") else ""


def _what(found: Violation) -> str:
    if found.rule == "min":
        return f" to {found.bound} or more"
    if found.rule == "max":
        return f" to {found.bound} or less"
    if found.rule == "ratio":
        return f" to {found.bound} times resources.cpu or less"
    return " lower, or something else of the namespace"


def _by(found: Violation, limits: Limits) -> str:
    name = limits.by.get((found.resource, _KEYS.get(found.rule, "")))
    return f" (LimitRange {name})" if name else ""


def _impossible(resource: str, limits: Limits) -> str:
    bounds = {"cpu": limits.bounds.cpu, "memory": limits.bounds.memory}.get(resource)
    if bounds is None or bounds.possible:
        return ""
    names = sorted({name for (of, _), name in limits.by.items() if of == resource})
    which = " and ".join(names[:3])
    return f"No {resource} is within LimitRange {which}: ask the administrator to change it"
