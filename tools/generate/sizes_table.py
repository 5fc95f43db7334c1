"""The tables of sizes in docs/teacher.md, from the declarations of services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from streaminglab_operator.api import effective, parse_spec
from streaminglab_operator.services import OPTIONAL, SERVICES, USUAL, Service
from streaminglab_operator.services.jobs import SIZES as JOB
from streaminglab_operator.services.kafka import KAFKA
from streaminglab_operator.services.size import PROFILES, Size, mebibytes, millicores
from tools.generate.architecture_page import between


@dataclass(frozen=True, slots=True)
class Sum:
    """What some pods take together: MiB, thousandths of a core, and the sizes of volumes."""

    pods: int
    memory: int
    cpu: int
    cpu_limit: int
    volumes: tuple[str, ...]

    def cells(self) -> str:
        """As cells of a table: pods, memory, CPU requests, CPU limits, volumes."""
        sizes = sorted(set(self.volumes))
        volumes = ", ".join(f"{self.volumes.count(size)} x {size}" for size in sizes) or "-"
        cpu = f"{self.cpu}m | {self.cpu_limit / 1000:g}"
        return f"{self.pods} | {self.memory} Mi | {cpu} | {volumes}"


def teacher_page(text: str) -> str:
    """The page as it must be, from the page as it is."""
    return between(between(text, "sizes", profiles_table()), "services", services_table())


def profiles_table() -> str:
    """One row for each profile: the pods of `spec: {}` that run on, and one job."""
    rows = [
        "| profile | pods | memory | CPU requests | CPU limits | volumes | one job more |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    rows += [f"| `{p}` | {total(USUAL, p).cells()} | {_job(JOB[p])} |" for p in PROFILES]
    return "\n".join(rows)


def services_table() -> str:
    """One row for each optional service, and what a lab of each profile takes with all of them."""
    rows = [
        "| service | pods | memory | CPU requests | CPU limits | volumes |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for service in OPTIONAL:
        for names, size in _distinct(service):
            counted = ", in the sizes above" if service in USUAL else ""
            rows.append(f"| `{service.part.key}`{counted}{names} | {size.cells()} |")
        if service.variant:
            rows.append(_more(service, service.variant.when))
    rows += [f"| `{p}` with all of them | {total(SERVICES, p).cells()} |" for p in PROFILES]
    return "\n".join(rows)


def _more(service: Service[Any], when: str) -> str:
    asked = total((service,), "standard", {service.part.key: {when: True}})
    return f"| `{service.part.key}` with `{when}: true` | {asked.cells()} |"


def total(
    services: Iterable[Service[Any]], profile: str, asked: Mapping[str, Any] | None = None
) -> Sum:
    """What the pods of some services take in a lab that says no more than its profile.

    ``asked``: parts of the spec by key, of those that say more.
    """
    parts = {s.part.key: {} for s in OPTIONAL} | dict(asked or {})
    spec = effective(parse_spec({"profile": profile, **parts}))
    pods = memory = cpu = cpu_limit = 0
    volumes: list[str] = []
    for service in services:
        part: Any = spec.part(service.part)
        size = service.as_asked(part).sizes[profile]
        count = spec.brokers if service is KAFKA else getattr(part, "workers", 1)
        pods += count
        memory += count * mebibytes(size.memory)
        cpu += count * millicores(size.cpu)
        cpu_limit += count * millicores(size.cpu_limit)
        if service.kind == "StatefulSet":
            volumes += [part.storage] * count
    return Sum(pods, memory, cpu, cpu_limit, tuple(volumes))


def _distinct(service: Service[Any]) -> list[tuple[str, Sum]]:
    """The sums of one service, each with the profiles that it is of, if it is not of all."""
    profiles: dict[Sum, list[str]] = {}
    for profile in PROFILES:
        profiles.setdefault(total((service,), profile), []).append(profile)
    if len(profiles) == 1:
        return [("", size) for size in profiles]
    return [(f", {', '.join(names)}", size) for size, names in profiles.items()]


def _job(size: Size) -> str:
    return f"{mebibytes(size.memory)} Mi, {size.cpu}, limit {size.cpu_limit}"
