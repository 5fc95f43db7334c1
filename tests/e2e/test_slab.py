"""Each verb of `kubectl slab` on a real lab: in a pipe and on a terminal, by somebody with the role
`edit` in one namespace and nothing else.

One lab for all tests of this file, which go in order: the last ones let it rest and begin anew.
"""

from __future__ import annotations

import itertools
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.e2e.cluster import SMALL, Kubectl, LabHandle
from tests.e2e.person import with_role
from tools.cluster import kubectl as tool
from tools.machine.ports import free_port
from tools.pages import typed
from tools.shell.paths import ROOT

LAB: dict[str, Any] = {
    **SMALL,
    "kafka": {
        "brokers": 3,
        "topics": [
            {"name": "weather", "partitions": 4, "replicationFactor": 3},
            {"name": "mine", "partitions": 1, "replicationFactor": 3},
        ],
    },
    "page": {},
    "exercises": {"set": "000"},
}
COURSE = "docs/courses/000-weather.md"
LOGS = (
    (typed(COURSE, "kubectl slab logs kafka"), "Kafka Server started"),
    (typed(COURSE, "kubectl slab logs init"), "topic"),
    (typed(COURSE, "kubectl slab logs inject"), "message"),
)
READY = 420.0
SECONDS = 240.0


class Slab:
    """The program with the kubeconfig of a person; ``home``: where it leaves files."""

    def __init__(self, kubeconfig: Path) -> None:
        programs = f"{Path(tool.program()).parent}{os.pathsep}{Path(sys.executable).parent}"
        self.command = [sys.executable, "-m", "streaminglab_cli"]
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "NO_COLOR"},
            "KUBECONFIG": str(kubeconfig),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "cli" / "src"),
            "TERM": "xterm-256color",
            "COLUMNS": "120",
        }

    def __call__(
        self, *words: str, stdin: str | None = None, code: int = 0, seconds: float = SECONDS
    ) -> str:
        """Run it in a pipe; its standard output."""
        done = subprocess.run(
            [*self.command, *words], input=stdin, capture_output=True, text=True, check=False,
            timeout=seconds, env=self.environment,
        )  # fmt: skip
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        assert "\x1b" not in done.stdout
        assert "Traceback" not in done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        """What it prints for programs."""
        return json.loads(self(*words, "-o", "json"))

    @contextmanager
    def terminal(self, *words: str, more: Mapping[str, str] | None = None) -> Iterator[Terminal]:
        """Run it on a terminal of its own."""
        ours, theirs = pty.openpty()
        # A session of its own, whose terminal this is: so Ctrl-C comes from it.
        child = subprocess.Popen(
            ["setsid", "--ctty", *self.command, *words],
            stdin=theirs, stdout=theirs, stderr=theirs, env={**self.environment, **(more or {})},
        )  # fmt: skip
        os.close(theirs)
        found = Terminal(child, ours)
        try:
            yield found
        finally:
            found.close()


