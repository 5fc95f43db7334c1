"""When figures of the pipeline count, and what its measuring pods are."""

import json
from pathlib import Path

import pytest

from bench import labs, pipeline, pipeline_jobs, pipeline_pods
from bench.pipeline import BROKERS, NANO, Pipeline
from bench.pipeline_double import STATIONS, answers
from bench.pipeline_ways import INJECT, POINT, Cost

WHOLE = {
    "influxdb": 1000,
    "producer": 1000,
    "telegraf": 1000,
    "expected": 1000,
    "duplicates": {"producer": 0, "telegraf": 0},
}


def ways(inject: int) -> dict[str, dict[str, int]]:
    return {INJECT: {"perSecond": inject}, POINT: {"perSecond": 50_000}}


def seen(**more: object) -> Pipeline:
    given: dict[str, object] = {
        "points": 1000,
        "inject": {"written": 1000, "seconds": 0.01},
        "rates": {"ways": ways(100_000)},
        "data": WHOLE,
        "killed_at": 400,
        **more,
    }
    return Pipeline(**given)  # type: ignore[arg-type]


def test_a_hundred_thousand_points_a_second_reach_the_goal() -> None:
    made = pipeline.report("nano", seen())
    assert (made.figure, made.floor, made.ratio, made.reached) == (10.0, 20.0, 0.5, True)
    assert not pipeline.report("nano", seen(rates={"ways": ways(49_000)})).reached


def test_what_passes_while_the_pipeline_carries_the_points_is_told_beside() -> None:
    made = pipeline.report("nano", seen(inject={"written": 1000, "seconds": 0.03}))
    assert (made.figure, made.reached) == (10.0, True)
    together = made.counts["pointsPerSecondTogether"]
    assert together == {"inject": 33_333}


@pytest.mark.parametrize("missing", [{"rates": {"ways": {}}}, {"inject": {}}])
def test_a_way_that_was_not_measured_voids_the_figure(missing: dict[str, object]) -> None:
    assert pipeline.report("nano", seen(**missing)).void


@pytest.mark.parametrize(
    "data",
    [
        {**WHOLE, "telegraf": 999},
        {**WHOLE, "influxdb": 999, "producer": 999, "telegraf": 999},
        {**WHOLE, "duplicates": {"producer": 0, "telegraf": 1}},
        {},
    ],
)
def test_a_point_lost_or_twice_voids_the_figure(data: dict[str, object]) -> None:
    assert pipeline.report("nano", seen(data=data)).void
    assert pipeline.report_million(seen(data=data)).void


def test_a_million_points_without_a_broker_killed_in_their_midst_prove_nothing() -> None:
    assert not pipeline.report_million(seen()).void
    assert pipeline.report_million(seen(killed_at=0)).void
    assert pipeline.report_million(seen(killed_at=1000)).void


@pytest.mark.parametrize("file", [NANO, BROKERS])
def test_labs_have_room_for_the_points_and_keep_what_the_example_says(file: Path) -> None:
    document = pipeline._document(file, "ns", pipeline._all_at_once(7))
    example = labs.lab("ns", file=file)
    assert document["spec"]["inject"]["points"] == 7
    assert document["spec"]["profile"] == example["spec"]["profile"]
    assert document["spec"]["kafka"] == {**example["spec"]["kafka"], "storage": "2Gi"}
    assert document["spec"]["influxdb"]["storage"] == "2Gi"


def test_the_probes_code_fits_into_a_config_map() -> None:
    assert len(json.dumps(pipeline_pods.code())) < 1_000_000


def test_the_probe_is_a_pod_that_a_restricted_namespace_takes() -> None:
    spec = pipeline_pods.pod("rates", "jobs:1", 5)["spec"]
    (container,) = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert not container["securityContext"]["allowPrivilegeEscalation"]
    assert all("token" not in str(e.get("value", "")).lower() for e in container["env"])


def test_the_double_answers_with_each_point_once_and_with_the_newest_of_each_station() -> None:
    everything = list(answers('SELECT "temperature", "humidity" FROM "weather"', 1000))
    series = [one for answer in everything for one in answer["series"]]
    times = [row[0] for one in series for row in one["values"]]
    assert len(times) == len(set(times)) == 1000
    newest = list(answers('SELECT last("temperature") FROM "weather"', 1000))
    assert len(newest) == STATIONS
    assert max(row[0] for n in newest for row in n["series"][0]["values"]) == max(times)
    assert list(answers('SELECT last("start"), "names" FROM "streaminglab_run"', 5)) == [{}]


def test_what_lost_points_has_no_figure() -> None:
    found = {way: Cost(100, 1.0, 0.5) for way in pipeline_jobs.WAYS}
    made = pipeline_jobs.report(found, 100)
    assert (made.figure, made.void) == (5000.0, False)
    assert pipeline_jobs.report({**found, "producer": Cost(99, 1.0, 0.5)}, 100).void
