"""What a recipe is: inputs that give a key, and a way to build a directory from them."""

from __future__ import annotations

import hashlib
import platform
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEY_LENGTH = 12


def digest(inputs: Mapping[str, str | bytes]) -> str:
    """sha256 (hex) over named inputs; neither order nor where one ends can confuse it."""
    whole = hashlib.sha256()
    for name in sorted(inputs):
        value = inputs[name]
        data = value.encode() if isinstance(value, str) else value
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return whole.hexdigest()


def files_of(directory: Path) -> dict[str, bytes]:
    """Every file below a directory, by relative path; caches of Python left out."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@dataclass(frozen=True, kw_only=True)
class Recipe(ABC):
    """One artefact. Subclasses say how; instances (in catalog.py) say what."""

    name: str
    about: str
    """One line for `list`."""
    seconds: int = 0
    """Usual build time on two cores with a cold cache, 0 when unknown."""

    @property
    def tools(self) -> tuple[str, ...]:
        """Programs of the host that the build needs."""
        return ()

    @abstractmethod
    def inputs(self) -> dict[str, str | bytes]:
        """Everything that decides the result; any change gives another key."""

    @abstractmethod
    def build(self, target: Path, log: Path) -> None:
        """Build into the empty directory `target`; commands write to `log`.

        Must not keep `target`'s own path in the result, because it is renamed.
        """

    @abstractmethod
    def fetch(self, log: Path) -> None:
        """Fetch every pin, without building; raises ToolError when one is refused."""

    def key(self) -> str:
        """Twelve hex digits over the inputs, the kind of recipe and the machine type."""
        whole = {**self.inputs(), "recipe": type(self).__name__, "machine": platform.machine()}
        return digest(whole)[:KEY_LENGTH]
