"""Labs as the API server gives them, for the tests of kubectl slab."""

from __future__ import annotations

from typing import Any

from streaminglab_cli.lab import Lab

FLOWS = "data flows: 3000 points in InfluxDB, 3000 in the producer's topic"


def condition(type_: str, status: str, reason: str, message: str = "") -> dict[str, Any]:
    return {
        "type": type_,
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": "2026-11-27T01:00:00Z",
        "observedGeneration": 2,
    }


def part(name: str, ready: str = "1/1", kind: str = "Deployment", **more: str) -> dict[str, Any]:
    return {"name": name, "kind": kind, "ready": ready, **more}


def raw(**status: Any) -> dict[str, Any]:
    """A lab that is Ready; ``status`` replaces parts of its status."""
    return {
        "apiVersion": "streaminglab.dev/v1alpha1",
        "kind": "StreamingLab",
        "metadata": {
            "name": "meteo",
            "namespace": "student",
            "generation": 2,
            "uid": "u-1",
            "resourceVersion": "7",
            "creationTimestamp": "2026-11-27T00:00:00Z",
        },
        "spec": {
            "weather": True,
            "kafka": {"topics": [{"name": "weather", "partitions": 4}], "stoppedBrokers": [2]},
            "producer": {"topic": "weather"},
            "influxdb": {"org": "myorg", "bucket": "weather"},
            "kafkaUI": {"username": "student"},
            "postgresql": {"username": "datamanager"},
        },
        "status": {
            "phase": "Ready",
            "conditions": [
                condition("Ready", "True", "Ready", FLOWS),
                condition("Reconciling", "False", "Ready"),
                condition("DataFlowing", "True", "Verified", "none lost"),
            ],
            "components": [
                part("kafka", "3/3", "StatefulSet"),
                part("influxdb", kind="StatefulSet"),
                part("kafka-ui"),
                part("page"),
                part("postgresql", kind="StatefulSet"),
                part("init", kind="Job"),
            ],
            "kafka": {"brokers": [{"id": 0, "state": "Running"}, {"id": 2, "state": "Stopped"}]},
            "data": {"summary": "3000/3000/3000"},
            "endpoints": [
                {"name": "kafka", "address": "kafka:9092"},
                {"name": "kafka-via-localhost", "address": "localhost:19092,localhost:19093"},
                {"name": "influxdb", "address": "http://influxdb:8086"},
                {"name": "page", "address": "http://meteo-page:8080"},
                {"name": "postgresql", "address": "postgresql:5432"},
            ],
            **status,
        },
    }


def lab(**status: Any) -> Lab:
    return Lab(raw(**status))


SECRET = {
    "kafka-username": "student",
    "kafka-password": "k-secret",
    "kafka-ui-password": "it's",
    "influxdb-username": "admin",
    "influxdb-password": "i-secret",
    "influxdb-verify-token": "t-verify",
    "postgresql-password": "p-secret",
}
