"""StreamingLab objects as the API server gives them."""

from __future__ import annotations

from typing import Any

MESSAGE = "3000 points in InfluxDB and in both topics: none lost, none twice"
CHANGED = "2026-11-27T01:00:00Z"
"""When the conditions became what they are."""


def condition(type_: str, status: str, reason: str, message: str = "") -> dict[str, Any]:
    """One condition."""
    return {
        "type": type_, "status": status, "reason": reason, "message": message,
        "lastTransitionTime": CHANGED, "observedGeneration": 2,
    }  # fmt: skip


def component(name: str, ready: str = "1/1", reason: str = "", message: str = "") -> dict[str, Any]:
    """One component of the status."""
    found = {"name": name, "kind": "Deployment", "ready": ready}
    return found | ({"reason": reason, "message": message} if reason else {})


def endpoint(name: str, address: str, description: str = "") -> dict[str, Any]:
    """One address of the status."""
    return {"name": name, "address": address, "description": description}


def lab(**status: Any) -> dict[str, Any]:
    """A lab that is ready; ``status`` replaces parts of its status."""
    return {
        "apiVersion": "streaminglab.dev/v1alpha1",
        "kind": "StreamingLab",
        "metadata": {
            "name": "meteo", "namespace": "user-alice", "generation": 2, "resourceVersion": "1",
            "creationTimestamp": "2026-11-27T00:00:00Z",
        },
        "spec": {
            "profile": "standard",
            "weather": True,
            "producer": {"topic": "weather"},
            "telegraf": {"topic": "weather-telegraf"},
            "influxdb": {"org": "myorg", "bucket": "weather"},
            "kafkaUI": {"username": "student"},
            "postgresql": {"username": "datamanager", "database": "transform"},
        },
        "status": {
            "observedGeneration": 2,
            "phase": "Ready",
            "conditions": [
                condition("Ready", "True", "Ready", MESSAGE),
                condition("Stalled", "False", "Progressing"),
                condition("KafkaReady", "True", "Ready", "kafka: 3 of 3 ready"),
            ],
            "components": [
                component("kafka", "3/3"),
                component("influxdb"),
                component("kafka-ui", "0/1", "ImagePullBackOff", "kafka-ui: no such image"),
                component("postgresql"),
                component("verify", "0/1", "Running", "verify is running"),
            ],
            "data": {
                "summary": "3000/3000/2990", "influxdb": 3000, "producer": 3000,
                "telegraf": 2990, "expected": 3000, "verifiedAt": CHANGED,
            },
            "endpoints": [
                endpoint("kafka", "kafka:9092"),
                endpoint("influxdb", "http://influxdb:8086"),
                endpoint("postgresql", "postgresql:5432"),
            ],
            "urls": [{"name": "kafka-ui", "url": "https://meteo-kafka-ui.lab.example.org/"}],
            **status,
        },
    }  # fmt: skip
