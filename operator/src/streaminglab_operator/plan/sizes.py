"""How large each pod is, by profile.

Memory is request and limit alike, because a lab that swaps or is squeezed teaches nothing; the CPU
limit is generous, because JVMs need a burst at their start, but it is there: many namespaces have
a quota on ``limits.cpu`` and refuse pods without one.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Size:
    """CPU request, CPU limit and memory of one pod, and of a JVM its heap."""

    cpu: str
    cpu_limit: str
    memory: str
    heap: str = ""

    def resources(self, cpu: str | None = None, memory: str | None = None) -> dict[str, Any]:
        """As a chart takes it; ``cpu`` and ``memory`` are the student's own wishes."""
        request = cpu or self.cpu
        most = memory or self.memory
        limit = self.cpu_limit
        if cpu and millicores(cpu) > millicores(limit):
            limit = cpu
        return {
            "requests": {"cpu": request, "memory": most},
            "limits": {"cpu": limit, "memory": most},
        }


# Requests of CPU are what an idle lab uses, and little more: they decide how many labs a node
# takes, and a class is idle most of the time.
SIZES: dict[str, dict[str, Size]] = {
    "nano": {
        "kafka": Size("50m", "2", "512Mi", "192m"),
        "influxdb": Size("25m", "1", "256Mi"),
        "telegraf": Size("10m", "500m", "128Mi"),
        "jobs": Size("10m", "1", "128Mi"),
    },
    "standard": {
        "kafka": Size("100m", "2", "640Mi", "256m"),
        "influxdb": Size("50m", "2", "512Mi"),
        "telegraf": Size("20m", "1", "128Mi"),
        "jobs": Size("20m", "1", "256Mi"),
    },
    "resilience": {
        "kafka": Size("75m", "2", "640Mi", "256m"),
        "influxdb": Size("50m", "2", "512Mi"),
        "telegraf": Size("20m", "1", "128Mi"),
        "jobs": Size("20m", "1", "256Mi"),
    },
}


# The optional services, the same in every profile: who asks for one needs it whole.
SERVICE_SIZES: dict[str, Size] = {
    "connect": Size("50m", "2", "896Mi", "384m"),
    "kafka-ui": Size("25m", "1", "640Mi", "256m"),
    "schema-registry": Size("25m", "1", "512Mi", "192m"),
    "ksqldb": Size("50m", "2", "1536Mi", "512m"),
    "postgresql": Size("25m", "1", "256Mi"),
    "mongodb": Size("50m", "1", "768Mi"),
    "sftp": Size("10m", "500m", "96Mi"),
    "jupyter": Size("25m", "2", "1Gi"),
    "grafana": Size("25m", "1", "512Mi"),
    "toolbox": Size("10m", "1", "256Mi"),
    "dbt": Size("10m", "1", "384Mi"),
}


def millicores(quantity: str) -> int:
    """``500m`` -> 500, ``2`` -> 2000, ``0.5`` -> 500."""
    if quantity.endswith("m"):
        return int(float(quantity[:-1]))
    return int(float(quantity) * 1000)


_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "k": 10**3, "M": 10**6, "G": 10**9, "": 1}


def mebibytes(quantity: str) -> int:
    """``1Gi`` -> 1024, ``640Mi`` -> 640, ``1000000k`` -> 953."""
    number = quantity.rstrip("KMGTPEik")
    unit = quantity[len(number) :]
    return int(float(number) * _UNITS.get(unit, 2**40) / 2**20)


def heap(size: Size, memory: str | None) -> str:
    """The heap of a broker: the profile's, or two fifths of a memory the student asked for."""
    return f"{mebibytes(memory) * 2 // 5}m" if memory else size.heap
