"""Messages about missing programs and failed commands name the culprit and the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.artifacts import host, process
from tools.artifacts.errors import CommandFailedError, MissingToolError


def test_a_program_that_is_there_needs_nothing(tmp_path: Path) -> None:
    host.require("sh", log=tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_go_is_not_taken_from_debian_because_it_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(MissingToolError, match=r"cure: install Go 1\.26"):
        host.require("go", log=tmp_path / "log")


def test_who_is_not_root_gets_the_command_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    found = {"apt-get": "/usr/bin/apt-get"}
    monkeypatch.setattr("shutil.which", found.get)
    with pytest.raises(MissingToolError, match=r"sudo apt-get install .* maven"):
        host.require("mvn", log=tmp_path / "log")


def test_root_on_debian_gets_the_package_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"apt-get": "/usr/bin/apt-get"}
    commands: list[list[str]] = []

    def run(args: list[str], log: Path, **_: object) -> None:
        commands.append(args)
        there["mmdebstrap"] = "/usr/bin/mmdebstrap"

    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", there.get)
    monkeypatch.setattr(process, "run", run)
    host.require("mmdebstrap", log=tmp_path / "log")
    assert [command[1] for command in commands] == ["update", "install"]
    assert commands[1][-1] == "mmdebstrap"


def test_a_failed_command_shows_its_last_lines_and_its_status(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "x.log"
    with pytest.raises(CommandFailedError, match="status 3") as caught:
        process.run(["sh", "-c", "seq 1 50; exit 3"], log)
    assert caught.value.tail.splitlines()[-1] == "50"
    assert len(caught.value.tail.splitlines()) == process.TAIL_LINES
    assert "1\n2\n" in log.read_text(), "the log holds the whole output"


def test_only_the_failed_command_is_shown_not_the_ones_before(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process.run(["echo", "earlier"], log)
    with pytest.raises(CommandFailedError) as caught:
        process.run(["sh", "-c", "echo later; exit 1"], log)
    assert caught.value.tail == "later"


def test_a_command_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match="no-such-program: not found"):
        process.run(["no-such-program"], tmp_path / "log")


def test_output_of_a_failed_command_carries_what_it_said_on_stderr() -> None:
    with pytest.raises(CommandFailedError, match="sorry"):
        process.output(["sh", "-c", "echo sorry >&2; exit 1"])
    assert process.output(["echo", "yes"]) == "yes"
