"""A sample of the plans of ``make test-faults``; and that a plan tells when something is wrong."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from streaminglab_operator.reconcile import connectors
from streaminglab_operator.reconcile.obstacles import RETRY_SECONDS
from streaminglab_operator.reconcile.reporting import ReportMemory
from streaminglab_operator.reconcile.steps import prune
from streaminglab_operator.status.connectors import recorded
from tests.faults import run
from tests.faults.generate import all_plans, by_chance, sample
from tests.faults.plan import Answer, CrashAfter, Fault, NextStep, Outage, Plan, Watch
from tests.faults.run import Runs
from tests.faults.watches import ALL_KINDS
from tests.faults.workloads import WORKLOADS
from tests.levels import long_but_first

COUNT = 40
PARTS = 4
RUNS = Runs()
"""What the runs without faults ended in, for all tests of this file."""


async def _writes() -> dict[str, tuple[str, ...]]:
    """What each workload writes without faults."""
    return {name: tuple((await RUNS.reference(name)).writes) for name in WORKLOADS}


@pytest.mark.parametrize("part", long_but_first(PARTS))
async def test_whatever_goes_wrong_the_end_is_that_of_the_run_without_faults(part: int) -> None:
    for plan in sample(await _writes(), COUNT)[part::PARTS]:
        verdict = await RUNS.verdict(plan)
        assert verdict.divergences == [], plan.model_dump_json()


async def test_the_operator_is_killed_after_every_single_write_of_every_workload() -> None:
    writes = await _writes()
    plans = all_plans(writes)
    assert len(plans) >= 600
    for workload, done in writes.items():
        mine = [plan.faults for plan in plans if plan.workload == workload and not plan.seed]
        hit = {f.at for faults in mine for f in faults if f.fault == "crash"}
        assert hit >= set(range(1, len(done) + 1, WORKLOADS[workload].every)), workload
    everywhere = {what for done in writes.values() for what in done}
    apart = {what for name, done in writes.items() if WORKLOADS[name].every == 1 for what in done}
    sorts = {_sort(what) for what in everywhere}
    assert {_sort(what) for what in apart} == sorts, "no sort of write is left to the thinned rows"


def _sort(what: str) -> str:
    words = what.split()
    return " ".join(words[:2]) if words[0] in ("apply", "delete") else words[0]


async def test_a_seed_gives_the_same_plans_and_all_sorts_of_faults() -> None:
    writes = await _writes()
    plans = list(by_chance(writes, range(1, 200)))
    assert plans == list(by_chance(writes, range(1, 200)))
    assert {f.fault for plan in plans for f in plan.faults} == {
        "crash", "answer", "outage", "watch", "next-step",
    }  # fmt: skip
    assert set(WORKLOADS) == {plan.workload for plan in plans}


@pytest.mark.parametrize(
    ("fault", "killed", "failed"),
    [
        (CrashAfter(at=9), 1, 0),
        (CrashAfter(at=9, answer="seen"), 1, 0),
        (CrashAfter(at=9, stale=("Service", "StreamingLab"), since=3), 1, 0),
        (Answer(at=9, status=409), 0, 0),  # an obstacle of one object: tried again in a second
        (Answer(at=9, status=429, seconds=5), 0, 1),  # with Retry-After
        (Answer(at=9, status=0, landed=True), 0, 1),
        (Outage(at=9, seconds=60), 0, 7),
    ],
    ids=str,
)
async def test_a_fault_comes_where_the_plan_says(fault: Fault, killed: int, failed: int) -> None:
    verdict = await RUNS.verdict(Plan(workload="create", faults=(fault,)))
    assert verdict.divergences == []
    assert (verdict.killed, verdict.failed) == (killed, failed)


async def test_a_plan_with_another_end_is_told_and_replays_from_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = Plan(workload="edit", faults=(CrashAfter(at=6),), seed=7)
    assert (await RUNS.verdict(plan)).divergences == []
    monkeypatch.setattr(prune, "to_prune", lambda *_: [])
    found = (await RUNS.verdict(plan)).divergences
    assert any(line.startswith("Job/user-alice/meteo-init-") for line in found), found
    again = Plan.read(plan.write(tmp_path))
    assert again == plan
    assert (await RUNS.verdict(again)).divergences == found


async def test_an_end_that_comes_late_or_costs_too_much_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = Plan(workload="create", faults=(Answer(at=9, status=422),))
    verdict = await RUNS.verdict(plan)
    assert verdict.divergences == []
    assert verdict.seconds >= RETRY_SECONDS
    monkeypatch.setattr(run, "BOUND_SECONDS", 10.0)
    monkeypatch.setattr(run, "SPARE_WRITES", -3 * verdict.writes)
    late, much = (await RUNS.verdict(plan)).divergences
    assert late.startswith("the last write came 2")
    assert much == f"{verdict.writes} writes, and {len((await _writes())['create'])} without faults"


async def test_a_write_that_is_made_again_and_again_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = Watch(at=4, how="freeze", kinds=ALL_KINDS, seconds=40)
    plan = Plan(workload="connectors", faults=(late,))
    assert (await RUNS.verdict(plan)).divergences == []
    # Neither what Connect has no more is remembered, nor what the status was written to say.
    monkeypatch.setattr(connectors, "_ours", lambda _, __, last: recorded(last))
    monkeypatch.setattr(ReportMemory, "newest", lambda _, seen, now: seen)
    found = (await RUNS.verdict(plan)).divergences
    assert any(divergence.startswith("connect delete b: ") for divergence in found)


def test_a_file_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"workload": "create", "faults": [{"fault": "crash", "att": 3}]}')
    with pytest.raises(ValidationError, match="att"):
        Plan.read(path)


def test_each_plan_has_a_name_of_its_own() -> None:
    faults = (NextStep(at=3), Outage(at=9, seconds=5))
    plan = Plan(workload="edit-twice", faults=faults, seed=12)
    assert plan.name().startswith("edit-twice-next-step-3-outage-9-")
    assert plan.name() != plan.model_copy(update={"seed": 13}).name()
