"""What a cluster engine can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


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
        """The kubeconfig in use; raises ToolError when there is no cluster."""
