"""A missing program is installed, or named with the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.artifacts.host import Host
from tools.shell.errors import MissingToolError


def test_a_program_that_is_there_needs_nothing(tmp_path: Path) -> None:
    Host().require("sh", log=tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_go_is_not_taken_from_debian_because_it_is_too_old(tmp_path: Path) -> None:
    host = Host(which=lambda _: None)
    with pytest.raises(MissingToolError, match=r"cure: install Go 1\.26"):
        host.require("go", log=tmp_path / "log")


def test_who_is_not_root_gets_the_command_to_run(tmp_path: Path) -> None:
    found = {"apt-get": "/usr/bin/apt-get"}
    host = Host(which=found.get, uid=lambda: 1000)
    with pytest.raises(MissingToolError, match=r"sudo apt-get install .* maven"):
        host.require("mvn", log=tmp_path / "log")


def test_root_on_debian_gets_the_package_installed(tmp_path: Path) -> None:
    there = {"apt-get": "/usr/bin/apt-get"}
    commands: list[list[str]] = []

    def run(args: list[str], log: Path, *, env: dict[str, str]) -> None:
        commands.append(args)
        there["mmdebstrap"] = "/usr/bin/mmdebstrap"

    Host(which=there.get, uid=lambda: 0, run=run).require("mmdebstrap", log=tmp_path / "log")
    assert [command[1] for command in commands] == ["update", "install"]
    assert commands[1][-1] == "mmdebstrap"
