"""What `plan` says that follows from a change is what the operator's own planner makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_cli.differences import differences
from streaminglab_cli.effects import effects
from streaminglab_operator.plan import Release, plan
from tests.labs import OPTIONS, all_ready, lab

BASE: dict[str, Any] = {
    "kafka": {"topics": [{"name": "weather", "partitions": 4}]},
    "inject": {"points": 600},
}


def releases(spec: dict[str, Any]) -> dict[str, Release]:
    found = lab(spec)
    return {
        release.component: release for release in plan(found, all_ready(found), OPTIONS).releases
    }


def changed(spec: dict[str, Any]) -> set[str]:
    """Components whose chart gets other values, and Jobs that are others."""
    before, after = releases(BASE), releases({**BASE, **spec})
    both = before.keys() & after.keys()
    return {
        name
        for name in both
        if (before[name].values, before[name].digest) != (after[name].values, after[name].digest)
    }


def again(spec: dict[str, Any]) -> set[str]:
    """Jobs that run once more: their digest, which ends their name, is another."""
    before, after = releases(BASE), releases({**BASE, **spec})
    return {
        name for name in before.keys() & after.keys() if before[name].digest != after[name].digest
    }


def said(spec: dict[str, Any], before: dict[str, Any]) -> str:
    (effect,) = effects(differences(before, spec))
    return f"{effect.part}: {effect.what}"


@pytest.mark.parametrize(
    ("spec", "words", "job", "untouched"),
    [
        (
            {"kafka": {"topics": [{"name": "weather", "partitions": 8}]}},
            "init: it runs again; no pod of Kafka restarts",
            "init",
            "kafka",
        ),
        ({"inject": {"points": 700}}, "inject: one more injection", "inject", "kafka"),
    ],
)
def test_a_job_runs_again_and_its_server_does_not_change(
    spec: dict[str, Any], words: str, job: str, untouched: str
) -> None:
    assert said(spec, {name: BASE[name] for name in spec}) == words
    assert job in again(spec)
    assert untouched not in changed(spec)


def test_influxdb_does_not_restart_for_how_long_it_keeps_points() -> None:
    spec = {"influxdb": {"retention": "1d"}}
    assert said(spec, {"influxdb": {}}) == "init: it runs again; InfluxDB does not restart"
    assert "influxdb" not in changed(spec)
    assert "init" in again(spec)


def test_alerts_are_more_than_a_run_of_init() -> None:
    spec = {"influxdb": {"alerts": [{"name": "heat", "field": "temperature", "above": 30}]}}
    words = said(spec, {"influxdb": {}})
    assert words == "init: it runs again; InfluxDB and Telegraf may restart"
    assert {"influxdb", "telegraf"} <= changed(spec)
    assert "init" in again(spec)


@pytest.mark.parametrize("job", ["init", "inject", "verify"])
def test_another_size_of_a_job_is_no_reason_to_run_it_again(job: str) -> None:
    spec: dict[str, Any] = {job: {**BASE.get(job, {}), "resources": {"cpu": "60m"}}}
    found = effects(differences({job: {"resources": {}}}, {job: {"resources": {"cpu": "60m"}}}))
    assert [(effect.part, "nothing runs again" in effect.what) for effect in found] == [(job, True)]
    assert job not in again(spec)


def test_a_listener_for_outside_changes_kafka_alone_of_the_servers() -> None:
    spec: dict[str, Any] = {"access": {"kafka": {"localhost": {}}}}
    (effect,) = effects(differences({"access": {"kafka": {}}}, spec))
    assert "brokers restart" in effect.what
    assert {"kafka", "influxdb", "telegraf", "producer"} & changed(spec) == {"kafka"}


def test_a_profile_changes_every_server() -> None:
    assert {"kafka", "influxdb", "telegraf", "producer"} <= changed({"profile": "nano"})
