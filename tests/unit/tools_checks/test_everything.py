"""`make test`: the tiers one after the other, and what is asked anew."""

from __future__ import annotations

import os

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


def test_an_unknown_level_is_said_before_anything_is_run(
    monkeypatch: pytest.MonkeyPatch, done: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEVEL", "quick")
    assert checks.everything() == 2
    assert "LEVEL=quick is none of smoke, core, all" in capsys.readouterr().out
    assert done == []
