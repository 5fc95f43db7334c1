"""What a pinned program says of files of this repository, kept from one run of tests to the next.

Helm, kubeconform and the like say the same of the same input, and a run of all tests asks them
some thousand questions about charts that did not change since the last one. What is kept is found
by everything the answer depends on: the program's version, the contents of the files, the words
and the standard input. So an edited chart is asked about anew, and nobody has to say so.

Not for a program that asks a network, a clock or chance, nor for one whose doing is what the test
is about. ``STREAMINGLAB_ANEW=1`` asks everything again (decision 101).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from tools.artifacts.recipe import digest
from tools.checks.e2e import ANEW
from tools.shell.paths import ROOT, cache_dir

GENERATIONS = 6
"""So many states of the same files have their answers kept: those of some branches."""
COUNTED: Counter[str] = Counter()
"""How many answers were ``kept``, and how many ``asked``, in this process."""


def contents(path: Path) -> dict[str, bytes]:
    """A file, or every file below a folder by its relative path, also through symbolic links: a
    chart's library is one."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {str(file.relative_to(path)): file.read_bytes() for file in _below(path)}


def _below(folder: Path) -> Iterator[Path]:
    for found, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(found) / name for name in sorted(files))


Input = Path | str


def _state(inputs: Sequence[Input]) -> str:
    parts = {
        f"{number}/{file}": content
        for number, given in enumerate(inputs)
        for file, content in (contents(given) if isinstance(given, Path) else {"": given}).items()
    }
    return digest(parts)[:16]


@cache
def about(name: str, *inputs: Input) -> Answers:
    """The answers to questions about these ``inputs``: files and folders by their contents as they
    are at the first call in this process, and texts such as a program's version. ``name``: whose
    older states make room for this one."""
    return Answers(cache_dir() / "remembered" / name, inputs)


class Answers:
    """What was answered about one state of some files."""

    def __init__(self, group: Path, inputs: Sequence[Input]) -> None:
        self._inputs, self._state = inputs, _state(inputs)
        self._group, self._folder = group, group / self._state
        with suppress(FileNotFoundError):
            os.utime(self._folder)

    def to(self, question: str, ask: Callable[[], str]) -> str:
        """The answer that is kept, or that of ``ask``, which is kept if it raises nothing."""
        if (found := self.kept(question)) is None:
            self.keep(question, found := ask())
        return found

    def from_run(
        self, *command: str, text: str = "", cwd: Path = ROOT
    ) -> subprocess.CompletedProcess[str]:
        """What a program says, with ``text`` at its standard input; it runs in the checkout, or
        where its files are, so that no word needs to name a place. Its own path is not part of the
        question: ``about`` has its version."""

        def ask() -> str:
            done = subprocess.run(
                command, input=text, capture_output=True, text=True, check=False, cwd=cwd,
                env={**os.environ, "GOGC": "off"},  # A short life needs no garbage collector.
            )  # fmt: skip
            return json.dumps([done.returncode, done.stdout, done.stderr])

        answer = self.to(json.dumps([command[1:], text]), ask)
        return subprocess.CompletedProcess(command, *json.loads(answer))

    def kept(self, question: str) -> str | None:
        """The answer that is kept."""
        try:
            found = None if os.environ.get(ANEW) else self._path(question).read_bytes()
        except FileNotFoundError:
            found = None
        COUNTED["asked" if found is None else "kept"] += 1
        return found if found is None else zlib.decompress(found).decode()

    def keep(self, question: str, answer: str) -> None:
        """Whole or not at all: other processes read and write beside it. Not at all, too, where the
        files were edited meanwhile: nobody knows which state it is the answer of."""
        if _state(self._inputs) != self._state:
            return
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            states = sorted(self._group.iterdir(), key=lambda state: state.stat().st_mtime)
            for old in states[:-GENERATIONS]:
                shutil.rmtree(old, ignore_errors=True)
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            file.write(zlib.compress(answer.encode(), 1))
        Path(file.name).rename(self._path(question))

    def _path(self, question: str) -> Path:
        return self._folder / hashlib.sha256(question.encode()).hexdigest()
