"""A sample of the edits of ``make test-mutations``; and that an edit that goes wrong is told."""

from pathlib import Path

import pytest

from streaminglab_operator.plan import topics
from tests.fakes.connect import SINK
from tests.levels import long_but_first
from tests.mutations import judge
from tests.mutations.coverage import one_sided
from tests.mutations.declared import ENTRIES as DECLARED
from tests.mutations.declared import KINDS, Declared
from tests.mutations.generate import all_plans, sample
from tests.mutations.labs import Spec
from tests.mutations.plan import Plan
from tests.mutations.run import Runs, Verdict
from tests.mutations.world import EditedWorld

COUNT = 120
PARTS = 4
RUNS = Runs()
"""The labs before any edit, for all tests of this file."""


@pytest.mark.parametrize("part", long_but_first(PARTS))
async def test_an_edit_is_reached_or_refused_by_name_and_undone(part: int) -> None:
    for plan in sample(COUNT)[part::PARTS]:
        verdict = await RUNS.verdict(plan)
        assert verdict.divergences == [], plan.text()


def _taken(place: str) -> Plan:
    return next(p for p in all_plans() if p.place == place and p.sort == "taken")


@pytest.mark.parametrize(
    "place",
    [
        "spec.kafka.topics[].config{}",
        "spec.kafka.config{}",
        "spec.connect.connectors[].config{}",
        "spec.connect.connectors[]",
        "spec.influxdb.alerts[]",
        "spec.influxdb.retention",
        "spec.access.ingress.annotations{}",
        "spec.access.kafka.nodePort",
    ],
)
async def test_what_is_taken_out_of_the_spec_is_no_longer_in_force(place: str) -> None:
    verdict = await RUNS.verdict(_taken(place))
    assert (verdict.outcome, verdict.divergences) == ("reached", [])


async def test_an_edit_that_is_ignored_is_told_and_replays_from_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = _taken("spec.kafka.topics[].config{}")
    monkeypatch.setattr(topics, "given_back", lambda _: {})
    found = (await RUNS.verdict(plan)).divergences
    assert "accepted and ignored" in found
    again = Plan.read(plan.write(tmp_path))
    assert again == plan
    assert (await RUNS.verdict(again)).divergences == found


async def test_an_edit_that_leaves_something_behind_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = next(p for p in all_plans() if p.place == "spec.kafka.config{}" and p.sort == "valid")
    apply = EditedWorld.apply

    def never_back(self: EditedWorld, spec: Spec) -> None:
        apply(self, plan.after() if spec == plan.before() else spec)

    monkeypatch.setattr(EditedWorld, "apply", never_back)
    found = (await RUNS.verdict(plan)).divergences
    assert [line for line in found if not line.startswith("left behind: ")] == []
    assert any("server.properties" in line for line in found)


async def test_a_refusal_that_names_another_field_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = next(p for p in all_plans() if p.sort == "bad")
    monkeypatch.setattr(judge, "named", lambda *_: False)
    (found,) = (await RUNS.verdict(plan, played=False)).divergences
    assert found.startswith(f"refused, and {plan.field} is not named")


def test_a_place_that_was_not_tried_from_both_sides_is_told() -> None:
    plan = _taken("spec.suspend")
    tried = [Verdict(plan, "reached", [])]
    reported = list(one_sided(tried, Declared()))
    assert "spec.suspend: no edit was refused" in reported
    assert not any(line.startswith("spec.suspend: no edit was taken") for line in reported)
    assert "spec.profile: no edit was reached" in reported


def test_what_is_declared_has_a_reason_and_is_looked_for() -> None:
    assert {entry.sort for entry in DECLARED} <= set(KINDS)
    assert all(len(entry.reason) > 20 for entry in DECLARED)
    nothing = Declared()
    assert nothing.unused() == list(DECLARED)
    assert not nothing.allows("same", _taken("spec.suspend"))


async def test_what_was_set_by_hand_stays_when_the_lab_gives_its_own_settings_back() -> None:
    world = EditedWorld()
    topic = {"name": "lines", "config": {"retention.ms": "1000"}}
    world.add_lab({"weather": False, "kafka": {"topics": [topic]}})
    await world.quiet()
    config = world.init.kafka.topics["lines"].config
    assert config == {"retention.ms": "1000"}
    config["segment.ms"] = "7"
    world.edit_lab({"kafka": {"topics": [{"name": "lines"}]}})
    await world.quiet()
    assert config == {"segment.ms": "7"}
    config["retention.ms"] = "9"
    world.edit_lab({"kafka": {"topics": [{"name": "lines"}, {"name": "more"}]}})
    await world.quiet()
    assert config == {"segment.ms": "7", "retention.ms": "9"}, "it was given back once, not twice"


async def test_a_setting_is_given_back_also_where_the_operator_was_away_when_it_went() -> None:
    world = EditedWorld()
    topic = {"name": "lines", "config": {"retention.ms": "1000"}}
    world.add_lab({"weather": False, "kafka": {"topics": [topic]}})
    await world.quiet()
    world.edit_lab({"kafka": {"topics": [{"name": "lines"}]}})
    world.restart()
    await world.quiet()
    assert world.init.kafka.topics["lines"].config == {}


async def test_a_topic_that_is_listed_no_more_is_named_in_the_status() -> None:
    world = EditedWorld()
    listed = [{"name": "lines", "config": {"retention.ms": "1000"}}, {"name": "more"}]
    world.add_lab({"weather": False, "kafka": {"topics": listed}})
    await world.quiet()
    world.edit_lab({"kafka": {"topics": [{"name": "more"}]}})
    await world.quiet()
    assert world.ready()
    said = world.condition("TopicsReady")["message"]
    assert said.endswith("listed no more, and not deleted: lines")
    assert world.init.kafka.topics["lines"].config == {"retention.ms": "1000"}, "it keeps its data"


async def test_a_connectors_option_that_is_taken_out_is_gone_in_connect() -> None:
    world = EditedWorld()
    config = {"topics": "lines", "batch.size": "10"}
    connector = {"name": "sink", "class": SINK, "config": config}
    world.add_lab({"weather": False, "connect": {"connectors": [connector]}})
    await world.quiet()
    del config["batch.size"]
    world.edit_lab({"connect": {"connectors": [connector]}})
    await world.quiet()
    assert "batch.size" not in world.connect.connectors_there["sink"].config
