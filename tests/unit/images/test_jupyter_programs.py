"""The courses' programs: to complete in the image, solved among the answers."""

from __future__ import annotations

import ast
import importlib.util
import math
import random
import statistics
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tools.images.catalog import DIRECTORY
from tools.shell.paths import ROOT

GIVEN = DIRECTORY / "jupyter" / "notebooks"
SOLVED = ROOT / "docs" / "courses" / "answers"
PROGRAMS = sorted(path.relative_to(SOLVED) for path in SOLVED.rglob("*.py"))
NEEDS_A_LAB = {"protobuf_readings.py", "avro_readings.py", "json_readings.py", "alarm.py"}
"""Their first hole comes after they have connected, or imported what the tests have not."""


def module(path: Path) -> ModuleType:
    """A program, imported."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_every_folder_has_its_solved_programs() -> None:
    assert {path.parts[0] for path in PROGRAMS} == {"ksqldb", "semantics"}
    assert len(PROGRAMS) == 11


@pytest.mark.parametrize("path", PROGRAMS, ids=str)
def test_a_program_has_holes_and_its_solution_none(path: Path) -> None:
    given, solved = (folder / path for folder in (GIVEN, SOLVED))
    assert "TODO 1" in given.read_text(encoding="utf-8")
    text = solved.read_text(encoding="utf-8")
    assert "TODO" not in text
    assert "todo" not in text
    constants = (n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant))
    assert ... not in constants


@pytest.mark.parametrize(
    "path", [path for path in PROGRAMS if path.name not in NEEDS_A_LAB], ids=str
)
def test_a_program_that_is_not_completed_says_what_is_missing(path: Path) -> None:
    command = [sys.executable, str(GIVEN / path), *(["3"] if path.stem == "slow_reader" else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "À compléter d'abord : " in done.stderr
    assert "Traceback" not in done.stderr


def test_no_solved_program_lies_in_the_image() -> None:
    texts = {(SOLVED / path).read_text(encoding="utf-8") for path in PROGRAMS}
    there = (p for p in GIVEN.parents[1].rglob("*.py") if "__pycache__" not in p.parts)
    assert [path for path in there if path.read_text(encoding="utf-8") in texts] == []


class Messages:
    """A consumer of so many messages, and then of none."""

    def __init__(self, count: int) -> None:
        self.left = count

    def poll(self, _: float) -> Messages | None:
        self.left -= 1
        return self if self.left >= 0 else None

    def error(self) -> None:
        """None of them is one."""


@pytest.mark.parametrize(("rate", "slept"), [(0.0, []), (4.0, [0.25, 0.25, 0.25])])
def test_a_consumer_reads_as_fast_as_it_is_told(
    rate: float, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    course = module(GIVEN / "semantics" / "course.py")
    waits: list[float] = []
    monkeypatch.setattr(course.time, "sleep", waits.append)
    assert len(list(course.read(Messages(9), 3, rate=rate))) == 3
    assert waits == slept


def test_a_producer_without_a_rate_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    course = module(GIVEN / "semantics" / "course.py")
    waits: list[float] = []
    monkeypatch.setattr(
        course, "time", SimpleNamespace(sleep=waits.append, monotonic=lambda: 100.25)
    )
    course.pace(100.0, 7, 0.0)
    assert waits == []
    course.pace(100.0, 7, 7.0)
    assert waits == [0.75]


def test_the_running_mean_and_deviation_are_those_of_the_whole_list() -> None:
    alarm = module(SOLVED / "ksqldb" / "alarm.py")
    chance = random.Random(7)  # noqa: S311 - the same each time
    values = [chance.gauss(1e6, 3) for _ in range(1000)]
    running = alarm.Running()
    assert running.deviation == 0
    for value in values:
        running.add(value)
    assert math.isclose(running.mean, statistics.fmean(values))
    assert math.isclose(running.deviation, statistics.pstdev(values), rel_tol=1e-9)


def test_the_alarm_is_given_for_a_peak_and_not_before_there_is_enough() -> None:
    alarm = module(SOLVED / "ksqldb" / "alarm.py")
    given = module(GIVEN / "ksqldb" / "temperatures.py")
    towns: dict[str, list[float]] = {}
    alarms, peaks = [], []
    for number, (town, celsius) in zip(range(1, 501), given.readings(), strict=False):
        seen = towns.setdefault(town, [])
        running = alarm.Running()
        for value in seen:
            running.add(value)
        if alarm.unusual(celsius, running):
            alarms.append(number)
        if celsius > given.TOWNS[town] + given.PEAK / 2:
            peaks.append(number)
        seen.append(celsius)
    assert peaks == [97, 194, 291, 388, 485]
    assert set(peaks) <= set(alarms)
    assert len(alarms) < 20
    assert alarms[0] > alarm.ENOUGH
