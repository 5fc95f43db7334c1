"""Losses that a lab mends, alone or as docs/troubleshooting.md says."""

from __future__ import annotations

import base64
import time
from functools import partial
from typing import Any

from tests.e2e.cluster import SMALL, LabHandle

TOPIC = "weather-telegraf"


def test_records_that_are_twice_are_told_and_a_new_topic_is_filled_from_influxdb(
    lab: LabHandle,
) -> None:
    lab.apply(SMALL)
    lab.wait("Ready")
    _write_one_again(lab)
    _delete_jobs(lab, "verify")
    lab.until(
        lambda: "has 1 records twice" in lab.condition("Ready")["message"],
        "a word about the record that is twice",
    )
    _kafka(lab, "kafka-topics.sh", "--delete", "--topic", TOPIC)
    _delete_jobs(lab, "init", "verify")
    lab.wait("Ready", "False")
    # Of the run that replays them: where a pod was started anew meanwhile, another one follows.
    lab.until(lambda: lab.get()["status"]["data"].get("replayed") == 600, "all points replayed")
    lab.wait("Ready")
    assert lab.counts() == (600, 600, 600)


def test_a_lab_that_lost_influxdbs_volume_is_filled_anew_beside_kafkas_older_records(
    lab: LabHandle,
) -> None:
    lab.apply(SMALL)
    lab.wait("Ready")
    influxdb = "app.kubernetes.io/component=influxdb"
    lab.kubectl("delete", "pvc", "-l", influxdb, "-n", lab.namespace, "--wait=false")
    lab.kubectl("delete", "pod", "-l", influxdb, "-n", lab.namespace)
    lab.wait("Ready", "False")
    lab.wait("Ready")
    assert lab.counts() == (600, 600, 600)
    logs = lab.kubectl("logs", "-n", lab.namespace, lab.pod("verify")).stdout
    assert f"600 records of '{TOPIC}' are older than the oldest point in InfluxDB" in logs


def test_points_and_records_of_ones_own_leave_a_lab_ready(lab: LabHandle) -> None:
    lab.apply(SMALL)
    lab.wait("Ready")
    before = lab.get()["status"]["data"]["verifiedAt"]
    values = "temperature=1,humidity=50,pressure=1000,wind=3"
    # An hour late: the producer, which follows the newest time of a station, passes it over.
    _write_points(lab, f"weather,station=Valence {values} {int(time.time()) - 3600}")
    _kafka(lab, "kafka-console-producer.sh", "--topic", TOPIC, stdin="my own words\n")
    _delete_jobs(lab, "verify")
    data = lab.until(lambda: _data_after(lab, before), "a comparison of a later time")
    lab.wait("Ready")
    assert lab.counts() == (600, 600, 600)
    assert data["own"] >= 1


INIT_SQL = {
    "a statement that a transaction forbids": (
        "BEGIN;\nCREATE TABLE shop (id int);\nCREATE DATABASE shop;\nCOMMIT;\n",
        "10-init.sql:3: ERROR: CREATE DATABASE cannot run inside a transaction block",
    ),
    "a right that the owner has not": (
        "CREATE DATABASE shop;\n",
        "10-init.sql:1: ERROR: permission denied to create database",
    ),
    "a table that there is not": (
        "CREATE TABLE a (id int);\nINSERT INTO b VALUES (1);\n",
        '10-init.sql:2: ERROR: relation "b" does not exist',
    ),
}


