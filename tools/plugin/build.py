"""The wheel, and one file that holds it with all that it needs."""

from __future__ import annotations

import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from tools.shell.paths import ROOT
from tools.shell.run import call

SOURCE = ROOT / "cli"
LOCKED = ROOT / "requirements" / "cli.txt"
PROGRAM = "kubectl-slab"
ENTRY = "streaminglab_cli.__main__:main"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""Some requirements are compiled for one Python each. Their files have its name in theirs, so that
those of several lie side by side, and the one file runs with each of these."""


def wheel(target: Path) -> Path:
    """Build the wheel, from a copy: setuptools writes beside what it builds."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "cli"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        shutil.copy(ROOT / "LICENSE", copy)
        _python("uv", "build", "--quiet", "--wheel", "--out-dir", str(target), str(copy))
    return next(target.glob("streaminglab_cli-*.whl"))


def one_file(built: Path, target: Path) -> Path:
    """A file for this machine's system that any of these Pythons runs."""
    made = target / PROGRAM
    with tempfile.TemporaryDirectory() as scratch:
        together = Path(scratch) / "all"
        for version in PYTHONS:
            one = Path(scratch) / version
            where = ("--target", str(one), "--python-version", version, "--only-binary", ":all:")
            locked = ("--require-hashes", "--no-deps", "-r", str(LOCKED))
            _python("uv", "pip", "install", "--quiet", *where, *locked)
            _python("uv", "pip", "install", "--quiet", *where, "--no-deps", str(built))
            shutil.copytree(one, together, dirs_exist_ok=True)
        _python(
            "shiv", "--site-packages", str(together), "--entry-point", ENTRY, "--compressed",
            "--python", "/usr/bin/env python3", "--output-file", str(made),
        )  # fmt: skip
    return made


def archive(program: Path, name: str) -> Path:
    """The file and its licence as krew wants them; times and owners are left out, so that the same
    content is the same archive."""
    target = program.parent / name
    with tarfile.open(target, "w:gz") as packed:
        for file in (program, ROOT / "LICENSE"):
            packed.add(file, arcname=file.name, filter=_plain)
    return target


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


def _python(module: str, *words: str) -> None:
    call([sys.executable, "-m", module, *words])
