"""A recipe whose build is a function of the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.artifacts.recipe import Recipe


def write_result(target: Path) -> None:
    """What a build does when a test says nothing else."""
    (target / "result").write_text("whole")


def divide_by_zero(*_: object) -> None:
    """A mistake in the code, as opposed to a step that fails."""
    raise ZeroDivisionError


@dataclass(frozen=True, kw_only=True)
class FakeRecipe(Recipe):
    """Counts its builds in `built`."""

    content: str = "1"
    action: Callable[[Path], None] = write_result
    fetching: Callable[[], None] = lambda: None
    built: list[str] = field(default_factory=list)

    def inputs(self) -> dict[str, str | bytes]:
        return {"content": self.content}

    def build(self, target: Path, log: Path) -> None:
        self.built.append(self.content)
        self.action(target)

    def fetch(self, log: Path) -> None:
        self.fetching()
