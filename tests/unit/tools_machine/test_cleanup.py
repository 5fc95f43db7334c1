"""`down` finds what is ours by our own paths and container ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.machine import cleanup
from tools.machine.cleanup import mounts_below

MOUNTINFO = """21 1 0:1 / / rw - ext4 /dev/vda rw
22 21 0:2 / /cache/docker rw - ext4 /dev/vda rw
23 22 0:3 / /cache/docker/overlay2/ab/merged rw - overlay overlay rw
24 21 0:4 / /cache/docker-of-another rw - ext4 /dev/vda rw
25 21 0:5 net:[1] /run/streaminglab/docker/netns/x rw - nsfs nsfs rw
"""


def test_mounts_of_ours_are_found_the_deepest_first(tmp_path: Path) -> None:
    file = tmp_path / "mountinfo"
    file.write_text(MOUNTINFO)
    found = mounts_below(Path("/cache/docker"), Path("/run/streaminglab"), table=file)
    assert set(found) == {
        "/cache/docker",
        "/cache/docker/overlay2/ab/merged",
        "/run/streaminglab/docker/netns/x",
    }
    assert found.index("/cache/docker/overlay2/ab/merged") < found.index("/cache/docker")


def test_processes_inside_our_containers_are_found_and_those_of_others_are_not(
    tmp_path: Path,
) -> None:
    for container, pid in (("ours", "11"), ("theirs", "22")):
        for controller in ("pids", "memory"):
            group = tmp_path / controller / "docker" / container / "kubelet"
            group.mkdir(parents=True)
            (group / "cgroup.procs").write_text(f"{pid}\n")
    assert cleanup.inside(["ours"], tmp_path) == [11]


def test_a_second_down_finds_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STREAMINGLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("STREAMINGLAB_RUN", str(tmp_path / "run"))
    cleanup.remove_everything()
    assert "nothing is left" in capsys.readouterr().err
