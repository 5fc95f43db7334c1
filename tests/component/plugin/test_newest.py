"""The reader that `kubectl slab records` brings along, beside a real broker: as in its pod."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from streaminglab_cli import newest
from tests.kafka_broker import Broker
from tools.artifacts import get

MILLION = 1_000_000
SMALL = 20
BEGAN = int(time.time() * 1000)
RUN_CLASS = """#!/bin/sh
exec java -cp "$CLASSPATH:{jars}/*" $KAFKA_HEAP_OPTS $KAFKA_JVM_PERFORMANCE_OPTS "$@"
"""


@dataclass(frozen=True)
class Pod:
    """What the plugin's command line finds in a broker's pod. ``tmp``: where it may write."""

    broker: Broker
    tmp: Path
    environment: dict[str, str]

    def records(self, topic: str, count: int) -> list[newest.Record]:
        done = subprocess.run(
            newest.reader(topic, count, follow=False), input=newest.brought(), text=True,
            env=self.environment, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return newest.in_order(done.stdout.splitlines())

    def make(self, topic: str, partitions: int) -> None:
        admin = AdminClient({"bootstrap.servers": self.broker.servers})
        for future in admin.create_topics([NewTopic(topic, partitions, 1)]).values():
            future.result()

    def write(self, topic: str, *records: tuple[int, int, str | None]) -> None:
        """Time, partition and value of each; the key is the partition. Brokers soon forget what was
        written long ago."""
        producer = Producer({"bootstrap.servers": self.broker.servers})
        for at, partition, value in records:
            producer.produce(topic, value, str(partition), partition, timestamp=BEGAN + at)
        assert producer.flush(30) == 0

    def bytes_out(self, topic: str) -> int:
        """What the broker has given away of a topic."""
        told = self.broker.get("/metrics")
        line = next(one for one in told.splitlines() if f"kafka_topic,topic={topic} " in one)
        found = re.search(r"bytes_out=(\d+)i", line)
        return int(found[1]) if found else 0


@pytest.fixture
def pod(broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pod:
    program = tmp_path / "kafka-run-class.sh"
    program.write_text(RUN_CLASS.format(jars=get("kafka-jars") / "jars"))
    program.chmod(0o755)
    monkeypatch.setattr(newest, "HOME", str(tmp_path))
    monkeypatch.setattr(newest, "SERVERS", broker.servers)
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    return Pod(broker, tmp, {"PATH": os.environ["PATH"], "TMPDIR": str(tmp)})


def values(found: Sequence[newest.Record]) -> list[str | None]:
    return [one.value for one in found]


def test_the_newest_of_all_partitions_are_told_as_they_are(pod: Pod) -> None:
    pod.make("of-three", 3)
    pod.write("of-three", *((n + 1, n % 2, f"v{n}") for n in range(10)), (99, 1, "two\nlines\t"))
    pod.write("of-three", (100, 0, None))
    found = pod.records("of-three", 4)
    assert values(found) == ["v8", "v9", "two\nlines\t", None]
    assert (found[2].timestamp, found[2].partition, found[2].offset) == (BEGAN + 99, 1, 5)
    assert [one.key for one in found] == ["0", "1", "1", "0"]
    assert [*pod.tmp.glob("tmp*")] == [], "what was brought along is gone"
    assert pod.records("of-three", 0) == []


def test_an_old_record_of_another_partition_is_not_among_the_newest(pod: Pod) -> None:
    pod.make("uneven", 2)
    pod.write("uneven", *((n + 1, 0, f"old {n}") for n in range(5)))
    pod.write("uneven", *((100 + n, 1, f"new {n}") for n in range(5)))
    assert values(pod.records("uneven", 5)) == [f"new {n}" for n in range(5)]


@pytest.mark.long
def test_a_topic_of_a_million_costs_as_much_as_a_small_one(pod: Pod) -> None:
    pod.make("million", 4)
    producer = Producer({"bootstrap.servers": pod.broker.servers, "linger.ms": 50})
    for number in range(MILLION):
        while True:
            try:
                producer.produce("million", b"%d" % number, partition=number % 4)
                break
            except BufferError:
                producer.poll(0.1)
    assert producer.flush(60) == 0
    pod.make("small", 4)
    pod.write("small", *((n + 1, n % 4, str(n)) for n in range(SMALL)))
    assert len(pod.records("small", 5)) == 5
    began = time.monotonic()
    assert len(pod.records("million", 5)) == 5
    print(f"{time.monotonic() - began:.1f} s, {pod.bytes_out('million'):,} bytes")
    # Batches come whole, and what lies behind a record comes with it: some, and not the topic.
    assert 0 < pod.bytes_out("million") < 4_000_000


def test_records_are_found_behind_offsets_that_are_none(pod: Pod) -> None:
    """A transaction ends with a mark, which has an offset and is no record."""
    pod.make("marked", 1)
    settings = {"bootstrap.servers": pod.broker.servers, "transactional.id": "t"}
    producer = Producer(settings)
    producer.init_transactions(30)
    for number in range(20):
        producer.begin_transaction()
        producer.produce("marked", str(number))
        producer.commit_transaction(30)
    assert values(pod.records("marked", 6)) == [str(n) for n in range(14, 20)]


def test_an_empty_topic_has_none_and_no_topic_is_told(pod: Pod) -> None:
    pod.make("empty", 2)
    assert pod.records("empty", 5) == []
    done = subprocess.run(
        newest.reader("nothing", 5, follow=False), input=newest.brought(), text=True,
        env=pod.environment, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "Error: there is no topic nothing" in done.stderr


def test_what_comes_is_followed_until_the_input_ends(pod: Pod) -> None:
    pod.make("followed", 2)
    pod.write("followed", (1, 0, "before"), (2, 1, "and before"))
    with subprocess.Popen(
        newest.reader("followed", 1, follow=True), text=True, env=pod.environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        process.stdin.write(newest.brought())
        process.stdin.flush()
        before = [process.stdout.readline(), process.stdout.readline()]
        assert values(newest.in_order(before)) == ["and before"]
        assert before[1] == "\n"
        pod.write("followed", (3, 0, "after"))
        came = newest.record(process.stdout.readline())
        assert came
        assert came.value == "after"
        process.stdin.close()
        assert process.stdout.readline() == ""
        assert process.wait(20) == 0
