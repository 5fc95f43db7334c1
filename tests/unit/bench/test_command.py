"""The command line of the benchmarks, and what they say about the machine."""

from typing import Any

import pytest

from bench import figures
from bench.__main__ import BENCHES, arguments
from bench.audit import Request
from bench.curve import Curve
from bench.floor import Floor
from bench.machine import OtherLoad
from bench.options import Options
from bench.scale import OperatorRun
from bench.seen import Seen


def test_a_hundred_labs_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABS", raising=False)
    assert arguments(["p2"])[1].labs == 100
    monkeypatch.setenv("LABS", "7")
    assert arguments(["p2"])[1].labs == 7
    assert arguments(["p2", "--labs", "3"])[1].labs == 3


@pytest.mark.parametrize("given", [["p9"], ["p2", "--labs", "0"], []])
def test_a_wrong_command_ends_with_a_usage_text(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        arguments(given)
    assert "usage" in capsys.readouterr().err


def test_every_benchmark_is_named_in_the_usage_text(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--help"])
    text = capsys.readouterr().out
    assert all(name in text for name in BENCHES)


def test_our_own_work_is_not_counted_as_that_of_others() -> None:
    looks = iter([(1000.0, 400.0, 20.0), (1100.0, 460.0, 70.0)])
    assert OtherLoad(lambda: next(looks)).share() == 0.1


def run(**more: object) -> OperatorRun:
    """A run of two labs in which all went well, but for what is given."""
    given: dict[str, object] = {
        "ready": 20.0, "latencies": [10.0, 20.0], "set_up": 2, "still_ready": 2,
        "idle_seconds": 60.0, "idle_requests": [Request("operator", "update", "leases", 200)],
        "restart": 0.0, "restart_requests": [], "requests": [], "failed_passes": 0, "others": 0.0,
        **more,
    }  # fmt: skip
    return _run(given)


def _run(given: Any) -> OperatorRun:
    ready = given["latencies"]
    steps = [
        Seen(
            "roll-out",
            seconds=given["ready"],
            curve=Curve([0.0 for _ in ready], ready),
            requests=given["requests"],
            failed_passes=given["failed_passes"],
            others=given["others"],
        ),
        Seen("idle", whole=given["idle_seconds"], requests=given["idle_requests"]),
        Seen("restart", seconds=given["restart"], requests=given["restart_requests"]),
    ]
    return OperatorRun(
        {step.name: step for step in steps},
        set_up=given["set_up"], to_set_up=2, still_ready=given["still_ready"],
    )  # fmt: skip


TWO = Options(labs=2)
FLOOR = Floor(applied=5.0, ready=10.0, others=0.0)


@pytest.mark.parametrize(("ready", "ratio", "reached"), [(15.0, 1.5, True), (20.0, 2.0, False)])
def test_two_labs_in_one_and_a_half_of_the_floors_time_reach_the_goal(
    ready: float, ratio: float, reached: bool
) -> None:
    made = figures.p2(TWO, run(ready=ready), FLOOR)
    assert (made.ratio, made.reached) == (ratio, reached)


@pytest.mark.parametrize(
    "fault",
    [
        {"latencies": [10.0]},
        {"set_up": 1},
        {"failed_passes": 1},
        {"others": 0.2},
        {"requests": [Request("operator", "patch", "jobs", 500)]},
    ],
)
def test_a_run_that_was_not_whole_or_not_alone_is_void(fault: dict[str, object]) -> None:
    assert figures.p2(TWO, run(**fault), FLOOR).void


def test_a_busy_machine_voids_nothing_as_long_as_it_was_as_busy_for_the_floor() -> None:
    assert not figures.p2(TWO, run(others=0.4), Floor(5.0, 10.0, others=0.45)).void
    assert figures.p2(TWO, run(others=0.4), Floor(5.0, 10.0, others=0.25)).void


def test_renewing_the_lease_is_no_write_while_idle_and_anything_else_is() -> None:
    assert figures.p5(TWO, run()).reached
    event = Request("operator", "create", "events", 201)
    assert not figures.p5(TWO, run(idle_requests=[event])).reached
    assert figures.p5(TWO, run(idle_requests=[])).void


def test_a_restart_that_writes_is_void() -> None:
    assert not figures.p6(TWO, run(restart=1.0)).void
    patch = Request("operator", "patch", "services", 200)
    assert figures.p6(TWO, run(restart=1.0, restart_requests=[patch])).void


@pytest.mark.parametrize(("mebibytes", "reached"), [(150, True), (151, False)])
def test_a_restart_keeps_to_the_memory_of_a_roll_out(mebibytes: int, reached: bool) -> None:
    whole = run(restart=1.0)
    whole.steps["restart"].peak = mebibytes * 2**20
    assert figures.p6(TWO, whole).reached is reached
