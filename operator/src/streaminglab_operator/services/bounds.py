"""What a namespace allows a pod's size to be, and the size that fits it. Pure.

Every container of one of our pods has the same size, and no two of them run side by side
(tests/charts/test_sizes.py), so that what a LimitRange says of a container and what it says of a
pod is one and the same here. Which bounds there are: :mod:`plan.limit_ranges`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from streaminglab_operator.schema.parts import ResourceSpec
from streaminglab_operator.services.size import MEBIBYTE, Size, heap, in_bytes, millicores

STARTS = 500
"""Thousandths of a core with which a JVM is up well before its probes give up. A ratio lowers a
limit to this and no further; what is still missing is asked for."""
MOST_CPU = 8_000
MOST_MEMORY = 32 * 1024 * MEBIBYTE
"""What no part of a lab is raised beyond, whatever a LimitRange asks for."""
THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Range:
    """What one resource may be: thousandths of a core, or bytes.

    - ``least``, ``most``: of request and limit; ``most`` None: there is none
    - ``ratio``: limit over request, at most, in thousandths; None: any
    """

    least: int = 0
    most: int | None = None
    ratio: int | None = None

    @property
    def possible(self) -> bool:
        """Whether anything at all is within it."""
        most, ratio = self.most, self.ratio
        return (most is None or max(self.least, 1) <= most) and (ratio is None or ratio >= THOUSAND)

    def allows(self, request: int, limit: int) -> bool:
        """Whether a container is admitted; the ratio as the API server computes it, in floating
        point (Kubernetes, plugin/pkg/admission/limitranger)."""
        if request < self.least or (self.most is not None and limit > self.most):
            return False
        return self.ratio is None or limit / max(request, 1) * THOUSAND <= self.ratio


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a pod's resources may be."""

    cpu: Range = Range()
    memory: Range = Range()

    def text(self) -> str:
        """As it is kept with the workload that was sized by it: six numbers."""
        return " ".join(_word(n) for r in (self.cpu, self.memory) for n in _numbers(r))

    def allows(self, size: Size) -> bool:
        """Whether a pod of this size is admitted."""
        memory = in_bytes(size.memory)
        cpu = millicores(size.cpu), millicores(size.cpu_limit)
        return self.cpu.allows(*cpu) and self.memory.allows(memory, memory)


FREE = Bounds()
"""Where no LimitRange says anything."""


def bounds_from(text: str) -> Bounds:
    """What :meth:`Bounds.text` wrote; ``FREE`` of anything else."""
    words = text.split(" ")
    if len(words) != 6 or not all(w == "-" or (w.isascii() and w.isdigit()) for w in words):  # noqa: PLR2004 (numbers of two ranges)
        return FREE
    numbers = [None if w == "-" else int(w) for w in words]
    cpu, memory = numbers[:3], numbers[3:]
    return Bounds(Range(cpu[0] or 0, *cpu[1:]), Range(memory[0] or 0, *memory[1:]))


def _numbers(found: Range) -> tuple[int | None, ...]:
    return found.least, found.most, found.ratio


def _word(number: int | None) -> str:
    return "-" if number is None else str(number)


def over(said: ResourceSpec | None, profile: ResourceSpec | None) -> ResourceSpec | None:
    """What a lab says of a part's size, and where it says nothing what its profile does. Request
    and limit of CPU are of one of them: those of two may not go together."""
    if said is None or profile is None:
        return said or profile
    cpu = profile if said.cpu is said.cpu_limit is None else said
    memory = said.memory or profile.memory
    return said.model_copy(update={"cpu": cpu.cpu, "cpu_limit": cpu.cpu_limit, "memory": memory})


def sized(size: Size, said: ResourceSpec | None, bounds: Bounds = FREE) -> Size:
    """The size of one pod: what the lab said stays as it is said, the rest is made to fit.

    ``size``: the usual one; ``said``: the lab's own. Where nothing fits, the usual one stays.
    """
    asked = (said.cpu, said.cpu_limit, said.memory) if said else (None, None, None)
    return _sized(size, *asked, bounds)


@lru_cache(maxsize=1024)
def _sized(
    size: Size, cpu: str | None, cpu_limit: str | None, memory: str | None, bounds: Bounds
) -> Size:
    """Worked out once: the labs of a class have a dozen sizes together, at each pass again."""
    fits = memory or _memory(size, bounds.memory)
    raised = fits if fits != size.memory else None
    request, limit = _cpu(size, cpu, cpu_limit, bounds.cpu)
    return Size(request, limit, fits, heap(size, memory or raised) if size.heap else "")


def _memory(size: Size, found: Range) -> str:
    """Raised to the least; never lowered: with less it would be killed."""
    usual = in_bytes(size.memory)
    if not found.possible or usual >= found.least or found.least > MOST_MEMORY:
        return size.memory
    whole = -(-found.least // MEBIBYTE)
    if found.most is not None and whole * MEBIBYTE > found.most:
        return str(found.least)
    return f"{whole}Mi"


def _cpu(size: Size, asked: str | None, asked_limit: str | None, found: Range) -> tuple[str, str]:
    """Request and limit, each as it was said, or else as it fits."""
    request, limit = millicores(asked or size.cpu), millicores(asked_limit or size.cpu_limit)
    fits = found.possible and found.least <= MOST_CPU
    within = found if fits else Range()
    if asked is not None:
        limit = max(request, _limit_over(request, max(request, limit), within))
    elif asked_limit is not None:
        request = _request_under(limit, request, within)
    else:
        request = _clamped(request, within)
        limit = _limit_over(request, max(request, _clamped(limit, within)), within, STARTS)
        request = _request_under(limit, request, within)
    said = asked if limit == request else None
    return asked or _cores(request), asked_limit or said or _cores(limit)


def _clamped(amount: int, within: Range) -> int:
    amount = max(amount, within.least)
    return amount if within.most is None else min(amount, within.most)


def _limit_over(request: int, limit: int, within: Range, floor: int = 0) -> int:
    """A limit that a request may have, lowered to ``floor`` at most."""
    limit = limit if within.most is None else min(limit, within.most)
    while within.ratio is not None and limit > max(request, floor):
        if limit / max(request, 1) * THOUSAND <= within.ratio:
            break
        limit = max(request, floor, min(limit - 1, request * within.ratio // THOUSAND))
    return limit


def _request_under(limit: int, request: int, within: Range) -> int:
    """A request that a limit may have: no more than the limit, and as little as may be."""
    request = min(limit, max(request, within.least))
    while within.ratio is not None and limit / max(request, 1) * THOUSAND > within.ratio:
        request = min(limit, max(request + 1, -(-limit * THOUSAND // within.ratio)))
    return request


def _cores(amount: int) -> str:
    """``500`` -> 500m, ``2000`` -> 2."""
    return f"{amount}m" if amount % THOUSAND else str(amount // THOUSAND)
