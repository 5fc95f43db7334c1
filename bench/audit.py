"""Who asked the API server for what, from its audit log (audit.k8s.io/v1, level Metadata)."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.quantiles import quantile

WRITES = frozenset({"create", "update", "patch", "delete", "deletecollection"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request that was answered; ``seconds``: from its arrival to the end of its answer."""

    user: str
    verb: str
    resource: str
    status: int
    seconds: float = 0.0

    @property
    def is_write(self) -> bool:
        """True if it may have changed something."""
        return self.verb in WRITES

    @property
    def is_lease(self) -> bool:
        """True for the renewal of the operator's Lease, which has to go on for ever."""
        return self.resource == "leases"


class AuditLog:
    """Reads on from where it was last read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def new(self, user: str) -> list[Request]:
        """The requests of a user since the last call."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as stream:
            stream.seek(self._offset)
            data = stream.read()
        # A line that is still being written is read next time.
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [r for r in parse(whole.decode().splitlines()) if r.user == user]


def parse(lines: Iterable[str]) -> Iterator[Request]:
    """Requests from lines of an audit log."""
    for line in lines:
        event = json.loads(line)
        reference = event.get("objectRef", {})
        resource = reference.get("resource", "")
        if reference.get("subresource"):
            resource += f"/{reference['subresource']}"
        yield Request(
            user=event["user"]["username"],
            verb=event["verb"],
            resource=resource,
            status=event.get("responseStatus", {}).get("code", 0),
            seconds=_seconds(event),
        )


def _seconds(event: dict[str, Any]) -> float:
    try:
        first, last = event["requestReceivedTimestamp"], event["stageTimestamp"]
    except KeyError:
        return 0.0
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()


def by_kind(requests: Iterable[Request]) -> dict[str, int]:
    """How many of each, as ``"patch pods"``, the most frequent first."""
    return dict(Counter(f"{r.verb} {r.resource}" for r in requests).most_common())


def by_kind_with_latency(requests: Iterable[Request]) -> dict[str, dict[str, float]]:
    """Number, p50 and p99 in milliseconds of each, as ``"patch pods"``, the most frequent first.

    A watch ends when its server or client likes: its time says nothing, and is left out.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for request in requests:
        found[f"{request.verb} {request.resource}"].append(request.seconds)
    return {
        kind: _latency(kind, sorted(seconds))
        for kind, seconds in sorted(found.items(), key=lambda item: -len(item[1]))
    }


def _latency(kind: str, seconds: list[float]) -> dict[str, float]:
    if kind.startswith("watch "):
        return {"calls": len(seconds)}
    p50, p99 = (round(1000 * quantile(seconds, share), 1) for share in (0.5, 0.99))
    return {"calls": len(seconds), "p50ms": p50, "p99ms": p99}


def writes(requests: Iterable[Request]) -> tuple[int, int]:
    """How many writes, and how many renewals of the Lease; the first does not count the second."""
    found = [r for r in requests if r.is_write]
    leases = sum(r.is_lease for r in found)
    return len(found) - leases, leases
