"""The docker command line, tried with a program that writes down how it was called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.machine import Docker
from tools.shell.errors import CommandError

HOST = "unix:///nowhere"


class Recorded:
    """A `docker` on PATH that answers as it is told."""

    def __init__(self, directory: Path) -> None:
        self._program = directory / "docker"
        self._calls = directory / "calls"
        self.answers()

    def answers(self, text: str = "", status: int = 0) -> None:
        """Print this text, and end with this status."""
        script = f"""#!/bin/sh
            printf '%s|' "BUILDKIT=$DOCKER_BUILDKIT" "$@" >> {self._calls}; echo >> {self._calls}
            printf '%s' '{text}'
            exit {status}
            """
        self._program.write_text(script)
        self._program.chmod(0o755)

    @property
    def last(self) -> list[str]:
        """The words of the last call."""
        return self._calls.read_text().splitlines()[-1].rstrip("|").split("|")


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("DOCKER_BUILDKIT", raising=False)
    return Recorded(tmp_path)


def test_every_command_goes_to_the_engine_that_was_found(recorded: Recorded) -> None:
    Docker(HOST).run("ps", "-a")
    assert recorded.last == ["BUILDKIT=", "--host", HOST, "ps", "-a"]


def test_an_image_that_is_not_there_has_no_id(recorded: Recorded) -> None:
    recorded.answers("sha256:1")
    assert Docker(HOST).image_id("a") == "sha256:1"
    recorded.answers("\n", status=1)
    assert Docker(HOST).image_id("a") == ""


@pytest.mark.parametrize(
    ("printed", "digest"),
    [('["debian@sha256:1","x@sha256:2"]', "debian@sha256:1"), ("[]", ""), ("null", ""), ("", "")],
)
def test_a_pulled_image_is_known_by_its_first_digest(
    recorded: Recorded, printed: str, digest: str
) -> None:
    recorded.answers(printed)
    assert Docker(HOST).repository_digest("debian") == digest


def test_a_pull_that_fails_says_no_and_another_command_that_fails_raises(
    recorded: Recorded, tmp_path: Path
) -> None:
    recorded.answers("no registry", status=1)
    assert not Docker(HOST).pull("debian", 5)
    with pytest.raises(CommandError, match="no registry"):
        Docker(HOST).load(tmp_path / "image.tar")
    Docker(HOST).remove("absent")


def test_a_build_goes_without_buildkit_and_into_its_log(recorded: Recorded, tmp_path: Path) -> None:
    recorded.answers("Step 1/2")
    Docker(HOST).build(tmp_path, "app:1", "base:1", tmp_path / "log", "--network=host")
    assert recorded.last[:4] == ["BUILDKIT=0", "--host", HOST, "build"]
    assert {"--network=host", "BASE=base:1", "app:1"} <= set(recorded.last)
    assert "Step 1/2" in (tmp_path / "log").read_text()


def test_changes_of_an_imported_image_are_handed_on(recorded: Recorded, tmp_path: Path) -> None:
    Docker(HOST).import_tar(tmp_path / "a.tar", "app:1", ('CMD ["bash"]',))
    assert recorded.last[4:6] == ["--change", 'CMD ["bash"]']