class Terminal:
    """A pseudo-terminal with a program in it."""

    def __init__(self, child: subprocess.Popen[bytes], ours: int) -> None:
        self._child, self._ours = child, ours
        self.text = ""

    def until(self, look: Callable[[str], bool], seconds: float = 90.0) -> str:
        """Read until what was printed is so."""
        end = time.monotonic() + seconds
        while not look(self.text):
            assert time.monotonic() < end, f"it did not come: {self.text}"
            if select.select([self._ours], [], [], 0.5)[0] and not self._read():
                break
        assert look(self.text), self.text
        return self.text

    def type(self, text: str) -> None:
        """What a person types."""
        os.write(self._ours, text.encode())

    def interrupt(self) -> int:
        """Ctrl-C, and the exit code."""
        self.type("\x03")
        return self.end()

    def end(self, seconds: float = SECONDS) -> int:
        """Read to the end; the exit code."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if select.select([self._ours], [], [], 0.5)[0] and not self._read():
                return self._child.wait(20)
        raise AssertionError(f"it does not end: {self.text}")

    def _read(self) -> bool:
        try:
            part = os.read(self._ours, 65536)
        except OSError:  # Linux says EIO when the other side is closed.
            return False
        self.text += part.decode(errors="replace")
        return bool(part)

    def close(self) -> None:
        """End what still runs."""
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        os.close(self._ours)


@pytest.fixture(scope="module")
def course(kubectl: Kubectl, course_namespace: str) -> LabHandle:
    """One lab with three brokers, ready."""
    lab = LabHandle(kubectl, course_namespace, "meteo")
    lab.apply(LAB)
    lab.wait("Ready", seconds=READY)
    return lab


@pytest.fixture(scope="module")
def slab(
    kubectl: Kubectl,
    kubeconfig: Path,
    course: LabHandle,
    tmp_path_factory: pytest.TempPathFactory,
) -> Slab:
    home = tmp_path_factory.mktemp("alice")
    person = with_role(kubectl, kubeconfig, course.namespace, "edit", home)
    config = person.kubeconfig.read_text()
    person.kubeconfig.write_text(
        config.replace("user: alice", f"user: alice\n    namespace: {course.namespace}")
    )
    return Slab(person.kubeconfig)


def on_a_terminal(slab: Slab, *words: str, code: int = 0) -> str:
    with slab.terminal(*words) as screen:
        assert screen.end() == code, screen.text
        return screen.text


def test_a_lab_is_listed_and_described_in_colour_on_a_terminal_alone(slab: Slab) -> None:
    assert slab("list").splitlines()[1].split()[:2] == ["meteo", "True"]
    assert slab.json("list")[0]["metadata"]["name"] == "meteo"
    assert "\x1b[" in on_a_terminal(slab, "list")
    with slab.terminal("list", more={"NO_COLOR": "1"}) as screen:
        assert screen.end() == 0
        assert "\x1b[32m" not in screen.text
        assert "meteo" in screen.text
    parts = {line.split()[0] for line in slab("status").splitlines()[1:]}
    assert {"kafka", "influxdb", "page", "data"} <= parts
    assert slab.json("status")["status"]["phase"] == "Ready"
    assert "Ready" in on_a_terminal(slab, "status")


def test_nothing_is_in_the_way(slab: Slab) -> None:
    assert slab("why").startswith("meteo: Ready.")
    assert slab.json("why") == []
    assert on_a_terminal(slab, "why").startswith("meteo: Ready.")


def test_exercises_are_told(slab: Slab, course: LabHandle) -> None:
    course.until(lambda: course.get()["status"].get("exercises"), "a first look at the exercises")
    first, *rows = slab("check").splitlines()
    assert first.startswith("meteo: ")
    assert any(row.startswith("q01-start") for row in rows)
    assert slab.json("check")["set"] == "000"
    assert "\x1b[" in on_a_terminal(slab, "check")


def test_a_lab_is_watched_until_ctrl_c(slab: Slab) -> None:
    with slab.terminal("status", "--watch") as screen:
        screen.until(lambda text: "influxdb" in text)
        assert screen.interrupt() == 0
    assert slab("status", "--watch", "--until-ready").startswith("meteo: Ready.")


def test_passwords_and_addresses_are_told(slab: Slab) -> None:
    password = slab("password", "page").strip()
    assert password
    assert {row["part"] for row in slab.json("password")} >= {"influxdb", "page"}
    assert password in on_a_terminal(slab, "password")
    script = f'{slab("env")}\nprintf %s "$KAFKA_BOOTSTRAP_SERVERS $PAGE_PASSWORD"'
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.endswith(f":9092 {password}")
    assert slab.json("env")["INFLUX_BUCKET"] == "weather"
    assert "export INFLUX_TOKEN=" in on_a_terminal(slab, "env")


@pytest.mark.parametrize(("part", "path"), [("page", "/"), ("influxdb", "/health")])
def test_a_part_is_opened_and_ctrl_c_ends_it(slab: Slab, part: str, path: str) -> None:
    with slab.terminal("open", part, "--no-browser") as screen:
        text = screen.until(lambda text: "Ctrl-C ends it" in text)
        url = next(word for word in text.split() if word.startswith("http://localhost:"))
        assert urllib3.request("GET", f"{url}{path}", timeout=20).status == 200
        assert screen.interrupt() == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 5)


def test_a_part_is_opened_for_a_program(slab: Slab) -> None:
    port = free_port()
    command = [*slab.command, "open", "-o", "json", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=slab.environment) as run:
        assert run.stdout is not None
        text = "".join(itertools.islice(run.stdout, 4))
        assert json.loads(text) == {"part": "page", "url": f"http://localhost:{port}"}
        run.send_signal(signal.SIGINT)
        assert run.wait(20) == 0


def test_logs_are_those_of_the_part(slab: Slab) -> None:
    assert "[pod/meteo-kafka-" in slab("logs", "kafka", "--tail", "5")
    assert slab("logs", "producer").strip()
    with slab.terminal("logs", "page", "--follow") as screen:
        screen.until(lambda text: len(text) > 20)
        assert screen.interrupt() == 0
    slab("logs", "nothing", code=3)


@pytest.mark.parametrize(("line", "words"), LOGS, ids=[line.split()[3] for line, _ in LOGS])
def test_the_logs_of_course_000s_second_question_are_had_by_one_word(
    slab: Slab, line: str, words: str
) -> None:
    assert words in slab(*line.split()[2:])
    assert words in on_a_terminal(slab, *line.split()[2:])


def test_records_are_written_read_and_followed(slab: Slab, course: LabHandle) -> None:
    head, *rows = slab("records").splitlines()
    assert head.split() == ["TIME", "PARTITION", "OFFSET", "KEY", "VALUE"]
    assert len(rows) == 5
    assert all("station" in row for row in rows)
    assert "station" in on_a_terminal(slab, "records")
    assert "1 record(s)" in slab("produce", "mine", "it's $(id) a value", "--key", "k")
    assert slab("produce", "mine", stdin="one\ntwo\n").startswith("2 record(s)")
    lines = [json.loads(line) for line in slab("records", "mine", "-o", "json").splitlines()]
    assert [(line["key"], line["value"]) for line in lines] == [
        ("k", "it's $(id) a value"),
        (None, "one"),
        (None, "two"),
    ]
    with slab.terminal("records", "mine", "--follow", "--count", "1") as screen:
        # The newest first; what is written as soon as that is seen, is seen too.
        text = screen.until(lambda text: "two" in text)
        assert "Ctrl-C ends it" in text
        assert "one" not in text
        assert slab.json("produce", "mine", "seen") == {"topic": "mine", "records": 1}
        screen.until(lambda text: "seen" in text)
        assert screen.interrupt() == 0
    command = [*slab.command, "records", "mine", "--follow", "-o", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=slab.environment) as run:
        assert run.stdout is not None
        told = [json.loads(line) for line in itertools.islice(run.stdout, 4)]
        assert [one["value"] for one in told][-3:] == ["one", "two", "seen"]
        slab("produce", "mine", "piped")
        assert json.loads(run.stdout.readline())["value"] == "piped"
        run.send_signal(signal.SIGINT)
        assert run.wait(20) == 0
    with slab.terminal("produce", "mine") as screen:
        screen.until(lambda text: "Ctrl-D ends it" in text)
        screen.type("typed\n\x04")
        assert screen.end() == 0
    assert "typed" in slab("records", "mine")
    course.until(lambda: not readers(course), "the end of every reader in the brokers' pods")
    slab("records", "nothing", code=3)


def readers(lab: LabHandle) -> str:
    """Readers that run in the brokers' pods."""
    look = "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c 'slab.[N]ewest' || true"
    counts = [
        lab.kubectl(
            "exec", f"meteo-kafka-{number}-0", "-c", "kafka", "-n", lab.namespace, "--",
            "sh", "-c", look,
        ).stdout.strip()
        for number in range(3)
    ]  # fmt: skip
    return "" if set(counts) == {"0"} else ",".join(counts)


