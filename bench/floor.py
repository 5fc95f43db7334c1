"""The floor: the same objects by raw server-side apply, in a burst, with nobody deciding anything.

No operator can be faster than this without making other objects.
"""

import time
from collections import defaultdict
from dataclasses import dataclass

from bench.client import Client, Json, at_rate, in_parallel
from bench.labs import WORKLOADS, body, path_of
from bench.machine import OtherLoad
from bench.waiting import Tracker

AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds from the first request until all were answered, and until all pods were ready."""

    applied: float
    ready: float
    others: float
    """Share of the machine that others used meanwhile."""


async def raw(
    client: Client, documents: list[Json], pods: Tracker, count: int, rate: float = 0.0
) -> Floor:
    """Apply lab by lab, configuration before workloads; wait for ``count`` pods.

    ``rate``: labs a second, where those of the operator came so; 0: all at once.
    """
    labs: dict[str, list[Json]] = defaultdict(list)
    for document in documents:
        labs[document["metadata"]["namespace"]].append(document)
    requests = {n: [(path_of(d), body(d)) for d in ordered(d)] for n, d in labs.items()}
    others, started = OtherLoad(), time.monotonic()

    async def one(namespace: str) -> None:
        for path, text in requests[namespace]:
            await client.apply(path, text)

    jobs = [one(namespace) for namespace in requests]
    await (at_rate(jobs, rate) if rate else in_parallel(jobs, AT_ONCE))
    applied = time.monotonic() - started
    ready = await pods.until(count, 600) - started
    return Floor(applied, ready, others.share())


def ordered(documents: list[Json]) -> list[Json]:
    """What workloads mount comes before them."""
    return sorted(documents, key=lambda d: d["kind"] in WORKLOADS)
