"""Doubles for the dbt program: a broker in memory, and a `dbt` that does as it is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaError, KafkaException

from streaminglab_dbt.settings import Settings

FAKE_DBT = """
import json, os, pathlib, signal, sys, time
arguments = sys.argv[1:]
if "deps" in arguments:
    project = pathlib.Path(arguments[arguments.index("--project-dir") + 1])
    if "gone" in (project / "packages.yml").read_text():
        print("Error: no such package")
        sys.exit(2)
    (project / "dbt_packages" / "utils").mkdir(parents=True, exist_ok=True)
    with (project.parent / "brought").open("a") as note:
        note.write("deps ")
    sys.exit(0)
target = pathlib.Path(arguments[arguments.index("--target-path") + 1])
project = pathlib.Path(arguments[arguments.index("--project-dir") + 1])
wanted = arguments[arguments.index("--select") + 1]
print("10:11:12  Running with dbt")
if wanted == "slow":
    # Tests that a shell runs in the background have it ignored, and so have their children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    time.sleep(60)
if wanted == "broken":
    print("10:11:13  Encountered an error:")
    print("10:11:13  Compilation Error")
    print(f"10:11:13    error: {os.environ['DBT_ENV_SECRET_POSTGRES']} did not fit")
    sys.exit(2)
target.mkdir(exist_ok=True)
(target / "run_results.json").write_text(json.dumps({"results": [{
    "unique_id": "model.lab." + wanted, "status": "error" if wanted == "bad" else "success",
    "execution_time": 0.5, "adapter_response": {"rows_affected": 3},
    "message": "SELECT 3" if wanted != "bad"
    else "Database Error\\n  no table\\n  compiled code at /tmp/x.sql",
}], "files": sorted(path.name for path in project.rglob("*"))}))
sys.exit(1 if wanted == "bad" else 0)
"""


def program(folder: Path) -> list[str]:
    """The command line of a `dbt` that runs no database."""
    script = folder / "dbt.py"
    script.write_text(FAKE_DBT)
    return [sys.executable, str(script)]


def settings(folder: Path, timeout: int = 30) -> Settings:
    """Settings below a temporary folder."""
    (folder / "password").write_text("s3cret\n")
    default = folder / "default"
    (default / "models").mkdir(parents=True)
    (default / "dbt_project.yml").write_text("name: default\n")
    (default / "models" / "numbered.sql").write_text("SELECT 1")
    return Settings(
        bootstrap_servers="kafka:9092",
        password_file=folder / "password",
        timeout=timeout,
        given=folder / "given",
        default=default,
        work=folder / "work",
    )


class FakeRecord:
    """A command as the consumer returns it."""

    def __init__(self, offset: int, value: bytes | None, error: KafkaError | None = None) -> None:
        self._offset, self._value, self._error = offset, value, error

    def topic(self) -> str:
        return "dbt-run"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self._offset

    def key(self) -> bytes:
        return b"key"

    def value(self) -> bytes | None:
        return self._value

    def error(self) -> KafkaError | None:
        return self._error


class FakeKafka:
    """Both clients of a broker that can fail; remembers what was written and committed."""

    def __init__(self, *values: bytes | KafkaError) -> None:
        self.records = [
            FakeRecord(offset, None, value) if isinstance(value, KafkaError)
            else FakeRecord(offset, value) for offset, value in enumerate(values)
        ]  # fmt: skip
        self.events: list[str] = []
        self.results: list[dict[str, Any]] = []
        self.produce_errors: list[KafkaError] = []
        self.commit_errors: list[KafkaError] = []
        self.silent = False
        self._callbacks: list[Any] = []

    def subscribe(self, topics: list[str]) -> None:
        self.events.append(f"subscribe {topics[0]}")

    def assignment(self) -> list[str]:
        return ["dbt-run-0"]

    def poll(self, seconds: float) -> FakeRecord | None:
        """The consumer's and the producer's poll: a real client is only one of both."""
        if self._callbacks and not self.silent:
            self._callbacks.pop(0)()
            return None
        return self.records.pop(0) if self.records and not self._callbacks else None

    def produce(self, topic: str, value: bytes, key: bytes | None, on_delivery: Any) -> None:
        error = self.produce_errors.pop(0) if self.produce_errors else None
        if error is None:
            self.events.append("result")
            self.results.append(json.loads(value))
        self._callbacks.append(lambda: on_delivery(error, None))

    def commit(self, message: FakeRecord, asynchronous: bool) -> None:
        if self.commit_errors:
            raise KafkaException(self.commit_errors.pop(0))
        self.events.append(f"commit {message.offset()}")

    def close(self) -> None:
        self.events.append("close")