def test_topics_and_groups_are_described(slab: Slab) -> None:
    (topic,) = slab.json("describe-topic", "weather")
    assert len(topic["partitions"]) == 4
    assert all(sorted(one["replicas"]) == [0, 1, 2] for one in topic["partitions"])
    assert "mine" in slab("describe-topic")
    assert "PARTITION" in on_a_terminal(slab, "describe-topic", "mine")
    slab("describe-topic", "nothing", code=3)
    rows = slab.json("lag")
    assert isinstance(rows, list)
    on_a_terminal(slab, "lag")
    slab("lag", "nobody", code=3)


def test_a_plan_says_what_an_edit_would_change(slab: Slab, tmp_path: Path) -> None:
    file = tmp_path / "lab.yaml"
    body = {
        "apiVersion": "streaminglab.dev/v1alpha1",
        "kind": "StreamingLab",
        "metadata": {"name": "meteo"},
        "spec": {**LAB, "page": {"enabled": False}, "exercises": None, "toolbox": {}},
    }
    file.write_text(json.dumps(body))
    said = slab("plan", "-f", str(file))
    assert "toolbox: it is made" in said
    assert "page: it is deleted" in said
    assert slab.json("plan", "-f", str(file))[0]["new"] is False
    assert "toolbox" in on_a_terminal(slab, "plan", "-f", str(file))
    body["spec"] = {**LAB, "kafka": {"brokers": 1}}
    file.write_text(json.dumps(body))
    slab("plan", "-f", str(file), code=1)


