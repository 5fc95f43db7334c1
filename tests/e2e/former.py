"""The version before, built from its commit: its tree, and the operator that it installs."""

from __future__ import annotations

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.artifacts.versions import pin
from tools.shell.paths import ROOT

PREPARE_SECONDS = 1500
"""Its images are built anew where the cache has none of them: on a cold machine that is long."""
PREPARE = "prepare-alone: venv ; @$(PY) -m tools.lab prepare"


@dataclass(frozen=True)
class Release:
    """A tree of StreamingLab that brings its own CRD, operator and images into the cluster."""

    tree: Path

    def install(self) -> None:
        """As its own `make lab` does, without the lab; its own Makefile knows its folders."""
        done = subprocess.run(
            ["make", f"--eval={PREPARE}", "prepare-alone"], cwd=self.tree, capture_output=True,
            text=True, check=False, timeout=PREPARE_SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout[-2000:]}{done.stderr[-2000:]}"


def former(directory: Path) -> Release:
    """The release that versions.toml names as the one before, taken out of git."""
    commit = pin("release", "before")
    done = subprocess.run(
        ["git", "-C", str(ROOT), "archive", commit], capture_output=True, check=False
    )
    if done.returncode:
        pytest.fail(
            f"{commit}, the release before, is not in this clone: `git fetch --unshallow --tags`"
            f" brings it ({done.stderr.decode(errors='replace').strip()})"
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as packed:
        packed.extractall(directory, filter="data")
    return Release(directory)


def this() -> Release:
    """The release that is under test."""
    return Release(ROOT)
