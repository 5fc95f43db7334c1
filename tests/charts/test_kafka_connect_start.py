"""Kafka Connect's start script, run for real with programs that only take notes."""

import subprocess
from pathlib import Path

import pytest

from tests.authorities import CITY, SCHOOL
from tests.charts.support import CHARTS

START = CHARTS / "kafka-connect" / "files" / "start.sh"


class StartScript:
    """start.sh with its directories moved below `root` and with programs that only take notes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("bin", "run", "connect", "opt/kafka/bin"):
            (root / name).mkdir(parents=True)
        (root / "connect/worker.properties").write_text("group.id=meteo\n")
        self.script = root / "start.sh"
        text = START.read_text().replace("/opt/streaminglab", str(root))
        text = text.replace("/etc/streaminglab/authorities", str(root))
        self.script.write_text(text.replace("/opt/kafka/bin", f"{root}/opt/kafka/bin"))
        self.program(
            "opt/kafka/bin/connect-distributed.sh",
            'echo "worker $* $KAFKA_HEAP_OPTS $KAFKA_JVM_PERFORMANCE_OPTS $KAFKA_LOG4J_OPTS"',
        )
        self.program("bin/sleep", "true")
        self.known("kafka")

    def program(self, name: str, body: str) -> None:
        path = self.root / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def known(self, *names: str) -> None:
        """Only these names can be looked up; every question is noted."""
        cases = "".join(f"{name}) exit 0 ;; " for name in names)
        note = f'echo "$2" >>{self.root}/asked'
        self.program("bin/getent", f'{note}; case "$2" in {cases}*) exit 2 ;; esac')

    def run(self, servers: str) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": f"{self.root}/bin:/usr/bin:/bin", "POD_NAME": "my-lab-connect-0",
            "WORKERS_DOMAIN": "my-lab-connect-workers.ns.svc", "BOOTSTRAP_SERVERS": servers,
            "WORKER_HEAP": "-Xmx384m", "WORKER_OPTIONS": "-Dworker=yes",
            "JAVA_HOME": f"{self.root}/java",
            "KAFKA_HEAP_OPTS": "-Xmx96m",
        }  # fmt: skip
        return subprocess.run(
            ["/bin/sh", str(self.script)], env=env, capture_output=True, text=True, check=False
        )


@pytest.fixture
def start(tmp_path: Path) -> StartScript:
    return StartScript(tmp_path)


def test_a_worker_starts_under_the_name_that_others_reach_it_by(start: StartScript) -> None:
    done = start.run("kafka:9092")
    assert done.returncode == 0, done.stderr
    settings = (start.root / "run/worker.properties").read_text()
    name = "my-lab-connect-0.my-lab-connect-workers.ns.svc"
    assert settings == f"group.id=meteo\nrest.advertised.host.name={name}\n"
    assert f"worker {start.root}/run/worker.properties -Xmx384m -Dworker=yes" in done.stdout
    assert f"configurationFile={start.root}/connect/log4j2.properties" in done.stdout


@pytest.mark.parametrize("servers", ["gone:9092,kafka:9092", "kafka:9092,gone:9092", "kafka"])
def test_one_known_broker_of_several_is_enough(start: StartScript, servers: str) -> None:
    assert start.run(servers).returncode == 0


def test_a_name_that_appears_late_is_waited_for(start: StartScript) -> None:
    """The third question is answered, as when DNS learns of a new Service."""
    note = f'echo "$2" >>{start.root}/asked'
    start.program("bin/getent", f"{note}; test $(wc -l <{start.root}/asked) -ge 3")
    done = start.run("kafka:9092")
    assert done.returncode == 0
    assert done.stdout.count("waiting for a name of kafka:9092") == 1


def test_a_name_that_never_appears_is_told_in_plain_words(start: StartScript) -> None:
    done = start.run("gone:9092,lost:9092")
    assert done.returncode == 1
    assert "no name in gone:9092,lost:9092 resolves" in done.stdout
    assert "worker" not in done.stdout.splitlines()[-1].split()
    assert set((start.root / "asked").read_text().split()) == {"gone", "lost"}


def test_nslookup_serves_where_getent_is_missing(start: StartScript) -> None:
    (start.root / "bin/getent").unlink()
    for name in ("sh", "cat"):
        (start.root / "bin" / name).symlink_to(f"/bin/{name}")
    start.program("bin/nslookup", 'test "$1" = kafka')
    env = {"PATH": f"{start.root}/bin", "POD_NAME": "w-0", "WORKERS_DOMAIN": "d",
           "BOOTSTRAP_SERVERS": "kafka:9092", "WORKER_HEAP": "", "WORKER_OPTIONS": ""}  # fmt: skip
    done = subprocess.run(
        ["/bin/sh", str(start.script)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def java(start: StartScript, keytool: str) -> None:
    """A Java with a store of its own."""
    for name in ("java/bin", "java/lib/security"):
        (start.root / name).mkdir(parents=True)
    (start.root / "java/lib/security/cacerts").write_text("usual\n")
    start.program("java/bin/keytool", keytool)


def test_each_authority_is_put_into_a_store_beside_the_usual_ones(start: StartScript) -> None:
    java(start, f'shift 3; echo "$2" >>{start.root}/run/truststore; cat "$4" >>{start.root}/noted')
    (start.root / "ca.crt").write_text(SCHOOL + CITY.rstrip())
    done = start.run("kafka:9092")
    assert done.returncode == 0, done.stdout + done.stderr
    store = start.root / "run/truststore"
    assert store.read_text().split() == ["usual", "streaminglab-1", "streaminglab-2"]
    noted = (start.root / "noted").read_text()
    assert [line for line in noted.splitlines() if line] == (SCHOOL + CITY).splitlines()


def test_an_authority_that_java_cannot_read_is_named(start: StartScript) -> None:
    java(start, "echo no certificate; exit 1")
    (start.root / "ca.crt").write_text(SCHOOL)
    done = start.run("kafka:9092")
    assert done.returncode == 1
    assert "certificate 1 of egress.caBundle cannot be used: no certificate" in done.stdout


def test_without_authorities_there_is_no_store(start: StartScript) -> None:
    assert start.run("kafka:9092").returncode == 0
    assert not (start.root / "run/truststore").exists()
