"""Telegraf's configuration: what goes where, and what must never be sent twice or dropped."""

import os
import signal
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from streaminglab_jobs.verify import telegraf as verify_telegraf
from streaminglab_jobs.verify.repair import FRESH
from streaminglab_jobs.verify.telegraf import TelegrafBuffer
from tests.charts.support import Manifest, only, render
from tests.patience import PATIENCE
from tools.artifacts import get
from tools.machine.ports import free_port

LARGEST_BATCH = 5000  # points in one write of InfluxDB 2.7's replication (replications/service.go)


def configuration(values: dict[str, Any] | None = None) -> dict[str, Any]:
    return tomllib.loads(only(render("telegraf", values), "ConfigMap")["data"]["telegraf.conf"])


def container(values: dict[str, Any] | None = None) -> Manifest:
    pod = only(render("telegraf", values), "Deployment")["spec"]["template"]["spec"]
    found: Manifest = pod["containers"][0]
    return found


def outputs(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {output["alias"]: output for output in configuration(values)["outputs"]["kafka"]}


def test_points_go_to_their_topic_keyed_by_station_and_nothing_else_goes_there() -> None:
    points = outputs({})["points"]
    assert points["topic"] == "weather-telegraf"
    assert points["routing_tag"] == "station"
    assert points["namepass"] == ["weather"]


def test_alerts_go_to_a_topic_of_their_own() -> None:
    values = {"alerts": {"enabled": True, "topic": "storms"}}
    assert outputs(values)["alerts"]["topic"] == "storms"
    assert outputs(values)["alerts"]["namepass"] == ["weather_alert"]
    assert set(outputs({})) == {"points"}


def test_every_output_is_idempotent_and_bridges_minutes_without_the_broker() -> None:
    for output in outputs({"alerts": {"enabled": True}}).values():
        assert output["idempotent_writes"] is True
        assert output["required_acks"] == -1
        assert output["max_retry"] * 0.1 >= 300
        assert output["metadata_retry_max"] * 0.25 >= 300
        assert output["startup_error_behavior"] == "retry"


def test_times_stay_exact_to_the_nanosecond() -> None:
    assert outputs({})["points"]["json_timestamp_units"] == "1ns"


def test_the_listener_never_refuses_because_influxdb_would_repeat_a_whole_queue() -> None:
    whole = configuration()
    assert "max_undelivered_metrics" not in whole["inputs"]["influxdb_v2_listener"][0]
    assert whole["agent"]["metric_buffer_limit"] >= 4 * LARGEST_BATCH


def test_the_token_comes_from_the_secret_and_is_not_in_the_config_map() -> None:
    values = {"listener": {"existingSecret": {"name": "meteo-credentials"}}}
    listener = configuration(values)["inputs"]["influxdb_v2_listener"][0]
    assert listener["token"] == "${TELEGRAF_TOKEN}"
    variables = {entry["name"]: entry for entry in container(values)["env"]}
    reference = variables["TELEGRAF_TOKEN"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "meteo-credentials", "key": "telegraf-token"}


def test_several_brokers_are_a_list() -> None:
    assert outputs({"kafka": {"bootstrapServers": "a:1,b:2"}})["points"]["brokers"] == [
        "a:1",
        "b:2",
    ]


@pytest.mark.parametrize("name", ['we"ather', "we\\ather", "wetter é"])
def test_an_odd_measurement_is_quoted(name: str) -> None:
    assert outputs({"measurement": name})["points"]["namepass"] == [name]


def test_liveness_does_not_fail_while_kafka_is_away() -> None:
    """/health answers 503 when too many points wait; a restart would lose them."""
    assert container()["livenessProbe"]["httpGet"]["path"] == "/ping"


def test_never_two_at_once() -> None:
    spec = only(render("telegraf"), "Deployment")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


@pytest.mark.parametrize(
    "values", [{}, {"alerts": {"enabled": True}, "listener": {"existingSecret": {"name": "x"}}}]
)
def test_telegraf_itself_accepts_the_configuration(values: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "telegraf.conf"
    file.write_text(only(render("telegraf", values), "ConfigMap")["data"]["telegraf.conf"])
    program = get("telegraf") / "bin" / "telegraf"
    done = subprocess.run(
        [str(program), "config", "check", "--config", str(file)],
        env={"TELEGRAF_TOKEN": "secret"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert " E! " not in done.stderr


def test_telegraf_itself_refuses_a_misspelt_option(tmp_path: Path) -> None:
    """The check above can fail: without this it might look at nothing."""
    file = tmp_path / "telegraf.conf"
    text = only(render("telegraf"), "ConfigMap")["data"]["telegraf.conf"]
    file.write_text(text.replace("idempotent_writes", "idempotent_write"))
    program = get("telegraf") / "bin" / "telegraf"
    done = subprocess.run(
        [str(program), "config", "check", "--config", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "idempotent_write" in done.stdout + done.stderr


class Telegraf:
    """Telegraf itself with the chart's configuration, and no Kafka that would take its points."""

    def __init__(self, directory: Path) -> None:
        self.listener, self.health = free_port(), free_port()
        values = {
            "listener": {"port": self.listener},
            "health": {"port": self.health},
            "kafka": {"bootstrapServers": f"127.0.0.1:{free_port()}"},
        }
        file = directory / "telegraf.conf"
        text = only(render("telegraf", values), "ConfigMap")["data"]["telegraf.conf"]
        # It opens its doors after the first try to reach Kafka, which takes minutes otherwise.
        file.write_text(text.replace("metadata_retry_max = 1200", "metadata_retry_max = 0"))
        program = get("telegraf") / "bin" / "telegraf"
        self.process = subprocess.Popen(
            [str(program), "--config", str(file)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def holds(self) -> bool | None:
        """What verify is told: True while points wait, None when nobody is there."""
        return TelegrafBuffer(f"http://127.0.0.1:{self.health}/").holds()

    def until(self, holds: bool) -> None:
        end = time.monotonic() + PATIENCE
        while self.holds() is not holds:
            assert time.monotonic() < end, f"it never said that holds={holds}"
            time.sleep(0.05)

    def write(self, line: str) -> None:
        url = f"http://127.0.0.1:{self.listener}/api/v2/write?org=o&bucket=b"
        with urlopen(Request(url, line.encode(), method="POST"), timeout=PATIENCE) as answer:
            assert answer.status == 204


@pytest.fixture
def telegraf(tmp_path: Path) -> Iterator[Telegraf]:
    running = Telegraf(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


def test_telegraf_tells_whether_it_holds_points_for_kafka(
    telegraf: Telegraf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever is silent for a second counts as one that holds some.
    monkeypatch.setattr(verify_telegraf, "SECONDS", PATIENCE)
    telegraf.until(holds=False)
    telegraf.write("streaminglab_run,run=a start=1i 1")
    time.sleep(1)
    assert telegraf.holds() is False, "points that go nowhere are not held"
    telegraf.write("weather,station=s temperature=1 1")
    telegraf.until(holds=True)
    time.sleep(FRESH)
    assert telegraf.holds() is True


def test_a_telegraf_that_stands_still_does_not_vouch_for_its_buffer(telegraf: Telegraf) -> None:
    telegraf.until(holds=False)
    telegraf.process.send_signal(signal.SIGSTOP)
    # All of its threads, also the one that may be answering just now.
    os.waitid(os.P_PID, telegraf.process.pid, os.WSTOPPED)
    assert telegraf.holds() is True
