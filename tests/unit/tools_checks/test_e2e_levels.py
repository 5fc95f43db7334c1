"""Which end-to-end tests a level takes, and that together they are all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.checks.e2e import (
    WORKERS,
    Level,
    Phase,
    UnknownSettingError,
    counted,
    left_out,
    level,
    lower,
    phases,
    workers,
)

ROOT = Path(__file__).resolve().parents[3]


def test_all_is_run_when_no_level_is_named() -> None:
    assert level({}) is Level.ALL
    assert level({"LEVEL": "smoke"}) is Level.SMOKE


def test_an_unknown_level_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UnknownSettingError, match="LEVEL=quick is none of smoke, core, all"):
        level({"LEVEL": "quick"})


def test_the_number_side_by_side_can_be_set() -> None:
    assert workers({}) == WORKERS
    assert workers({"E2E_WORKERS": "1"}) == 1
    with pytest.raises(UnknownSettingError, match="E2E_WORKERS=0 must be a whole number above 0"):
        workers({"E2E_WORKERS": "0"})


def test_one_test_at_a_time_needs_no_other_process() -> None:
    assert Phase("x", "core").arguments() == ("-m", "core")
    assert Phase("x", "core", 2).arguments() == ("-m", "core", "-n", "2", "--dist", "loadfile")


def test_tiers_below_leave_long_tests_out_but_in_a_whole_run() -> None:
    assert {chosen: lower(chosen) for chosen in Level} == {
        Level.SMOKE: ("-m", "not long"),
        Level.CORE: ("-m", "not long"),
        Level.ALL: (),
    }


COLLECT = """
import json, pytest, sys
class Recorder:
    def pytest_collection_finish(self, session):
        found = {i.nodeid: sorted({m.name for m in i.iter_markers()}) for i in session.items}
        print(json.dumps(found), file=sys.stderr)
sys.exit(pytest.main(["-q", "--collect-only", "tests/e2e"], plugins=[Recorder()]))
"""


class Names(dict[str, bool]):
    """The markers of a test, for an expression: what is not there is False."""

    def __missing__(self, name: str) -> bool:
        return False


@pytest.fixture(scope="module")
def collected() -> dict[str, list[str]]:
    """Every end-to-end test with the names of its markers."""
    words = (sys.executable, "-c", COLLECT)
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stderr)
    return found


def fitting(collected: dict[str, list[str]], markers: str) -> set[str]:
    """The tests that fit a marker expression."""
    return {
        test
        for test, names in collected.items()
        if eval(markers, {}, Names(dict.fromkeys(names, True)))  # noqa: S307 (our own words)
    }


def test_every_test_is_in_exactly_one_phase_and_each_level_holds_the_one_before(
    collected: dict[str, list[str]],
) -> None:
    by_level = {
        chosen: [fitting(collected, phase.markers) for phase in phases(chosen, WORKERS)]
        for chosen in Level
    }
    for parts in by_level.values():
        assert sum(len(part) for part in parts) == len(set().union(*parts))
    smoke, core, everything = (set().union(*by_level[chosen]) for chosen in Level)
    assert smoke and smoke < core < everything
    assert everything == set(collected)
    for chosen in (Level.SMOKE, Level.CORE):
        left = fitting(collected, left_out(chosen))
        assert left == everything - set().union(*by_level[chosen])
    assert left_out(Level.ALL) == ""


def test_what_a_level_leaves_out_is_counted_by_file() -> None:
    said = counted(Level.CORE, "tests/e2e/test_b.py: 3\ntests/e2e/test_a.py: 20\n\n")
    assert said.splitlines() == [
        "left out by LEVEL=core: 23 end-to-end test(s); `make test` runs them",
        "    20 of tests/e2e/test_a.py",
        "     3 of tests/e2e/test_b.py",
    ]
