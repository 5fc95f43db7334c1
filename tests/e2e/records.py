"""Three brokers under a program of a student that writes, and one that reads."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.courses import Course, plain_pod

THREE = {
    "weather": False,
    "kafka": {
        "brokers": 3,
        "topics": [{"name": "orders", "partitions": 6, "config": {"min.insync.replicas": "2"}}],
    },
}
# Every record is acknowledged by two brokers within ten seconds, retries included, or it is an
# error; a retry writes nothing twice (KIP-98). It writes until it is told to stop.
PRODUCER = """
import json, sys, time
from confluent_kafka import Producer
errors, acknowledged = [], 0
def delivered(error, message):
    global acknowledged
    if error: errors.append(error.str())
    else: acknowledged += 1
producer = Producer({"bootstrap.servers": "meteo-kafka:9092", "acks": "all",
                     "enable.idempotence": True, "delivery.timeout.ms": 10000, "linger.ms": 0})
sent, end = 0, time.monotonic() + 600
print("writing", flush=True)
while time.monotonic() < end and not errors:
    try:
        open("/tmp/stop")
        break
    except OSError:
        pass
    producer.produce("orders", str(sent).encode(), on_delivery=delivered)
    sent += 1
    producer.poll(0.02)
producer.flush(60)
print(json.dumps({"sent": sent, "acknowledged": acknowledged, "errors": errors}), flush=True)
"""
# Reads on where its group left off, and says what it read.
CONSUMER = """
import json, sys
from confluent_kafka import Consumer
consumer = Consumer({"bootstrap.servers": "meteo-kafka:9092", "group.id": "readers",
                     "auto.offset.reset": "earliest", "enable.auto.commit": False})
consumer.subscribe(["orders"])
read = []
while len(read) < int(sys.argv[1]):
    message = consumer.poll(30)
    if message is None:
        break
    assert message.error() is None, message.error()
    read.append(int(message.value()))
consumer.commit(asynchronous=False)
consumer.close()
print(json.dumps(read))
"""


def begin_writing(lab: Course, name: str = "writer") -> None:
    """A program of a student that writes with acks=all until it is told to end."""
    lab.create(_pod(lab, name, "python3", "-c", PRODUCER))
    _until_running(lab, name)


def end_writing(lab: Course, name: str = "writer") -> dict[str, Any]:
    """How many it sent, how many of them were acknowledged, and its errors."""
    lab.shell(f"pod/{name}", "touch /tmp/stop")
    lab.kubectl(
        "wait", "-n", lab.namespace, "--for=jsonpath={.status.phase}=Succeeded", f"pod/{name}",
        "--timeout=240s",
    )  # fmt: skip
    lines = lab.kubectl("logs", "-n", lab.namespace, name).stdout.splitlines()
    return dict(json.loads(lines[-1]))


def have_reader(lab: Course) -> None:
    """A pod in which :func:`read_on` runs."""
    lab.create(_pod(lab, "reader", "sleep", "infinity"))
    _until_running(lab, "reader")


def read_on(lab: Course, count: int) -> list[int]:
    """So many further records of the group ``readers``; fewer when no more came for 30 s."""
    said = lab.run("pod/reader", "python3", "-c", CONSUMER, str(count))
    return list(json.loads(said))


def _pod(lab: Course, name: str, *command: str) -> dict[str, Any]:
    jobs = lab.kubectl(
        "get", "jobs", "-n", lab.namespace, "-l", "app.kubernetes.io/component=init", "-o",
        "jsonpath={.items[0].spec.template.spec.containers[0].image}",
    ).stdout  # fmt: skip
    body = plain_pod(name, jobs, command=list(command))
    body["spec"]["restartPolicy"] = "Never"
    return body


def _until_running(lab: Course, name: str) -> None:
    ready = ("--for=condition=Ready", f"pod/{name}", "--timeout=240s")
    lab.kubectl("wait", "-n", lab.namespace, *ready)
