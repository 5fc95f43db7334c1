"""Where the set of a lab comes from: one that comes along, or the file of a mounted ConfigMap.

The kubelet brings an edit of the ConfigMap into the pod within about two minutes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from streaminglab_page.exercises.cursor import Problem
from streaminglab_page.exercises.sheet import LARGEST, ExerciseSet, SetRefused, load

KEY = "exercises.yaml"
LONGEST = 800
"""Letters of what is said of a set that cannot be used."""


@dataclass(frozen=True, slots=True)
class SetRead:
    """``sheet``: None where the set cannot be used, and ``problem`` says why."""

    sheet: ExerciseSet | None
    problem: str = ""


@dataclass(slots=True)
class SetSource:
    """``name``: a set that comes along; ``config_map``: or one of the lab's namespace, whose files
    are in ``folder``."""

    name: str = ""
    config_map: str = ""
    folder: Path = Path()
    _data: bytes | None = field(default=None, init=False)
    _read: SetRead | None = field(default=None, init=False)

    @property
    def called(self) -> str:
        """What tells it from every other set."""
        return f"configMap/{self.config_map}" if self.config_map else self.name

    @property
    def edited(self) -> bool:
        """Whether somebody may edit it while the page runs."""
        return bool(self.config_map)

    async def read(self) -> SetRead:
        """The set as it is now; parsed anew only when it is another one."""
        if self._read is not None and not self.edited:
            return self._read
        data = await asyncio.to_thread(self._bytes)
        if self._read is None or data != self._data:
            self._data, self._read = data, await asyncio.to_thread(self._parsed, data)
        return self._read

    def _bytes(self) -> bytes | None:
        try:
            if not self.config_map:
                folder = files("streaminglab_page.exercises") / "sets"
                return (folder / f"{self.name}.yaml").read_bytes()
            with (self.folder / KEY).open("rb") as file:
                return file.read(LARGEST + 1)
        except OSError:
            return None

    def _parsed(self, data: bytes | None) -> SetRead:
        if data is None:
            return SetRead(None, self._missing())
        try:
            return SetRead(load(data))
        except SetRefused as error:
            return SetRead(None, _said(error.problems))

    def _missing(self) -> str:
        if self.config_map:
            return (
                f"ConfigMap {self.config_map!r} is not there, or has no key {KEY!r}: make it, "
                "and wait two minutes"
            )
        return f"this page knows no set {self.name!r}"


def _said(problems: list[Problem]) -> str:
    said = "; ".join(str(problem) for problem in problems)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
