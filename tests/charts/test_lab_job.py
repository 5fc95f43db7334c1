"""The lab's programs: one Job per run, never two at once, and only their own tokens."""

import json
from typing import Any

import pytest

from tests.charts.support import Manifest, only, render


def pod(values: dict[str, Any], kind: str = "Job") -> Manifest:
    found: Manifest = only(render("lab-job", values), kind)["spec"]["template"]["spec"]
    return found


def test_the_program_is_named_by_the_component_unless_arguments_are_given() -> None:
    assert pod({"component": "verify"})["containers"][0]["args"] == ["verify"]
    assert pod({"args": ["init", "--dry"]})["containers"][0]["args"] == ["init", "--dry"]


def test_the_configuration_arrives_as_it_was_given() -> None:
    config = {"influxdb": {"url": "http://x:8086"}, "points": 3000, "rate": 10.5, "alerts": None}
    data = only(render("lab-job", {"config": config}), "ConfigMap")["data"]["config.json"]
    assert json.loads(data) == config


def test_large_numbers_stay_whole() -> None:
    """Helm reads JSON numbers as floats: 1e+06 would not be a whole number any more."""
    data = only(render("lab-job", {"config": {"points": 100_000_000}}), "ConfigMap")["data"]
    assert json.loads(data["config.json"])["points"] == 100_000_000


def test_only_the_named_keys_of_the_secret_are_mounted() -> None:
    keys = ["influxdb-inject-token"]
    spec = pod({"secret": {"name": "meteo-credentials", "keys": keys}})
    secret = next(v["secret"] for v in spec["volumes"] if v["name"] == "secrets")
    assert [item["key"] for item in secret["items"]] == keys
    assert not any("Secret" in str(entry) for entry in spec["containers"][0]["env"])


def test_without_a_secret_nothing_is_mounted() -> None:
    assert "secrets" not in [volume["name"] for volume in pod({})["volumes"]]


def test_each_try_is_a_pod_of_its_own_and_never_two_at_once() -> None:
    job = only(render("lab-job"), "Job")["spec"]
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    assert job["podReplacementPolicy"] == "Failed"
    assert job["backoffLimit"] == 6


@pytest.mark.parametrize(("seconds", "present"), [(0, False), (60, True)])
def test_an_endless_job_has_no_deadline(seconds: int, present: bool) -> None:
    job = only(render("lab-job", {"activeDeadlineSeconds": seconds}), "Job")["spec"]
    assert ("activeDeadlineSeconds" in job) is present


def test_a_jobs_template_does_not_depend_on_its_configuration() -> None:
    """A Job's template is immutable: a checksum in it would make `helm upgrade` fail."""
    assert pod({"config": {"a": 1}}) == pod({"config": {"a": 2}})
    job = only(render("lab-job", {"config": {"a": 1}}), "Job")
    assert "annotations" not in job["spec"]["template"]["metadata"]


def test_the_producer_restarts_with_its_configuration_and_says_when_it_is_ready() -> None:
    def checksum(config: dict[str, int]) -> str:
        values = {"kind": "Deployment", "component": "producer", "config": config}
        template = only(render("lab-job", values), "Deployment")["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/config"])

    assert checksum({"a": 1}) != checksum({"a": 2})
    spec = pod({"kind": "Deployment", "component": "producer"}, "Deployment")
    assert spec["containers"][0]["readinessProbe"]["httpGet"]["path"] == "/healthz"
