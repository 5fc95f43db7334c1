"""Where no cluster can be made, the message names the cause and the cure."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tools.cluster.existing import ExistingEngine
from tools.cluster.kind import wanted_port
from tools.machine import engine, preflight
from tools.shell.debian import is_debian
from tools.shell.errors import ToolError

PLENTY = 10**12


def test_a_user_who_is_not_root_is_told_that_only_root_can_start_docker() -> None:
    refusal = engine.refusal(uid=1000, on_debian=True, dockerd=True)
    assert refusal is not None
    assert "root" in refusal.cause
    assert "KUBECONFIG" in refusal.cure


def test_a_system_that_is_not_debian_and_has_no_docker_is_refused() -> None:
    refusal = engine.refusal(uid=0, on_debian=False, dockerd=False)
    assert refusal is not None
    assert "not Debian" in refusal.cause


@pytest.mark.parametrize(("debian", "dockerd"), [(True, False), (False, True)])
def test_root_goes_on_with_debian_or_with_a_docker_that_only_has_to_be_started(
    debian: bool, dockerd: bool
) -> None:
    assert engine.refusal(uid=0, on_debian=debian, dockerd=dockerd) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID=debian\n", True),
        ('ID=ubuntu\nID_LIKE="debian"\n', True),
        ('ID=mint\nID_LIKE="ubuntu debian"\n', True),
        ('ID="fedora"\n', False),
        ("NAME=debian\n", False),
    ],
)
def test_debian_and_what_is_made_from_it_are_recognised(
    tmp_path: Path, text: str, expected: bool
) -> None:
    release = tmp_path / "os-release"
    release.write_text(text)
    assert is_debian(release) is expected


def test_a_system_that_does_not_name_itself_is_not_taken_for_debian(tmp_path: Path) -> None:
    assert is_debian(tmp_path / "missing") is False


def test_too_little_disk_is_refused_with_both_numbers_and_a_cure() -> None:
    with pytest.raises(ToolError) as caught:
        preflight.refuse(disk=3 * 10**9, memory=PLENTY)
    assert "3.0 GB of disk" in caught.value.cause
    assert "15 GB" in caught.value.cause
    assert "STREAMINGLAB_CACHE" in caught.value.cure


def test_too_little_memory_is_refused_with_both_numbers() -> None:
    with pytest.raises(ToolError, match=r"2\.0 GB of memory.* needs 4 GB"):
        preflight.refuse(disk=PLENTY, memory=2 * 10**9)


def test_a_machine_with_enough_of_both_is_not_refused() -> None:
    preflight.refuse(disk=preflight.DISK_BYTES, memory=preflight.MEMORY_BYTES)


def test_available_memory_is_read_in_bytes(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9 kB\nMemFree: 1 kB\nMemAvailable: 2048 kB\n")
    assert preflight.available_memory(meminfo) == 2048 * 1024


def test_a_taken_port_is_refused_by_its_number() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(ToolError, match=str(port)):
            preflight.refuse_port(port)


def test_no_wanted_port_is_never_refused() -> None:
    preflight.refuse_port(0)


@pytest.mark.parametrize("text", ["70000", "http", "-1"])
def test_an_impossible_port_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("API_PORT", text)
    with pytest.raises(ToolError, match=f"API_PORT={text}"):
        wanted_port()


def test_a_kubeconfig_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "config"
    with pytest.raises(ToolError, match=str(missing)):
        ExistingEngine(str(missing)).kubeconfig()
