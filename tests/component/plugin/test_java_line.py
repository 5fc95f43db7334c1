"""What the lab's page gives to type in Java: it is compiled, and reads the topic."""

from __future__ import annotations

import subprocess
from pathlib import Path

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from streaminglab_page.lines import lines
from streaminglab_page.target import Target
from tests.kafka_broker import Broker
from tools.artifacts import get

TOPIC = "typed"


def program(name: str, address: str) -> str:
    target = Target("meteo", "user-alice", name, address, {"producer": {"topic": TOPIC}}, "student")
    return next(line.text for line in lines(target) if line.tool == "java")


def test_the_lines_for_java_read_a_topic_from_its_beginning(broker: Broker, tmp_path: Path) -> None:
    admin = AdminClient({"bootstrap.servers": broker.servers})
    for future in admin.create_topics([NewTopic(TOPIC, 2, 1)]).values():
        future.result()
    producer = Producer({"bootstrap.servers": broker.servers})
    for partition in (0, 1):
        producer.produce(TOPIC, f"in {partition}", partition=partition)
    assert producer.flush(30) == 0
    # The port that the page knows Kafka by is another one than this broker's.
    text = program("kafka", "kafka:9092").replace("kafka:9092", broker.servers)
    (tmp_path / "Read.java").write_text(text)
    command = ["java", "-cp", f"{get('kafka-jars') / 'jars'}/*", "Read.java"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as reading:
        try:
            assert reading.stdout
            said = {reading.stdout.readline() for _ in (0, 1)}
        finally:
            reading.kill()
    assert said == {"0 0 in 0\n", "1 0 in 1\n"}


def test_those_for_a_laptop_compile_too(tmp_path: Path) -> None:
    (tmp_path / "Read.java").write_text(program("kafka-via-localhost", "localhost:19092"))
    command = ["javac", "-cp", f"{get('kafka-jars') / 'jars'}/*", "Read.java"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