def test_tab_completes_labs_and_parts(slab: Slab) -> None:
    assert slab("candidates", "--", "status", "-l", "").splitlines()[0] == "meteo"
    assert "influxdb" in slab("candidates", "--", "open", "i")
    assert "kubectl-slab" in slab("completion", "bash")
    assert "kubectl-slab" in on_a_terminal(slab, "completion", "kubectl")


def test_a_broker_is_stopped_and_started(slab: Slab) -> None:
    assert "Stopped" in slab("stop-broker", "2")
    assert slab("why", code=5).startswith("1. Ready: BrokerStopped")
    assert "Running" in on_a_terminal(slab, "start-broker", "2")
    assert "Stopped" in on_a_terminal(slab, "stop-broker", "1")
    assert "Running" in slab("start-broker", "1")
    told = slab.json("stop-broker", "1", "--no-wait")
    assert told["spec"]["kafka"]["stoppedBrokers"] == [1]
    told = slab.json("start-broker", "1", "--no-wait")
    assert told["spec"]["kafka"]["stoppedBrokers"] == []
    slab("status", "--watch", "--until-ready")


def test_a_job_runs_once_more_and_a_part_begins_anew(slab: Slab, course: LabHandle) -> None:
    before = course.get()["status"]["data"]["verifiedAt"]
    assert "runs once more" in slab("reset", "verify")
    course.until(
        lambda: course.get()["status"]["data"]["verifiedAt"] > before, "one more comparison"
    )
    assert slab.json("reset", "verify") == {"lab": "meteo", "part": "verify", "volumes": []}
    with slab.terminal("reset", "influxdb") as screen:
        screen.until(lambda text: "Type the lab's name" in text)
        screen.type("meteo\n")
        assert screen.end() == 0, screen.text
    assert course.counts()[0] == 600


def test_a_lab_rests_and_comes_back(slab: Slab) -> None:
    assert "Suspended" in on_a_terminal(slab, "suspend")
    assert "Ready" in slab("resume", seconds=READY)
    # The other way round, by somebody who waits for neither.
    assert "asked to be" in slab("suspend", "--no-wait")
    assert "asked to be" in on_a_terminal(slab, "resume", "--no-wait")
    assert slab.json("suspend", "--no-wait")["spec"]["suspend"] is True
    assert slab.json("resume", "--no-wait")["spec"]["suspend"] is False
    slab("status", "--watch", "--until-ready", seconds=READY)


def test_a_lab_begins_anew(slab: Slab, course: LabHandle) -> None:
    before = course.get()["metadata"]["uid"]
    slab("reset", code=1)
    assert "begun anew" in slab("reset", "--yes", seconds=600)
    assert course.get()["metadata"]["uid"] != before
