"""Kafka's listener for laptops, as a student uses it: port-forward, user and password."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from tests.e2e.alone import CHARTS, Alone, image_values
from tests.e2e.cluster import Kubectl
from tests.patience import PATIENCE
from tools.artifacts import get
from tools.cluster import kubectl as tool
from tools.machine.ports import first_of

PORT = first_of(3)
SECONDS = PATIENCE
PARTITIONS = 6
OUTSIDE: dict[str, Any] = {
    "existingSecret": {"name": "outside"},
    "localhost": {"enabled": True, "port": PORT},
}


@pytest.fixture
def alone(kubectl: Kubectl, kubeconfig: Path, namespace: str) -> Alone:
    """A fresh namespace that admits only restricted pods."""
    return Alone(kubectl, kubeconfig, namespace)


@contextmanager
def forwarded(alone: Alone, brokers: int) -> Iterator[str]:
    """`kubectl port-forward` to every broker; the addresses for a client."""
    with ExitStack() as stack:
        for broker in range(brokers):
            process = stack.enter_context(
                subprocess.Popen(
                    [tool.program(), f"--kubeconfig={alone.kubeconfig}", "-n", alone.namespace,
                     "port-forward", f"sts/kafka-{broker}", str(PORT + broker)],
                    stdout=subprocess.PIPE, text=True,
                )
            )  # fmt: skip
            stack.callback(process.terminate)
            assert process.stdout is not None
            assert "Forwarding from" in process.stdout.readline()
        yield ",".join(f"localhost:{PORT + broker}" for broker in range(brokers))


def settings(brokers: str, password: str) -> dict[str, Any]:
    """What the document tells a student to set."""
    return {
        "bootstrap.servers": brokers,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "student",
        "sasl.password": password,
        "log_level": 0,
    }


def admitted(brokers: str, password: str) -> bool:
    """Whether the brokers take this password."""
    try:
        AdminClient(settings(brokers, password)).list_topics(timeout=5)
    except KafkaException:
        return False
    return True


def eventually(look: Callable[[], bool]) -> bool:
    """Whether something becomes true: brokers hear of a new password a moment later."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if look():
            return True
        time.sleep(0.5)
    return False


def carried(brokers: str, password: str, replicas: int) -> set[int]:
    """Write one record into each partition and read all; the partitions that were read."""
    client = settings(brokers, password)
    new = NewTopic("outside", num_partitions=PARTITIONS, replication_factor=replicas)
    # Kept in a name: the client must live until its answer is there.
    admin = AdminClient(client)
    admin.create_topics([new])["outside"].result(SECONDS)
    producer = Producer({**client, "acks": "all", "message.timeout.ms": int(1000 * SECONDS)})
    for partition in range(PARTITIONS):
        producer.produce("outside", value=b"x", partition=partition)
    assert producer.flush(SECONDS) == 0
    consumer = Consumer({**client, "group.id": "laptop", "auto.offset.reset": "earliest"})
    consumer.subscribe(["outside"])
    seen: set[int] = set()
    end = time.monotonic() + SECONDS
    while len(seen) < PARTITIONS and time.monotonic() < end:
        message = consumer.poll(1.0)
        if message is not None and message.error() is None:
            seen.add(int(message.partition() or 0))
    consumer.close()
    return seen


def upgrade(alone: Alone, values: dict[str, Any]) -> None:
    """``helm upgrade kafka``, and wait until the brokers are new."""
    command = [
        str(get("helm") / "bin" / "helm"), "upgrade", "kafka", str(CHARTS / "kafka"),
        "--kubeconfig", str(alone.kubeconfig), "-n", alone.namespace, "-f", "-",
    ]  # fmt: skip
    subprocess.run(command, input=json.dumps(values), text=True, check=True, capture_output=True)
    alone.wait("kafka-0", "statefulset")


def run_init(alone: Alone, name: str) -> None:
    """The lab's own program gives Kafka the password that the Secret holds."""
    values = {
        "image": image_values("jobs"),
        "config": {
            "kafka": {"bootstrapServers": "kafka:9092"},
            "scramUsers": [{"name": "student", "passwordFile": "kafka-password"}],
        },
        "secret": {"name": "outside", "keys": ["kafka-password"]},
    }
    command = [
        str(get("helm") / "bin" / "helm"), "template", name, str(CHARTS / "lab-job"),
        "-n", alone.namespace, "-f", "-",
    ]  # fmt: skip
    rendered = subprocess.run(
        command, input=json.dumps(values), text=True, check=True, capture_output=True
    ).stdout
    alone.kubectl("apply", "-f", "-", stdin=rendered)
    alone.kubectl(
        "wait", "--for=condition=Complete", f"job/{name}", "-n", alone.namespace, "--timeout=240s",
        timeout=300,
    )  # fmt: skip


def test_a_laptop_reaches_every_broker_with_the_password_only(alone: Alone) -> None:
    alone.secret("outside", kafka_username="student", kafka_password="s3cret=[x]")
    values = {"image": image_values("kafka"), "replicas": 3, "external": OUTSIDE}
    alone.install("kafka", values, "brokers")
    with forwarded(alone, brokers=3) as brokers:
        assert not admitted(brokers, "wrong")
        assert carried(brokers, "s3cret=[x]", replicas=3) == set(range(PARTITIONS))
    for broker in range(3):
        logs = alone.kubectl("logs", "-n", alone.namespace, f"sts/kafka-{broker}").stdout
        assert "s3cret" not in logs
        assert "serverKey" not in logs


def test_an_older_volume_and_a_changed_secret_get_the_password_by_init(alone: Alone) -> None:
    plain = {"image": image_values("kafka")}
    alone.install("kafka", plain, "brokers")
    alone.secret("outside", kafka_username="student", kafka_password="first")
    upgrade(alone, {**plain, "external": OUTSIDE})
    with forwarded(alone, brokers=1) as brokers:
        assert not admitted(brokers, "first"), "this volume has no user yet"
        run_init(alone, "init-first")
        assert eventually(lambda: admitted(brokers, "first"))
        alone.kubectl("delete", "secret", "outside", "-n", alone.namespace)
        alone.secret("outside", kafka_username="student", kafka_password="second")
        run_init(alone, "init-second")
        assert eventually(lambda: admitted(brokers, "second"))
        assert not admitted(brokers, "first")
