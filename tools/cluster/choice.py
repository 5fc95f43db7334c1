"""Which engine is used, chosen by the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.cluster.engine import Engine
from tools.cluster.existing import ExistingEngine
from tools.cluster.kind import KindEngine
from tools.shell import paths
from tools.shell.errors import ToolError

ENGINES = ("existing", "kind")
NODES = (1, 3)


@dataclass(frozen=True)
class Choice:
    """The engine that was chosen, and why."""

    name: str
    reason: str


def choose(environment: Mapping[str, str]) -> Choice:
    """ENGINE wins, then KUBECONFIG means `existing`, else `kind`.

    A KUBECONFIG that is our own cluster's (somebody exported `make -s kubeconfig`) changes
    nothing: that cluster stays ours. Raises ToolError for an unknown ENGINE.
    """
    forced = environment.get("ENGINE", "")
    if forced:
        if forced not in ENGINES:
            raise ToolError(f"ENGINE={forced} is unknown", f"use one of {', '.join(ENGINES)}")
        return Choice(forced, "ENGINE asks for it")
    named = environment.get("KUBECONFIG", "")
    if named and Path(named).expanduser() == paths.kubeconfig():
        return Choice("kind", "KUBECONFIG is the one of our own cluster")
    if named:
        return Choice("existing", f"KUBECONFIG={named} is set")
    return Choice("kind", "no KUBECONFIG is set")


def node_count(environment: Mapping[str, str]) -> int:
    """NODES as a number; raises ToolError unless it is 1 or 3."""
    text = environment.get("NODES", "") or "1"
    if text not in {str(count) for count in NODES}:
        raise ToolError(f"NODES={text} is not possible", "use NODES=1 or NODES=3")
    return int(text)


def create(choice: Choice) -> Engine:
    """The engine of a choice."""
    if choice.name == "existing":
        return ExistingEngine(os.environ.get("KUBECONFIG", ""))
    return KindEngine()


def current() -> Engine:
    """The engine that this environment asks for."""
    return create(choose(os.environ))
