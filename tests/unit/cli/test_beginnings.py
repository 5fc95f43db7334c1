"""`reset`: what is lost is said, and what cannot begin anew alone is refused."""

from __future__ import annotations

import pytest

from streaminglab_cli.beginnings import body, of_lab, of_part
from streaminglab_cli.errors import SlabError
from streaminglab_cli.lab import Lab, Part
from tests.unit.cli.labs import lab, raw


def one(name: str, kind: str = "StatefulSet") -> Part:
    return Part(name, kind, "1/1", "", "")


def test_a_job_runs_once_more_and_loses_nothing() -> None:
    found = of_part(one("init", "Job"), [])
    assert (found.job, found.loses, found.claims) == (True, "", ())


def test_a_part_with_a_volume_loses_its_data_and_says_so() -> None:
    found = of_part(one("influxdb"), ["data-meteo-influxdb-0"])
    assert found.claims == ("data-meteo-influxdb-0",)
    assert "all data of influxdb" in found.loses


def test_a_part_without_a_volume_loses_what_is_in_its_pod() -> None:
    assert of_part(one("page", "Deployment"), []).loses == "what page has in its pod"


def test_kafka_does_not_begin_anew_alone() -> None:
    with pytest.raises(SlabError, match="kubectl slab reset"):
        of_part(one("kafka"), ["data-meteo-kafka-0-0"])


def test_a_lab_whose_data_outlives_it_is_not_reset() -> None:
    kept = raw()
    kept["spec"]["retainData"] = True
    with pytest.raises(SlabError, match="retainData"):
        of_lab(Lab(kept))


def test_the_same_lab_is_made_again_with_what_was_written_on_it() -> None:
    found = raw()
    found["metadata"] |= {"labels": {"course": "000"}, "annotations": {"why": "x"}}
    again = body(Lab(found))
    assert again["spec"] == found["spec"]
    assert again["metadata"] == {
        "name": "meteo",
        "namespace": "student",
        "labels": {"course": "000"},
        "annotations": {"why": "x"},
    }
    assert "status" not in again
    assert "annotations" not in body(lab())["metadata"]
