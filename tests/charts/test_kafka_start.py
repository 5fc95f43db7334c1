"""Kafka's start script, run for real with programs that only take notes."""

import subprocess
from pathlib import Path

import pytest

from tests.charts.support import CHARTS

START = CHARTS / "kafka" / "files" / "start.sh"


class StartScript:
    """start.sh with its directories moved below `root` and with programs that only take notes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("bin", "run", "kafka", "opt/kafka/bin"):
            (root / name).mkdir(parents=True)
        (root / "kafka/server.properties").write_text("num.io.threads=4\n")
        self.script = root / "start.sh"
        text = START.read_text().replace("/opt/streaminglab", str(root))
        self.script.write_text(text.replace("/opt/kafka/bin", f"{root}/opt/kafka/bin"))
        self.program("opt/kafka/bin/kafka-storage.sh", 'echo "format $* heap $KAFKA_HEAP_OPTS"')
        self.program(
            "opt/kafka/bin/kafka-server-start.sh",
            'echo "server $* $KAFKA_OPTS heap $KAFKA_HEAP_OPTS"',
        )
        self.program("bin/getent", "true")
        self.program("bin/sleep", "true")

    def program(self, name: str, body: str) -> None:
        path = self.root / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def run(
        self, ordinal: int, brokers: int, controllers: int, more: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": f"{self.root}/bin:/usr/bin:/bin", "BROKER_ID": str(ordinal),
            "CLUSTER_ID": "-kU3OEVBNTcwNTJENDM2Qg", "RELEASE": "my-lab-kafka", "NAMESPACE": "ns",
            "BROKER_HEAP": "-Xmx256m", "BROKER_OPTIONS": "-Dbroker=yes",
            "KAFKA_HEAP_OPTS": "-Xmx96m",
            "BROKERS": str(brokers), "CONTROLLERS": str(controllers), "AGENT_PORT": "9404",
            "DATA_DIR": f"{self.root}/data/kraft", **(more or {}),
        }  # fmt: skip
        return subprocess.run(
            ["/bin/sh", str(self.script)], env=env, capture_output=True, text=True, check=False
        )

    def properties(self) -> dict[str, str]:
        lines = (self.root / "run/server.properties").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture
def start(tmp_path: Path) -> StartScript:
    return StartScript(tmp_path)


def test_a_node_knows_its_name_and_all_voters(start: StartScript) -> None:
    assert start.run(ordinal=2, brokers=3, controllers=3).returncode == 0
    properties = start.properties()
    host = "my-lab-kafka-{}.ns.svc"
    voters = ",".join(f"{n}@{host.format(n)}:9093" for n in range(3))
    assert properties["node.id"] == "2"
    assert properties["process.roles"] == "broker,controller"
    assert properties["controller.quorum.voters"] == voters
    assert properties["advertised.listeners"].startswith(f"PLAINTEXT://{host.format(2)}:9092")


def test_a_broker_beyond_the_voters_has_no_vote(start: StartScript) -> None:
    done = start.run(ordinal=1, brokers=3, controllers=1)
    assert start.properties()["process.roles"] == "broker"
    assert "CONTROLLER" not in start.properties()["advertised.listeners"]
    assert "=9404,observer" in done.stdout


def test_the_volume_is_formatted_once_and_without_the_agent(start: StartScript) -> None:
    first = start.run(ordinal=0, brokers=1, controllers=1)
    assert "--cluster-id=-kU3OEVBNTcwNTJENDM2Qg" in first.stdout
    assert "--ignore-formatted" in first.stdout
    (start.root / "data/kraft/meta.properties").touch()
    second = start.run(ordinal=0, brokers=1, controllers=1)
    assert "server " in second.stdout
    assert "--cluster-id" not in second.stdout


OURS = "version=1\ncluster.id=-kU3OEVBNTcwNTJENDM2Qg\nnode.id=1\n"


def _volume(start: StartScript, properties: str, size: str = "") -> None:
    (start.root / "data/kraft").mkdir(parents=True)
    (start.root / "data/kraft/meta.properties").write_text(properties)
    if size:
        (start.root / "data/kraft.brokers").write_text(size)


@pytest.mark.parametrize("size", ["", "3 3\n", "1 3\n"], ids=["older", "same", "fewer"])
def test_a_kept_volume_of_the_same_cluster_is_taken(start: StartScript, size: str) -> None:
    _volume(start, OURS, size)
    done = start.run(ordinal=1, brokers=3, controllers=3)
    assert done.returncode == 0
    assert "server " in done.stdout
    assert (start.root / "data/kraft.brokers").read_text() == "3 3\n"


@pytest.mark.parametrize(
    ("properties", "size", "words"),
    [
        (OURS.replace("-kU3", "AAAA"), "3 3\n", "it is of the cluster AAAAOEVBNTcwNTJENDM2Qg"),
        (
            OURS.replace("node.id=1", "node.id=2"),
            "3 3\n",
            "of broker 2, and this is broker 1",
        ),
        (OURS, "5 3\n", "it had 5 brokers (3 voters), and this has 3 (3)"),
        (OURS, "1 1\n", "it had 1 brokers (1 voters), and this has 3 (3)"),
    ],
    ids=["cluster", "broker", "more brokers", "voters"],
)
def test_a_kept_volume_of_another_is_told_before_kafka_starts_on_it(
    start: StartScript, properties: str, size: str, words: str
) -> None:
    _volume(start, properties, size)
    done = start.run(ordinal=1, brokers=3, controllers=3)
    assert done.returncode == 1
    (last,) = done.stdout.splitlines()[1:]
    assert words in last
    assert "delete this PersistentVolumeClaim" in last
    assert "data-my-lab-kafka-1-0" in last
    if size:
        assert (start.root / "data/kraft.brokers").read_text() == size


def test_a_missing_peer_is_waited_for_and_then_left_behind(start: StartScript) -> None:
    start.program("bin/getent", 'case "$2" in my-lab-kafka-0.*) exit 2;; esac')
    done = start.run(ordinal=1, brokers=3, controllers=3)
    assert done.returncode == 0
    assert "waiting for the name my-lab-kafka-0.ns.svc" in done.stdout
    assert "going on without my-lab-kafka-0" in done.stdout
    assert "server " in done.stdout


def test_no_quorum_is_waited_for_longer_than_a_single_peer(start: StartScript) -> None:
    """Beside a stopped broker the others start soon; with no majority a start would be in vain."""
    naps = start.root / "naps"
    start.program("bin/sleep", f"echo nap >>{naps}")
    start.program("bin/getent", 'case "$2" in my-lab-kafka-0.*) exit 2;; esac')
    start.run(ordinal=1, brokers=3, controllers=3)
    beside_one = len(naps.read_text().splitlines())
    naps.unlink()
    start.program("bin/getent", 'case "$2" in my-lab-kafka-1.*) ;; *) exit 2;; esac')
    start.run(ordinal=1, brokers=3, controllers=3)
    assert beside_one == 12
    assert len(naps.read_text().splitlines()) == 120 + 2 * 12


def test_an_end_that_is_asked_for_before_kafka_runs_is_not_overheard(start: StartScript) -> None:
    start.program("bin/getent", "kill -TERM $PPID")
    assert start.run(ordinal=0, brokers=1, controllers=1).returncode == 143


def test_a_node_without_a_name_of_its_own_ends_with_a_plain_reason(start: StartScript) -> None:
    start.program("bin/getent", "exit 2")
    done = start.run(ordinal=0, brokers=1, controllers=1)
    assert done.returncode == 1
    assert "my own name my-lab-kafka-0.ns.svc does not resolve" in done.stdout


def test_a_failed_format_stops_the_start(start: StartScript) -> None:
    start.program("opt/kafka/bin/kafka-storage.sh", "exit 3")
    done = start.run(ordinal=0, brokers=1, controllers=1)
    assert done.returncode == 3
    assert "server " not in done.stdout


def test_the_brokers_heap_and_agent_are_for_the_broker_alone(start: StartScript) -> None:
    lines = start.run(ordinal=0, brokers=1, controllers=1).stdout.splitlines()
    formatted = next(line for line in lines if line.startswith("format "))
    served = next(line for line in lines if line.startswith("server "))
    assert formatted.endswith("heap -Xmx96m")
    assert "-javaagent" not in formatted
    assert served.endswith("heap -Xmx256m")
    assert "-javaagent:" in served
