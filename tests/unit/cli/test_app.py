"""The program as a whole: help, completion, exit codes, and kubectl's way of asking."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from streaminglab_cli import __version__, app, completing
from streaminglab_cli.errors import Exit
from streaminglab_cli.verbs import VERBS
from tests.unit.cli.stage import Stage

ROOT = Path(__file__).resolve().parents[3]
SHOWN = [verb for verb in VERBS if not verb.hidden]


@pytest.mark.parametrize("verb", SHOWN, ids=lambda verb: verb.name)
def test_each_verb_explains_itself(verb: click.Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert verb.name
    assert app.run([verb.name, "--help"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Usage: kubectl slab {verb.name}")
    # On a line of its own in the list of verbs, without being cut.
    assert not verb.get_short_help_str(60).endswith("...")


def test_a_wrong_word_is_a_matter_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["nonsense"]) == Exit.USAGE
    assert "No such command 'nonsense'" in capsys.readouterr().err


def test_options_of_the_namespace_may_stand_before_the_verb_or_after_it(stage: Stage) -> None:
    assert stage.run("-n", "student", "status")[0] == 0
    assert stage.run("status", "-n", "student", "--context", "x")[0] == 0


def test_help_does_not_wait_for_the_client_of_kubernetes() -> None:
    program = "import sys, streaminglab_cli.app; sys.exit('kubernetes' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_kubectl_is_answered_as_cobra_does(stage: Stage) -> None:
    del stage
    found = completing.candidates(app.program, ["re"]).splitlines()
    assert [line.partition("\t")[0] for line in found] == ["resume", "records", "reset", ":4"]
    assert completing.candidates(app.program, ["status", "--lab", "me"]) == "meteo\n:4"
    assert "kafka-ui" in completing.candidates(app.program, ["open", "k"])
    assert completing.candidates(app.program, ["plan", "-f", ""]).endswith(":0")
    assert completing.candidates(app.program, ["password", "--", ""]).endswith(":4")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "kubectl"])
def test_completion_is_printed_for(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["completion", shell]) == 0
    assert "kubectl-slab" in capsys.readouterr().out


def test_the_versions_are_one() -> None:
    project = tomllib.loads((ROOT / "cli" / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__


def test_its_requirements_are_those_that_are_locked() -> None:
    project = tomllib.loads((ROOT / "cli" / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "requirements" / "cli.in").read_text().splitlines()
    assert project["dependencies"] == [line for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("name", ["slab.md", "slab.fr.md"])
def test_the_pages_have_a_row_for_each_verb_and_for_nothing_else(name: str) -> None:
    text = (ROOT / "docs" / name).read_text()
    (table,) = [part for part in text.split("\n\n") if "\n| `list` |" in part]
    rows = re.findall(r"^\| `([a-z-]+)`", table, re.MULTILINE)
    assert rows == [verb.name for verb in SHOWN]


def test_each_exit_code_is_explained() -> None:
    text = (ROOT / "docs" / "slab.md").read_text()
    assert all(f"\n| {int(code)} | " in text for code in Exit)
