"""How large a pod is, and how a student's own amounts change that.

Memory is request and limit alike, because a lab that swaps or is squeezed teaches nothing; the CPU
limit is generous, because JVMs need a burst at their start, but it is there: many namespaces have
a quota on ``limits.cpu`` and refuse pods without one. Requests of CPU are what an idle lab uses,
and little more: they decide how many labs a node takes, and a class is idle most of the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PROFILES = ("nano", "standard", "resilience")


@dataclass(frozen=True, slots=True)
class Size:
    """CPU request, CPU limit and memory of one pod, and of a JVM its heap."""

    cpu: str
    cpu_limit: str
    memory: str
    heap: str = ""

    def resources(self) -> dict[str, Any]:
        """As a chart takes it."""
        return {
            "requests": {"cpu": self.cpu, "memory": self.memory},
            "limits": {"cpu": self.cpu_limit, "memory": self.memory},
        }


def every_profile(size: Size) -> Mapping[str, Size]:
    """The same size in all profiles: who asks for such a service needs it whole."""
    return dict.fromkeys(PROFILES, size)


def millicores(quantity: str) -> int:
    """``500m`` -> 500, ``2`` -> 2000, ``0.5`` -> 500."""
    if quantity.endswith("m"):
        return int(float(quantity[:-1]))
    return int(float(quantity) * 1000)


MEBIBYTE = 2**20
_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "k": 10**3, "M": 10**6, "G": 10**9, "": 1}


def in_bytes(quantity: str) -> int:
    """``1Gi`` -> 1073741824."""
    number = quantity.rstrip("KMGTPEik")
    unit = quantity[len(number) :]
    return int(float(number) * _UNITS.get(unit, 2**40))


def mebibytes(quantity: str) -> int:
    """``1Gi`` -> 1024, ``640Mi`` -> 640, ``1000000k`` -> 953."""
    return in_bytes(quantity) // MEBIBYTE


def heap(size: Size, memory: str | None) -> str:
    """The heap of a JVM: the profile's, or two fifths of a memory the student asked for."""
    return f"{mebibytes(memory) * 2 // 5}m" if memory else size.heap
