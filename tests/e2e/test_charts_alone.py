"""Each chart does its work without the operator: a schema registry, a notebook, a dashboard."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards import queries, runnable
from tests.e2e.alone import Alone, image_values
from tests.e2e.cluster import Kubectl
from tests.e2e.test_network_policy import IDLE, start

FRIEND = {"networkPolicy": {"clients": [{"podLabels": {"role": "friend"}}]}}
JSON = {"Content-Type": "application/vnd.schemaregistry.v1+json"}
SCHEMA = {"type": "record", "name": "Usager", "fields": [{"name": "grav", "type": "int"}]}
STATIONS = ("Valence", "Amiens", "Nice")
FIELDS = ("temperature", "humidity", "pressure", "wind")


@pytest.fixture
def alone(kubectl: Kubectl, kubeconfig: Path, namespace: str) -> Alone:
    """A fresh namespace that admits only restricted pods, with one friend and one stranger."""
    start(kubectl, namespace, {"friend": IDLE, "stranger": IDLE})
    return Alone(kubectl, kubeconfig, namespace)


def test_the_registry_still_knows_a_schema_after_a_restart(alone: Alone) -> None:
    registry = {"podLabels": {"app.kubernetes.io/component": "schema-registry"}}
    kafka: dict[str, Any] = {
        "image": image_values("kafka"),
        "networkPolicy": {"clients": [registry]},
    }
    alone.install("kafka", kafka, "brokers")
    alone.install(
        "schema-registry",
        {
            "image": image_values("schema-registry"),
            "kafka": {"bootstrapServers": "kafka:9092"},
            **FRIEND,
        },
    )
    url = "http://schema-registry:8081"
    body = json.dumps({"schema": json.dumps(SCHEMA)})

    registered, listed = alone.ask(
        "friend",
        {"url": f"{url}/subjects/test-value/versions", "method": "POST", "headers": JSON,
         "body": body},
        {"url": f"{url}/subjects"},
    )  # fmt: skip
    assert (registered.status, listed.json) == (200, ["test-value"])
    number = registered.json["id"]

    alone.restart("schema-registry")

    (found,) = alone.ask("friend", {"url": f"{url}/schemas/ids/{number}"})
    assert found.status == 200
    assert json.loads(found.json["schema"]) == SCHEMA
    assert not alone.reaches("stranger", f"{url}/subjects")
    # Health is for the kubelet alone.
    assert not alone.reaches("friend", f"http://{alone.address('schema-registry')}:9000/")


def test_a_notebook_needs_the_password_and_outlives_the_pod(alone: Alone) -> None:
    alone.secret("jupyter", jupyter_password="correct-horse")
    alone.install(
        "jupyter",
        {"image": image_values("jupyter"), "baseUrl": "/jupyter", **FRIEND},
        "statefulset",
    )
    url = "http://jupyter:8888/jupyter"
    mine = {"type": "file", "format": "text", "content": "print(1)"}

    def contents(password: str, *more: dict[str, Any]) -> list[int]:
        answers = alone.ask(
            "friend",
            {"url": f"{url}/login"},
            {"url": f"{url}/login", "method": "POST", "form": {"password": password}},
            {"url": f"{url}/api/contents"},
            *more,
        )
        return [answer.status for answer in answers[2:]]

    (version,) = alone.ask("friend", {"url": f"{url}/api"})
    assert (version.status, set(version.json)) == (200, {"version"})
    assert contents("wrong") == [403]
    put = {"url": f"{url}/api/contents/mine.py", "method": "PUT", "body": json.dumps(mine),
           "headers": {"Content-Type": "application/json"}}  # fmt: skip
    assert contents("correct-horse", put) == [200, 201]

    alone.restart("jupyter", "statefulset")

    assert contents("correct-horse", {"url": f"{url}/api/contents/mine.py"}) == [200, 200]
    assert not alone.reaches("stranger", f"{url}/api")


def test_every_query_of_the_dashboard_answers_for_every_station(alone: Alone) -> None:
    alone.install("influxdb", {"image": image_values("influxdb"), **FRIEND}, "statefulset")
    url = "http://influxdb:8086/api/v2"
    owner = {"username": "u", "password": "correct-horse", "org": "o", "bucket": "climate"}
    (made,) = alone.ask(
        "friend", {"url": f"{url}/setup", "method": "POST", "body": json.dumps(owner)}
    )
    assert made.status == 201, made.text
    token = {"Authorization": f"Token {made.json['auth']['token']}"}
    now = time.time_ns()
    fields = ",".join(f"{field}=20.5" for field in FIELDS)
    lines = [
        f"weather,station={station} {fields} {now - second * 10**9}"
        for station in STATIONS
        for second in range(60)
    ]
    shown = [query for query in queries() if query.dashboard == "Weather"]
    flux = {**token, "Content-Type": "application/vnd.flux", "Accept": "application/csv"}
    written, *answers = alone.ask(
        "friend",
        {"url": f"{url}/write?org=o&bucket=climate", "method": "POST", "headers": token,
         "body": "\n".join(lines)},
        *(
            {"url": f"{url}/query?org=o", "method": "POST", "headers": flux,
             "body": runnable(query.text, bucket="climate")}
            for query in shown
        ),
    )  # fmt: skip
    assert written.status == 204, written.text
    for query, answer in zip(shown, answers, strict=True):
        assert answer.status == 200, f"{query}: {answer.text}"
        if query.kind == "stat":
            assert answer.text.splitlines()[1].endswith(",180")
        else:
            assert all(station in answer.text for station in STATIONS), query
