"""Who asked the API server for what, from its audit log (audit.k8s.io/v1, level Metadata)."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

WRITES = frozenset({"create", "update", "patch", "delete", "deletecollection"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request that was answered."""

    user: str
    verb: str
    resource: str
    status: int

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
        )


def by_kind(requests: Iterable[Request]) -> dict[str, int]:
    """How many of each, as ``"patch pods"``, the most frequent first."""
    return dict(Counter(f"{r.verb} {r.resource}" for r in requests).most_common())


def writes(requests: Iterable[Request]) -> tuple[int, int]:
    """How many writes, and how many renewals of the Lease; the first does not count the second."""
    found = [r for r in requests if r.is_write]
    leases = sum(r.is_lease for r in found)
    return len(found) - leases, leases
