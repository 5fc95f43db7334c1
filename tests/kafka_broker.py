"""A real broker of Kafka's own jars on this machine, for tests that need no cluster."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.charts.support import CHARTS, only, render
from tools.artifacts import get
from tools.machine.ports import free_ports

AGENT = CHARTS / "kafka" / "files" / "quorum-agent.jar"
SECONDS = 90


class Broker:
    """One node, with the chart's settings and its agent. ``servers``: where its clients come in."""

    def __init__(self, directory: Path) -> None:
        self.client, controller, self.agent, self.port = free_ports(4)
        self.servers = f"127.0.0.1:{self.client}"
        settings = only(render("kafka", {"replicas": 1}), "ConfigMap")["data"]["server.properties"]
        own = {
            "node.id": 0,
            "process.roles": "broker,controller",
            "listeners": f"PLAINTEXT://{self.servers},CONTROLLER://127.0.0.1:{controller}",
            "controller.quorum.voters": f"0@127.0.0.1:{controller}",
            "log.dirs": directory / "data",
        }
        file = directory / "server.properties"
        file.write_text("\n".join([settings, *(f"{key}={value}" for key, value in own.items())]))
        java = ["java", "-cp", f"{get('kafka-jars') / 'jars'}/*", "-XX:TieredStopAtLevel=1"]
        format_ = ["kafka.tools.StorageTool", "format", "--cluster-id=AAAAAAAAAAAAAAAAAAAAAA"]
        done = subprocess.run(
            [*java, *format_, "--config", str(file)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        agent = f"-javaagent:{AGENT}={self.agent},voter,{self.port},{self.servers}"
        self.process = subprocess.Popen(
            [*java, "-Xmx192m", agent, "kafka.Kafka", str(file)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def get(self, path: str, port: int = 0) -> str:
        url = f"http://127.0.0.1:{port or self.port}{path}"
        with urlopen(url, timeout=20) as answer:
            text: str = answer.read().decode()
            return text

    def ready(self) -> bool:
        try:
            return self.get("/readyz", self.agent) == "ok\n"
        except URLError:
            return False


@contextmanager
def kafka_broker(directory: Path) -> Iterator[Broker]:
    """A broker that answers, until the end."""
    running = Broker(directory)
    end = time.monotonic() + SECONDS
    try:
        while not running.ready():
            assert time.monotonic() < end, "the broker never came"
            assert running.process.poll() is None, "the broker has ended"
            time.sleep(0.2)
        yield running
    finally:
        running.process.kill()
        running.process.wait()
