"""The chart of metrics: what Telegraf makes of the answers of brokers and Connect."""

import json
import subprocess
import threading
import time
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tests.charts.support import Manifest, only, pod_templates, render
from tests.patience import PATIENCE
from tools.artifacts import get
from tools.machine.ports import free_port

BROKERS = ["http://meteo-kafka-0:9405", "http://meteo-kafka-1:9405"]
SECRET = {"name": "meteo-credentials", "key": "influxdb-metrics-token"}
CONNECT = {
    "mongo source": {
        "status": {
            "name": "mongo source",
            "type": "source",
            "connector": {"state": "RUNNING", "worker_id": "a:8083"},
            "tasks": [
                {"id": 0, "state": "RUNNING"},
                {"id": 1, "state": "FAILED", "trace": "at ..."},
            ],
        }
    },
    "idle": {
        "status": {"name": "idle", "type": "sink", "connector": {"state": "PAUSED"}, "tasks": []}
    },
}


def conf(values: dict[str, Any] | None = None) -> str:
    text: str = only(render("metrics", values), "ConfigMap")["data"]["telegraf.conf"]
    return text


def inputs(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["alias"]: one for one in tomllib.loads(conf(values))["inputs"]["http"]}


def container(values: dict[str, Any] | None = None) -> Manifest:
    ((_, pod),) = pod_templates(render("metrics", values))
    found: Manifest = pod["spec"]["containers"][0]
    return found


def test_every_broker_is_asked_by_itself_and_its_points_carry_its_number() -> None:
    found = inputs({"brokers": BROKERS})
    assert {alias: one["urls"] for alias, one in found.items()} == {
        "broker-0": ["http://meteo-kafka-0:9405/metrics"],
        "groups-0": ["http://meteo-kafka-0:9405/groups"],
        "broker-1": ["http://meteo-kafka-1:9405/metrics"],
        "groups-1": ["http://meteo-kafka-1:9405/groups"],
    }
    assert found["broker-1"]["tags"] == {"broker": "1"}
    assert "tags" not in found["groups-1"], "what is of the cluster has no broker"


@pytest.mark.parametrize(("period", "timeout"), [(1, "900ms"), (5, "4500ms"), (60, "5000ms")])
def test_a_broker_that_is_away_does_not_hold_up_its_next_round(period: int, timeout: str) -> None:
    found = inputs({"brokers": BROKERS, "periodSeconds": period})
    assert {one["timeout"] for one in found.values()} == {timeout}


def test_the_token_comes_from_the_secret_and_is_not_in_the_config_map() -> None:
    values = {"influxdb": {"existingSecret": SECRET}}
    output = tomllib.loads(conf(values))["outputs"]["influxdb_v2"][0]
    assert output["token"] == "${INFLUXDB_TOKEN}"
    variables = {entry["name"]: entry for entry in container(values)["env"]}
    assert variables["INFLUXDB_TOKEN"]["valueFrom"] == {"secretKeyRef": SECRET}


def test_a_restart_does_not_come_of_an_influxdb_that_is_away() -> None:
    assert "httpGet" not in container()["livenessProbe"]
    assert container()["readinessProbe"]["httpGet"]["path"] == "/"


class Answers(BaseHTTPRequestHandler):
    """Brokers, Connect and InfluxDB at one address."""

    written: list[tuple[str, str]]
    """Where, with which token, and the line."""
    up = False

    def do_GET(self) -> None:
        texts = {
            "/0/metrics": "kafka_replication under_replicated_partitions=3i\n",
            "/0/groups": "kafka_lag,group=g\\ 1,topic=weather,partition=0 "
            "lag=5i,offset=1i,end=6i\n",
            "/1/metrics": "kafka_replication under_replicated_partitions=0i\n",
            "/1/groups": "",
            "/connectors?expand=status": json.dumps(CONNECT),
        }
        self._answer(200 if self.path in texts else 404, texts.get(self.path, ""))

    def do_POST(self) -> None:
        body = b"".join(self._chunks())
        if type(self).up:
            where = f"{self.path} {self.headers['Authorization']}"
            self.written += [(where, line) for line in body.decode().splitlines()]
        self._answer(204 if type(self).up else 503, "")

    def _chunks(self) -> Iterator[bytes]:
        """As Telegraf sends a body of which it does not say how long it will be."""
        assert self.headers["Transfer-Encoding"] == "chunked"
        while length := int(self.rfile.readline(), 16):
            yield self.rfile.read(length)
            self.rfile.readline()
        self.rfile.readline()

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        if status != 204:
            self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def servers() -> Iterator[str]:
    Answers.written, Answers.up = [], False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "telegraf.log"


@pytest.fixture
def telegraf(servers: str, tmp_path: Path, log: Path) -> Iterator[str]:
    port = free_port()
    values = {
        "brokers": [f"{servers}/0", f"{servers}/1"],
        "connect": {"url": servers},
        "periodSeconds": 1,
        "influxdb": {"url": servers},
        "health": {"port": port},
    }
    file = tmp_path / "telegraf.conf"
    file.write_text(conf(values))
    program = get("telegraf") / "bin" / "telegraf"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(program), "--config", str(file)],
            env={"INFLUXDB_TOKEN": "secret"}, stdout=out, stderr=out,
        )  # fmt: skip
    yield f"http://127.0.0.1:{port}/"
    process.kill()
    process.wait()


def status(url: str) -> int:
    try:
        with urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code
    except URLError:
        return 0


def until(what: Any, wanted: Any) -> None:
    end = time.monotonic() + PATIENCE
    while (found := what()) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.1)


def point(text: str) -> tuple[str, frozenset[str]]:
    """Measurement with tags, and the fields, whose order says nothing."""
    series, _, fields = text.rpartition(" ")
    return series, frozenset(fields.split(","))


def points() -> set[tuple[str, frozenset[str]]]:
    """Each point once, without its time."""
    return {point(line.rpartition(" ")[0]) for _, line in Answers.written}


def test_telegraf_itself_writes_the_points_of_all_and_is_ready_once_they_arrive(
    telegraf: str, log: Path
) -> None:
    until(lambda: status(telegraf), 503)
    time.sleep(2)
    assert status(telegraf) == 503, "nothing has arrived"
    Answers.up = True
    until(lambda: status(telegraf), 200)
    until(lambda: len(points()) >= 5, wanted=True)
    expected = (
        "kafka_replication,broker=0 under_replicated_partitions=3i",
        "kafka_replication,broker=1 under_replicated_partitions=0i",
        "kafka_lag,group=g\\ 1,partition=0,topic=weather lag=5i,offset=1i,end=6i",
        "kafka_connect,connector=mongo\\ source,type=source "
        "running=1i,tasks=2i,tasks_running=1i,tasks_failed=1i",
        "kafka_connect,connector=idle,type=sink "
        "running=0i,tasks=0i,tasks_running=0i,tasks_failed=0i",
    )
    assert points() == set(map(point, expected))
    where = "/api/v2/write?bucket=kafka_metrics&org=myorg Token secret"
    assert {found for found, _ in Answers.written} == {where}
    said = [line for line in log.read_text().splitlines() if " E! " in line and "503" not in line]
    assert said == []
