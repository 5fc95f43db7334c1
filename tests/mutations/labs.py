"""The labs that are edited. Together they have every place of the spec filled."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from streaminglab_operator.services import OPTIONAL, Service
from tests.authorities import SCHOOL
from tests.fakes.connect import SINK, SOURCE

Spec = dict[str, Any]
SIZE: Spec = {"cpu": "330m", "cpuLimit": "99999m", "memory": "1100Mi"}
STORED: Spec = {"resources": SIZE, "storage": "2Gi", "storageClassName": "slow"}
CONFIG: Spec = {"num.io.threads": "9"}
TOPIC: Spec = {
    "name": "lines",
    "partitions": 2,
    "replicationFactor": 1,
    "config": {"retention.ms": "3600000", "cleanup.policy": "compact"},
}
QUIET: Spec = {"weather": False, "kafka": {"topics": [{"name": "lines"}]}}
"""The smallest lab: what is edited in it is some other part."""

CONNECTOR: Spec = {
    "name": "sink",
    "class": SINK,
    "tasksMax": 2,
    "state": "running",
    "config": {"topics": "lines", "batch.size": "10"},
}
CONNECT: Spec = {
    **STORED,
    "replicas": 1,
    "plugins": [
        {"name": "one", "bundled": "mongodb"},
        {"name": "two", "maven": "org.example:two:1.0"},
        {"name": "three", "url": "https://files.example.org/three.zip", "sha512": "0" * 128},
        {"name": "four", "image": "example/four:1.0"},
    ],
    "connectors": [CONNECTOR, {"name": "source", "class": SOURCE, "config": {"topic": "lines"}}],
    "secrets": ["mongo"],
    "schemasInJson": False,
    "config": {"offset.flush.interval.ms": "5000"},
    "mavenRepository": "https://maven.example.org/repository",
    "externalEgress": False,
    "overridePolicy": "Principal",
}
PARTS: Mapping[str, Spec] = {
    "connect": CONNECT,
    "kafkaUI": {
        "resources": SIZE,
        "username": "reader",
        "readOnly": False,
        "dynamicConfig": True,
    },
    "schemaRegistry": {"resources": SIZE, "storage": "kafka"},
    "ksqldb": {
        "resources": SIZE,
        "functions": [
            {"name": "own", "configMapName": "functions"},
            {"name": "fetched", "url": "https://files.example.org/f.jar", "sha512": "0" * 128},
            {"name": "mirrored", "maven": "org.example:functions:1.0"},
        ],
        "mavenRepository": "https://maven.example.org",
        "externalEgress": True,
    },
    "postgresql": {
        **STORED,
        "database": "numbers",
        "username": "clerk",
        "initConfigMapName": "tables",
    },
    "mongodb": {**STORED, "database": "numbers", "username": "clerk"},
    "sftp": {
        **STORED,
        "username": "clerk",
        "authorizedKeys": ["ssh-ed25519 AAAA me@laptop"],
        "users": [{"name": "alice", "authorizedKeys": ["ssh-ed25519 AAAA alice@laptop"]}],
    },
    "jupyter": {
        **STORED,
        # As much as Spark needs: less, and it could never be switched on.
        "resources": {**SIZE, "memory": "1600Mi"},
        "externalEgress": True,
        "spark": False,
        "envSecrets": ["s3"],
        "files": [
            {"name": "one", "configMapName": "notebooks"},
            {"name": "two", "url": "https://files.example.org/two.zip", "sha256": "0" * 64},
        ],
        "solutions": True,
        "serviceAccountName": "student",
    },
    "grafana": {"resources": SIZE},
    "metrics": {"resources": SIZE, "periodSeconds": 5},
    "toolbox": {"resources": SIZE},
    "dbt": {
        "resources": SIZE,
        "externalEgress": True,
        "projectConfigMapName": "project",
        "commandTopic": "dbt-commands",
        "resultTopic": "dbt-answers",
    },
    "page": {"enabled": True, "resources": SIZE, "readyWithLab": False},
}
"""Every optional part, with nothing left out."""

WEATHER: Spec = {
    "weather": True,
    "profile": "standard",
    "influxdb": {
        **STORED,
        "org": "school",
        "bucket": "sky",
        "retention": "36h",
        "alerts": [
            {"name": "heat", "field": "temperature", "above": 35, "every": "20s"},
            {"name": "frost", "field": "temperature", "below": -10, "every": "1m"},
        ],
    },
    "telegraf": {"topic": "carried", "alertTopic": "warnings", "resources": SIZE},
    "init": {"resources": SIZE},
    "producer": {"topic": "produced", "resources": SIZE},
    "inject": {"stations": 3, "rate": "500/s", "points": 20, "seed": 7, "resources": SIZE},
    "verify": {"resources": SIZE},
    "retainData": False,
    "suspend": False,
}
KAFKA: Spec = {
    **QUIET,
    "kafka": {**STORED, "brokers": 1, "topics": [TOPIC, {"name": "more"}], "config": CONFIG},
    "access": {"namespacePods": False, "shortNames": True, "discoverable": False},
}
THREE: Spec = {
    **QUIET,
    "kafka": {"brokers": 3, "topics": [{**TOPIC, "replicationFactor": 3}], "stoppedBrokers": [2]},
    "partitions": {"resources": SIZE},
}
CHAOS: Spec = {
    **QUIET,
    # At rest, so that it stays as it was declared, whatever the time.
    "suspend": True,
    "kafka": {"brokers": 3, "topics": [{**TOPIC, "replicationFactor": 3}]},
    "chaos": {
        "durationSeconds": 7200,
        "periodSeconds": 70,
        "downSeconds": 20,
        "atOnce": 1,
        "waitForReplicas": True,
        "schedule": [{"broker": 1, "atSeconds": 0, "downSeconds": 10}],
    },
}
PAGE_KEYS = ("kafkaUI", "schemaRegistry", "jupyter", "page", "connect", "ksqldb")
PAGES: Spec = {**QUIET, **{key: {} for key in PAGE_KEYS}}
INGRESS: Spec = {
    "className": "onyxia",
    "domain": "lab.example.org",
    "tls": True,
    "tlsSecretName": "lab-tls",
    "annotations": {"nginx.org/websocket-services": "meteo-jupyter"},
    "external": False,
}
DOMAIN: Spec = {
    "domain": "lab.example.org",
    "tls": True,
    "workGroup": "wk1",
    "open": ["schemaRegistry"],
}
GATEWAY: Spec = {"name": "public", "namespace": "gateways", "sectionName": "https"}
WAYS: Spec = {
    "localhost": {"port": 20000},
    "nodePort": {"host": "192.168.1.128", "ports": [30092]},
    "loadBalancer": {"hosts": ["kafka-0.example.org"]},
}
DOORS: Spec = {
    key: {
        "nodePort": {"host": "192.168.1.128", "port": 30100 + at},
        "loadBalancer": {"host": f"{key.lower()}.example.net"},
    }
    for at, key in enumerate(("sftp", "postgresql", "connect", "ksqldb", "schemaRegistry"))
}
EGRESS: Spec = {
    "httpProxy": "http://proxy.example.org:3128",
    "httpsProxy": "http://proxy.example.org",
    "noProxy": [".example.org", "10.0.0.0/8"],
    "caBundle": SCHOOL,
    "pipIndex": "https://pypi.example.org/simple",
}
PODS: Spec = {
    "nodeSelector": {"pool": "teaching"},
    "tolerations": [
        {"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "pool", "value": "teaching"},
        {"key": "spot", "effect": "NoExecute", "tolerationSeconds": 300},
    ],
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {
                        "matchExpressions": [
                            {"key": "disk", "operator": "In", "values": ["ssd"]},
                            {"key": "arch", "operator": "Exists"},
                        ]
                    },
                    {"matchExpressions": [{"key": "pool", "operator": "Exists"}]},
                ]
            },
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {
                    "weight": 50,
                    "preference": {
                        "matchExpressions": [
                            {"key": "cores", "operator": "In", "values": ["8"]},
                            {"key": "spot", "operator": "DoesNotExist"},
                        ]
                    },
                }
            ],
        }
    },
    "priorityClassName": "teaching",
    "runtimeClassName": "gvisor",
    "labels": {"cost": "class-a"},
    "annotations": {"example.org/scan": "yes"},
}


CHOSEN = "chosen"
"""A Secret that is there, with a password for the page."""


def _named(*keys: str) -> Spec:
    """The ways in, with a host name for each of these pages."""
    return {"ingress": {**INGRESS, "hosts": {key: f"{key.lower()}.example.net" for key in keys}}}


def _alone(service: Service[Any]) -> Spec:
    """The smallest lab with this part filled."""
    needed: Spec = {r.key: True if r.key == "weather" else {} for r in service.requires}
    return {**QUIET, **needed, service.part.key: PARTS[service.part.key]}


def _labs() -> Iterator[tuple[str, Spec]]:
    yield "kafka", KAFKA
    yield "three-brokers", THREE
    yield "weather", WEATHER
    yield from ((service.part.key, _alone(service)) for service in OPTIONAL)
    yield "domain", {**PAGES, "access": {"ingress": DOMAIN}}
    yield "ingress-weather", {"grafana": {}, "access": _named("influxdb", "grafana")}
    yield "ingress", {**PAGES, "access": _named(*PAGE_KEYS)}
    yield "gateway", {**PAGES, "access": {"ingress": {"domain": "a.org"}, "gateway": GATEWAY}}
    yield "outside", {**QUIET, "access": {"kafka": WAYS}}
    yield "doors", {**QUIET, **{key: {} for key in DOORS}, "access": {"outside": DOORS}}
    yield "pods", {**QUIET, "pods": PODS}
    users = {"users": [{"name": "alice"}]}
    yield "passwords", {**QUIET, "page": {}, "sftp": users, "passwordsSecretName": CHOSEN}
    yield "egress", {**QUIET, "jupyter": {}, "egress": EGRESS}
    yield "exercises", {**QUIET, "page": {}, "exercises": {"set": "000"}}
    yield "own-exercises", {**QUIET, "page": {}, "exercises": {"configMapName": "mine"}}
    yield "chaos", CHAOS
    yield "default", {}


@cache
def labs() -> Mapping[str, Spec]:
    """By name; for each place the first one that has it is edited.

    No two places are one object: an edit of one would be an edit of the other.
    """
    return {name: json.loads(json.dumps(spec)) for name, spec in _labs()}
