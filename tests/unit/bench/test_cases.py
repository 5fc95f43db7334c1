"""The list of runs goes on after one that failed, ends in time, and names what failed."""

import asyncio
from dataclasses import replace

import pytest

from bench import cases
from bench.curve import Curve
from bench.errors import BenchError
from bench.floor import Floor
from bench.options import Options
from bench.report import Report
from bench.scale import OperatorRun, Step
from bench.seen import Seen

FLOOR = Floor(1.0, 2.0, 0.0)
ALL = Options(most=10**6)


def whole(labs: int, seconds: float = 10.0) -> OperatorRun:
    """A run in which all went well."""
    curve = Curve([0.0] * labs, [seconds] * labs)
    names = ("roll-out", "edit-one", "edit-all", "idle", "restart", "delete-all")
    steps = {name: Seen(name, labs, seconds, seconds, curve=curve) for name in names}
    return OperatorRun(steps, still_ready=labs)


async def reports(options: Options) -> list[Report]:
    return [report async for report in cases.measure(options)]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """What was run; the operator's run of ten labs fails, and the floor's of a hundred."""
    asked: list[Options] = []

    async def operator(options: Options, after: tuple[Step, ...], *, go_on: bool) -> OperatorRun:
        assert after and go_on
        asked.append(options)
        await asyncio.sleep(0)
        if options.labs == 10:
            raise BenchError("kwok ended with 1")
        return whole(options.labs)

    async def floor(options: Options, _: OperatorRun) -> Floor:
        if options.labs == 100:
            raise BenchError("5 of 700 after 600 s")
        return FLOOR

    monkeypatch.setattr(cases, "run_operator", operator)
    monkeypatch.setattr(cases, "run_floor", floor)
    return asked


async def test_a_run_that_fails_has_a_line_that_says_why_and_all_others_are_made(
    runs: list[Options],
) -> None:
    found = await reports(ALL)
    assert [o.labs for o in runs] == [c.labs for c in cases.CASES]
    (failed,) = [r for r in found if r.counts.get("labs") == 10]
    assert failed.void
    assert failed.void_if == {"it failed: kwok ended with 1": True}
    assert {r.name for r in found if r.counts.get("labs") == 1} == {
        "p2", "p3", "p4", "edit-all", "p5", "p6", "delete-all",
    }  # fmt: skip


async def test_without_its_floor_a_figure_is_void_and_the_other_lines_stand(
    runs: list[Options],
) -> None:
    found = {r.name: r for r in await reports(replace(ALL, most=100)) if r.counts["labs"] == 100}
    assert found["p2"].void_if["the floor could not be measured"]
    assert not found["edit-all"].void
    assert runs


async def test_the_list_can_be_measured_in_parts(runs: list[Options]) -> None:
    small = await reports(replace(ALL, most=99))
    large = await reports(replace(ALL, least=500))
    assert [o.labs for o in runs] == [1, 10, 1000, 500, 500]
    assert not [r for r in (*small, *large) if r.name == "scale" and r.figure]


async def test_what_is_not_begun_in_time_is_named(runs: list[Options]) -> None:
    found = await reports(replace(ALL, budget=0.0))
    assert not runs
    assert all(report.void for report in found)
    assert len(found) == len(cases.CASES) + 1


async def test_larger_runs_can_be_left_out(runs: list[Options]) -> None:
    await reports(replace(ALL, most=10))
    assert [o.labs for o in runs] == [1, 10]


def test_a_step_that_failed_voids_its_own_line_alone() -> None:
    run = whole(2)
    run.steps["edit-all"].failure = "1 of 2 after 900 s"
    found = {r.name: r for r in cases.lines(Options(labs=2), run, FLOOR)}
    assert found["edit-all"].void_if["edit-all failed: 1 of 2 after 900 s"]
    assert [name for name, report in found.items() if report.void] == ["edit-all", "p5"], (
        "p5 is void because nothing was asked of the API server here"
    )


@pytest.mark.parametrize(("seconds", "kept"), [(149.0, True), (151.0, False)])
def test_a_thousand_labs_are_to_come_at_four_fifths_of_the_rate_of_a_hundred_beside_their_floors(
    seconds: float, kept: bool
) -> None:
    """The floor of a hundred is a fifth of their ten seconds; that of a thousand is to be at least
    four fifths of a fifth."""
    every = cases.lines(Options(labs=1000), whole(1000, seconds), Floor(1.0, 24.0, 0.0))[0]
    few = cases.lines(Options(labs=100), whole(100, 10.0), FLOOR)[0]
    made = cases.kept({1000: every, 100: few})
    assert any(made.missed.values()) is not kept
    assert not made.void


def test_of_a_run_that_was_not_made_nothing_is_said() -> None:
    assert cases.kept({}).void
