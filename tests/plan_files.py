"""Plans that are kept as files and replay: what the suites of faults and of edits share."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Protocol, Self, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict

SAY_SECONDS = 10.0


class PlanFile(BaseModel):
    """A plan is data: a small JSON file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def name(self) -> str:
        """Short, fit for a file's name, and another for each plan."""
        raise NotImplementedError

    def text(self) -> str:
        """As JSON, in ASCII: some values are no Unicode that a file could hold."""
        return json.dumps(self.model_dump(), indent=2) + "\n"

    def write(self, folder: Path) -> Path:
        """Keep it as a file that replays."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name()}.json"
        path.write_text(self.text(), encoding="ascii")
        return path

    @classmethod
    def read(cls, path: Path) -> Self:
        """The plan of a file. Raises ``pydantic.ValidationError`` where it is none."""
        return cls.model_validate(json.loads(path.read_text(encoding="ascii")))


class Judged(Protocol):
    """What one plan led to."""

    @property
    def divergences(self) -> Sequence[str]:
        """What is otherwise than it must be."""


P = TypeVar("P", bound=PlanFile)
J = TypeVar("J", bound=Judged)
Tell = Callable[[J, Path], None]


async def run_all(
    plans: Sequence[P],
    verdict: Callable[[int, P], Awaitable[J]],
    tell: Tell[J],
    keep: Path,
    noun: str,
) -> list[J]:
    """Every plan, with its number from 1 on. What went wrong is told, and kept in a folder."""
    started = said = time.monotonic()
    found: list[J] = []
    for number, plan in enumerate(plans, 1):
        found.append(await verdict(number, plan))
        if found[-1].divergences:
            tell(found[-1], plan.write(keep))
        if time.monotonic() - said > SAY_SECONDS:
            said = time.monotonic()
            print(f"  {number} of {len(plans)} {noun}, {said - started:.0f} s", flush=True)
    return found


async def replay_all(
    files: Iterable[Path], verdict: Callable[[Path], Awaitable[J]], tell: Tell[J]
) -> list[J]:
    """The plans of files, each told."""
    found: list[J] = []
    for file in files:
        found.append(await verdict(file))
        tell(found[-1], file)
    return found


def arguments(
    suite: str, about: str | None, *, noun: str, only: str | Collection[str]
) -> argparse.Namespace:
    """The command line; ``verb`` is run, or replay with ``files``.

    - ``noun``: what its plans are called
    - ``only``: what can be chosen, or in words what that is
    """
    parser = argparse.ArgumentParser(prog=f"python -m tests.{suite}", description=about)
    verbs = parser.add_subparsers(dest="verb")
    runs = verbs.add_parser("run", help=f"make every {noun} (the default)")
    words = {"help": only} if isinstance(only, str) else {"choices": sorted(only)}
    runs.add_argument("--only", action="append", default=[], **words)
    keep = Path("build") / suite
    runs.add_argument("--keep", type=Path, default=keep, help=f"where failing {noun}s are kept")
    again = verbs.add_parser("replay", help=f"play kept {noun}s again")
    again.add_argument("files", nargs="+", type=Path)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return parser.parse_args(sys.argv[1:] or ["run"])
