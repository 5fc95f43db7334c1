"""What `make cli` builds works where nothing else is: the wheel by pip, and the one file alone."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tools.plugin import build

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
WORDS = ("list", "status", "why", "open", "records", "plan")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build.wheel(tmp_path_factory.mktemp("wheel"))


def said(*command: str) -> str:
    # Nothing of the checkout: no PYTHONPATH, another folder.
    done = subprocess.run(
        command, cwd="/", env={"PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def completed(programs: Path, *words: str) -> list[str]:
    """What bash offers on Tab, by the script that the program prints."""
    line = " ".join(("kubectl-slab", *words))
    script = f"""
PATH={programs}:$PATH
source <(kubectl-slab completion bash)
COMP_WORDS=({line}) COMP_CWORD={len(words)}
_kubectl_slab_completion kubectl-slab
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    return said("bash", "-c", script).split()


def test_pip_installs_the_wheel_into_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "empty", with_pip=True)
    programs = tmp_path / "empty" / "bin"
    # Not compiled beforehand: of a thousand modules this reads some ten.
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-compile", str(wheel)]
    subprocess.run(pip, check=True)
    told = said(str(programs / "kubectl-slab"), "--help")
    assert all(f"\n  {word} " in told for word in WORDS)
    assert "meteo" not in told
    asked = said(str(programs / "kubectl_complete-slab"), "re")
    assert asked.split("\n")[-2] == ":4"
    assert completed(programs, "re") == ["resume", "records", "reset"]
    assert completed(programs, "records", "--f") == ["--follow"]
    cure = "from streaminglab_cli.why import cure_of; print(cure_of('Unschedulable'))"
    assert "nano" in said(str(programs / "python"), "-c", cure)
    reader = "from streaminglab_cli.newest import brought; print(len(brought()) > 1000)"
    assert said(str(programs / "python"), "-c", reader) == "True\n"


def test_one_file_runs_alone(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "PYTHONS", (HERE,))
    program = build.one_file(wheel, tmp_path)
    told = said(sys.executable, str(program), "--help")
    assert all(f"\n  {word} " in told for word in WORDS)
    imported = said(sys.executable, str(program), "completion", "kubectl")
    assert imported.startswith("#!/bin/sh")
    packed = build.archive(program, "x.tar.gz")
    listed = subprocess.run(["tar", "-tzf", packed], capture_output=True, text=True, check=True)
    assert listed.stdout.split() == ["kubectl-slab", "LICENSE"]
