"""What is built while the cluster comes up, and that nothing of it outlives its command."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tools import images, node
from tools.cluster import choice
from tools.lab import ahead, stage

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


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is built, in its order; nothing is."""
    seen: list[str] = []
    monkeypatch.setattr(images, "build", seen.append)
    monkeypatch.setattr(ahead, "get", seen.append)
    monkeypatch.setattr(node, "assembling", lambda: ["kind", "kubernetes", "cilium"])
    return seen


def test_after_the_images_come_the_parts_of_the_node_the_last_one_first(built: list[str]) -> None:
    assert ahead.build(["kafka", "operator"], of_node=True) == 0
    assert built == ["kafka", "operator", "cilium", "kubernetes", "kind"]


def test_no_part_of_a_node_is_built_for_a_cluster_of_somebody_else(built: list[str]) -> None:
    ahead.build(["kafka"], of_node=False)
    assert built == ["kafka"]


def test_where_no_node_is_assembled_the_images_are_all(
    built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "assembling", list)
    ahead.build(["kafka"], of_node=True)
    assert built == ["kafka"]


def test_the_process_is_told_the_images_and_whether_a_node_is_made() -> None:
    assert ahead.parse(["--node", "kafka", "operator"]) == (["kafka", "operator"], True)
    assert ahead.parse(["kafka"]) == (["kafka"], False)


def test_the_operators_image_is_always_among_them() -> None:
    chosen = choice.create(choice.Choice("kind", "no KUBECONFIG is set"))
    wanted = stage.certain(chosen, frozenset({"kafka"}))
    assert wanted == ["kafka", stage.OPERATOR_IMAGE]
    everything = stage.certain(chosen, None)
    assert {"jupyter", "kafka", stage.OPERATOR_IMAGE} <= set(everything)