def test_a_wrong_init_sql_is_told_by_its_line_and_the_corrected_spec_heals(lab: LabHandle) -> None:
    """Of a lab with a database that people write into; the weather goes on beside."""
    for number, (sql, _) in enumerate(INIT_SQL.values()):
        _config_map(lab, f"wrong-{number}", sql)
    _config_map(lab, "right", "CREATE TABLE shop (id int);\nINSERT INTO shop VALUES (7);\n")
    lab.apply({**SMALL, "postgresql": {"initConfigMapName": "wrong-0"}})
    lab.until(lambda: lab.condition("DataFlowing")["status"] == "True", "the weather")
    points = lab.counts()
    for number, (_, words) in enumerate(INIT_SQL.values()):
        lab.apply({**SMALL, "postgresql": {"initConfigMapName": f"wrong-{number}"}})
        said = lab.until(partial(_postgresql_says, lab, words), words)
        assert "meteo-postgresql-0" in said
    claims = _claims(lab)
    lab.apply({**SMALL, "postgresql": {"initConfigMapName": "right"}})
    lab.wait("Ready")
    assert _sql(lab, "SELECT id FROM shop") == "7"
    assert (lab.counts(), _claims(lab)) == (points, claims), "no data lost"
    # Served once, the database is kept, whatever the init SQL says later.
    _sql(lab, "INSERT INTO shop VALUES (8)")
    lab.apply({**SMALL, "postgresql": {"initConfigMapName": "wrong-0"}})
    lab.wait("Ready")
    assert _sql(lab, "SELECT max(id) FROM shop") == "8"


def _postgresql_says(lab: LabHandle, words: str) -> str:
    said = lab.condition("PostgresqlReady")
    return str(said["message"]) if said["status"] == "False" and words in said["message"] else ""


def _config_map(lab: LabHandle, name: str, sql: str) -> None:
    lab.kubectl(
        "create", "configmap", name, "-n", lab.namespace, f"--from-literal=10-init.sql={sql}"
    )


def _claims(lab: LabHandle) -> dict[str, str]:
    claims = lab.items(("v1", "PersistentVolumeClaim"))
    return {c["metadata"]["name"]: c["metadata"]["uid"] for c in claims}


def _sql(lab: LabHandle, statement: str) -> str:
    """In psql beside the server, as the owner of the database."""
    return lab.kubectl(
        "exec", "-n", lab.namespace, "sts/meteo-postgresql", "--",
        "psql", "-U", "datamanager", "-d", "transform", "-tAc", statement,
    ).stdout.strip()  # fmt: skip


def _data_after(lab: LabHandle, before: str) -> dict[str, Any] | None:
    data: dict[str, Any] = lab.get()["status"]["data"]
    return data if data["verifiedAt"] > before else None


def _write_points(lab: LabHandle, line: str) -> None:
    """Write a line of one's own by InfluxDB's API, its time in seconds, from a pod with Python."""
    stored = lab.get("secret", f"{lab.name}-credentials")["data"]["influxdb-inject-token"]
    url = "http://meteo-influxdb:8086/api/v2/write?org=myorg&bucket=weather&precision=s"
    headers = {"Authorization": f"Token {base64.b64decode(stored).decode()}"}
    program = (
        "from urllib.request import Request, urlopen\n"
        f"urlopen(Request({url!r}, {line.encode()!r}, {headers!r}), timeout=10)\n"
    )
    pod = lab.pod("producer")
    lab.kubectl("exec", "-i", "-n", lab.namespace, pod, "--", "python3", "-", stdin=program)


def _delete_jobs(lab: LabHandle, *components: str) -> None:
    selector = f"app.kubernetes.io/component in ({', '.join(components)})"
    lab.kubectl("delete", "job", "-l", selector, "-n", lab.namespace)


def _write_one_again(lab: LabHandle) -> None:
    """Write the first record of Telegraf's topic into it once more."""
    read = _kafka(
        lab, "kafka-console-consumer.sh", "--topic", TOPIC, "--from-beginning",
        "--max-messages", "1", "--timeout-ms", "20000",
    )  # fmt: skip
    record = next(line for line in read.splitlines() if line.startswith("{"))
    _kafka(lab, "kafka-console-producer.sh", "--topic", TOPIC, stdin=record)


def _kafka(lab: LabHandle, tool: str, *arguments: str, stdin: str | None = None) -> str:
    """Run one of Kafka's own tools beside the broker."""
    return lab.kubectl(
        "exec", *(["-i"] if stdin else []), "-n", lab.namespace, "sts/meteo-kafka-0", "-c", "kafka",
        "--", "env", "KAFKA_OPTS=", "KAFKA_HEAP_OPTS=-Xmx96m", f"/opt/kafka/bin/{tool}",
        "--bootstrap-server", f"meteo-kafka-0.{lab.namespace}.svc:9092",
        *arguments, stdin=stdin,
    ).stdout  # fmt: skip
