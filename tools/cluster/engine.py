"""What a cluster engine can do, and how one is chosen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tools.cluster import paths
from tools.cluster.errors import ClusterError

ENGINES = ("existing", "kind")
NODES = (1, 3)


@dataclass(frozen=True)
class Status:
    """What `status` tells about a cluster."""

    engine: str
    up: bool
    kubeconfig: Path | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    """Further lines: name -> text."""


class Engine(Protocol):
    """A way to have a cluster. Every verb can be called again without harm."""

    name: str

    def up(self, nodes: int) -> Path:
        """Have a cluster that answers; its kubeconfig."""

    def load(self, images: list[str]) -> None:
        """Make images of the local Docker engine known to every node."""

    def status(self) -> Status:
        """What is there now; changes nothing."""

    def down(self) -> None:
        """Take away what `up` made, and nothing else."""

    def kubeconfig(self) -> Path:
        """The kubeconfig in use; raises ClusterError when there is no cluster."""


@dataclass(frozen=True)
class Choice:
    """The engine that was chosen, and why."""

    name: str
    reason: str


def choose(environment: Mapping[str, str]) -> Choice:
    """ENGINE wins, then KUBECONFIG means `existing`, else `kind`.

    A KUBECONFIG that is our own cluster's (somebody exported `make -s kubeconfig`) changes
    nothing: that cluster stays ours. Raises ClusterError for an unknown ENGINE.
    """
    forced = environment.get("ENGINE", "")
    if forced:
        if forced not in ENGINES:
            raise ClusterError(f"ENGINE={forced} is unknown", f"use one of {', '.join(ENGINES)}")
        return Choice(forced, "ENGINE asks for it")
    named = environment.get("KUBECONFIG", "")
    if named and Path(named).expanduser() == paths.kubeconfig():
        return Choice("kind", "KUBECONFIG is the one of our own cluster")
    if named:
        return Choice("existing", f"KUBECONFIG={named} is set")
    return Choice("kind", "no KUBECONFIG is set")


def node_count(environment: Mapping[str, str]) -> int:
    """NODES as a number; raises ClusterError unless it is 1 or 3."""
    text = environment.get("NODES", "") or "1"
    if text not in {str(count) for count in NODES}:
        raise ClusterError(f"NODES={text} is not possible", "use NODES=1 or NODES=3")
    return int(text)


def create(choice: Choice) -> Engine:
    """The engine of a choice."""
    from tools.cluster.existing import ExistingEngine
    from tools.cluster.kind import KindEngine

    if choice.name == "existing":
        return ExistingEngine(os.environ.get("KUBECONFIG", ""))
    return KindEngine()
