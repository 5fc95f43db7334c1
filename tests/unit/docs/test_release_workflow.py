"""The release workflow: its own shell is run, with programs that write down what they do.

It is never run here: what its actions are is in their own hands.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.shell.paths import ROOT

DIGEST = "sha256:" + "a" * 64
REGISTRY = "ghcr.io/someone/streaminglab"
CHARTS = [f"oci://{REGISTRY}/charts/{name}:0.2.0-rc.1@{DIGEST}" for name in ("kafka", "lab-job")]
IMAGES = [f"{REGISTRY}/streaminglab/{name}@{DIGEST}" for name in ("kafka:4.4.0", "jobs:0.2.0-rc.1")]
MAKE = f"""
case "$*" in
  *PART=charts*) printf '%s\\n' {" ".join(CHARTS)} ;;
  *mirror-list*) printf '%s\\n' {" ".join(IMAGES)} mongo:8 ;;
esac
"""
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())


def steps(job: str) -> list[str]:
    return [step["run"] for step in WORKFLOW["jobs"][job]["steps"] if "run" in step]


def programs(folder: Path, **scripts: str) -> dict[str, str]:
    """An environment with these programs, each of which writes down its arguments first."""
    (folder / "bin").mkdir()
    for name, script in scripts.items():
        path = folder / "bin" / name
        path.write_text(f'#!/bin/bash\necho "{name} $*" >> "$CALLS"\n{script}\n')
        path.chmod(0o755)
    (folder / "env").touch()
    return {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "CALLS": str(folder / "calls"),
        "GITHUB_ENV": str(folder / "env"),
        "GITHUB_REPOSITORY": "Someone/StreamingLab",
        "REGISTRY": REGISTRY,
    }


def run(script: str, folder: Path, env: dict[str, str]) -> int:
    """As a runner does with `shell: bash`."""
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(words, cwd=folder, env=env, check=False).returncode


def calls(folder: Path, program: str) -> list[str]:
    lines = (folder / "calls").read_text().splitlines()
    return [line for line in lines if line.startswith(f"{program} ")]


def test_every_chart_and_image_is_signed_and_each_platform_has_its_sbom(tmp_path: Path) -> None:
    env = programs(tmp_path, make=MAKE, cosign="", syft="touch sbom.json")
    for script in steps("charts")[-2:]:
        assert run(script, tmp_path, env) == 0
    signed = [line.split()[-1] for line in calls(tmp_path, "cosign") if " sign " in line]
    assert signed == [*(chart.removeprefix("oci://") for chart in CHARTS), *IMAGES]
    attested = [line.split()[-1] for line in calls(tmp_path, "cosign") if " attest " in line]
    each = [f"{i.partition('@')[0]}-{p}" for i in IMAGES for p in ("amd64", "arm64")]
    assert attested == each
    assert [line.split()[2] for line in calls(tmp_path, "syft")] == [f"registry:{e}" for e in each]


def test_a_failure_of_publishing_ends_the_release(tmp_path: Path) -> None:
    """In a pipe it would be lost, and nothing be signed."""
    assert WORKFLOW["defaults"]["run"]["shell"] == "bash"
    env = programs(tmp_path, make="exit 1", cosign="", syft="")
    assert run(steps("charts")[-2], tmp_path, env)


@pytest.mark.parametrize("job", list(WORKFLOW["jobs"]))
def test_the_registry_of_a_repository_with_capitals_has_none(job: str, tmp_path: Path) -> None:
    env = programs(tmp_path, make="")
    assert run(steps(job)[0], tmp_path, env) == 0
    assert (tmp_path / "env").read_text() == f"REGISTRY={REGISTRY}\n"


def test_images_of_both_platforms_come_before_the_charts_that_name_their_digests() -> None:
    images, charts = WORKFLOW["jobs"]["images"], WORKFLOW["jobs"]["charts"]
    assert charts["needs"] == "images"
    # One after the other: each joins its platform to the same index.
    assert images["strategy"]["max-parallel"] == 1
    assert [r.endswith("-arm") for r in images["strategy"]["matrix"]["runner"]] == [False, True]
    assert "make publish PART=images" in steps("images")


def test_it_calls_only_commands_that_there_are() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join([*steps("images"), *steps("charts")])
    called = set(re.findall(r"\bmake (?:-s )?([a-z-]+)", text))
    assert called == {"publish", "mirror-list"}
    assert called <= targets
