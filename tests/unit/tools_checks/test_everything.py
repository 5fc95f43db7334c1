"""`make test`: the tiers one after the other, and what is asked anew."""

from __future__ import annotations

import os
import sys

import pytest

from tools.checks import __main__ as checks
from tools.checks.e2e import ANEW


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was run, of two tiers of which the first has passed."""
    monkeypatch.setenv(ANEW, "")  # So that it is put back.
    run: list[str] = []

    def tier(name: str, code: int) -> tuple[str, object]:
        def check() -> int:
            run.append(f"{name} {os.environ[ANEW]}")
            return code

        return name, check

    monkeypatch.setattr(checks, "ALL", (tier("first", 0), tier("second", 3), tier("third", 0)))
    return run


@pytest.mark.parametrize(("level", "anew"), [("all", "1"), ("core", ""), ("smoke", "")])
def test_the_first_failure_ends_the_run_and_only_a_whole_one_keeps_no_answers(
    monkeypatch: pytest.MonkeyPatch, done: list[str], level: str, anew: str
) -> None:
    monkeypatch.setenv("LEVEL", level)
    assert checks.everything() == 3
    assert done == [f"first {anew}", f"second {anew}"]


@pytest.mark.parametrize("command", ["all", "e2e"])
@pytest.mark.parametrize(
    "said",
    [
        "LEVEL=quick is none of smoke, core, all",
        "E2E_WORKERS=many must be a whole number above 0",
    ],
)
def test_a_setting_that_means_nothing_is_said_before_anything_is_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, said: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["checks", command])
    monkeypatch.setattr(checks, "with_bytecode", lambda: None)
    monkeypatch.setattr(checks, "call", lambda *_: pytest.fail("something was run"))
    monkeypatch.setattr(checks, "ALL", (("a tier", lambda: pytest.fail("it was run")),))
    monkeypatch.setenv(*said.split(maxsplit=1)[0].split("="))
    assert checks.main() == 2
    assert capsys.readouterr().out == f"error: {said}\n"
