"""Which amounts a LimitRange or a quota does not let pass, from the API server's words. Pure.

The words are those of Kubernetes' admission plugins LimitRanger and ResourceQuota
(plugin/pkg/admission/limitranger, pkg/quota/v1).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = r"([a-z][a-z0-9./-]{0,62})"
_NUMBER = r"([0-9][0-9.A-Za-z]{0,31}?)"
_BOUND = re.compile(
    rf"(minimum|maximum) {_WORD} usage per [A-Za-z]{{3,32}} is {_NUMBER}[,.] +"
    r"(?:but (request|limit) is|No (request|limit) is)"
)
_RATIO = re.compile(rf"{_WORD} max limit to request ratio per [A-Za-z]{{3,32}} is {_NUMBER},")
_QUOTA = re.compile(r"exceeded quota: [^,]{1,253}, requested: (.*?), used: ")
_UNSAID = re.compile(r"failed quota: .{1,253}?: must specify ([a-z0-9./,-]{1,512})")
_TERMS = {"minimum": "min", "maximum": "max"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One amount. ``rule``: ``min``, ``max``, ``ratio``, ``quota``, or ``unsaid``: a quota counts
    it, and the pod does not say it; ``of``: ``request`` or ``limit``; ``bound``: what is allowed,
    as it was said; empty for a quota."""

    rule: str
    resource: str
    of: str
    bound: str = ""


def violations(message: str) -> Iterator[Violation]:
    """All that a refusal names, in its order by kind."""
    for rule, resource, bound, but, lacking in _BOUND.findall(message):
        yield Violation(_TERMS[rule], resource, but or lacking, bound)
    for resource, bound in _RATIO.findall(message):
        yield Violation("ratio", resource, "limit", bound)
    for requested in _QUOTA.findall(message):
        for pair in requested.split(",")[:16]:
            of, _, resource = pair.partition("=")[0].rpartition(".")
            yield Violation("quota", resource, "limit" if of == "limits" else "request")
    for lacking in _UNSAID.findall(message):
        for name in lacking.split(",")[:16]:
            yield Violation("unsaid", name, "limit" if name.startswith("limits.") else "request")
