"""What is built while the cluster comes up, and that nothing of it outlives its command."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tools import images
from tools.lab import ahead

SECONDS = 60.0


def _number(file: Path) -> int:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if file.is_file() and (text := file.read_text().strip()):
            return int(text)
        time.sleep(0.01)
    raise AssertionError(f"nothing in {file}")


def _ended(pid: int) -> bool:
    """Whether a process is gone, or waits for nothing but to be reaped by whoever has it now."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("fails", [False, True])
def test_a_build_and_its_children_end_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    file = tmp_path / "pid"
    script = f"sleep {10 * SECONDS:.0f} & echo $! > {file}; wait"
    monkeypatch.setattr(ahead, "BUILD", ("sh", "-c", script))
    try:
        with ahead.built_ahead(["kafka"]):
            child = _number(file)
            assert os.getpgid(child) != os.getpgid(0)
            if fails:
                raise OSError("no cluster")
    except OSError as error:
        assert str(error) == "no cluster"
    assert _ended(child)


def test_a_build_that_failed_is_told_by_whoever_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "BUILD", ("false",))
    with ahead.built_ahead(["kafka"]):
        pass


def test_where_nothing_is_to_be_built_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "BUILD", ("/nowhere",))
    with ahead.built_ahead([]):
        pass


def test_an_image_needs_what_those_below_it_need() -> None:
    assert images.artifacts("kafka") == ["kafka-jars"]
    assert "helm" in images.artifacts("operator")
    jupyter, spark = images.artifacts("jupyter"), images.artifacts("jupyter-spark")
    assert jupyter
    assert spark[: len(jupyter)] == jupyter
