"""A million messages and whatever else is hostile, searched by a page under its pod's own limit."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import visited
from tests.e2e.courses import Course, plain_pod
from tests.unit.page.kafka import packed
from tools.images import reference

TOPICS = {"million": 8, "mixed": 16, "packed": 2, "huge": 2000}
MILLION = 1_000_000
SMALL, LARGE = 1000, 4
"""Of each partition of the topic ``mixed``: small messages, then some of nearly 1 MB."""
BOMB = 128 * 2**20
CROWD = 100_000
LAB = {"weather": False, "kafka": {"brokers": 1}, "page": {}}
WRITER = "writer"
# Standard input: what is written, and raw questions with where their answers have an error.
WRITE = """
import base64, json, os, socket, struct, sys
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
asked, servers = json.load(sys.stdin), {"bootstrap.servers": "meteo-kafka:9092"}
# The raw batches are of 1970.
kept = {"retention.ms": "-1"}
topics = [NewTopic(name, count, 1, config=kept) for name, count in asked["topics"].items()]
admin = AdminClient(servers)
for future in admin.create_topics(topics, operation_timeout=120).values():
    future.result(120)
producer = Producer({**servers, "message.max.bytes": 1000000, "message.timeout.ms": 240000})
def produce(topic, value, partition):
    while True:
        try:
            return producer.produce(topic, value, partition=partition)
        except BufferError:
            producer.poll(0.1)
for number in range(asked["million"]):
    found = number == asked["million"] // 2
    produce("million", b"needle" if found else b"a value of no use %d" % number, number % 8)
for partition in range(asked["topics"]["mixed"]):
    for _ in range(asked["small"]):
        produce("mixed", b"small", partition)
    for _ in range(asked["large"]):
        produce("mixed", os.urandom(900000), partition)
produce("mixed", b"needle", 15)
assert producer.flush(240) == 0
def exactly(line, size):
    found = b""
    while len(found) < size:
        found += line.recv(size - len(found)) or sys.exit("the broker has hung up")
    return found
for raw, at in asked["raw"]:
    with socket.create_connection(("meteo-kafka", 9092), timeout=60) as line:
        line.sendall(base64.b64decode(raw))
        answer = exactly(line, int.from_bytes(exactly(line, 4), "big"))
        (error,) = struct.unpack_from(">h", answer, at)
        assert error == 0, f"Kafka refused a batch: {error}"
produce("packed", b"needle", 1)
assert producer.flush(60) == 0
"""
GROUP = "/sys/fs/cgroup"
COUNTED = f"{GROUP}/memory.events", f"{GROUP}/memory/memory.oom_control"
PEAK = f"{GROUP}/memory.peak", f"{GROUP}/memory/memory.max_usage_in_bytes"
LIMIT = f"{GROUP}/memory.max", f"{GROUP}/memory/memory.limit_in_bytes"
"""Files of the kernel, by cgroups of version 2 and 1."""


def raw(topic: str, batch: bytes, partition: int) -> tuple[str, int]:
    question = packed.produced(topic, batch, partition)
    return base64.b64encode(question).decode(), packed.error_at(topic)


@pytest.fixture(scope="module")
def lab(kubectl: Any, course_namespace: str) -> Course:
    """One broker with these topics, and the page with its usual limit."""
    made = Course(kubectl, course_namespace, "meteo")
    idle = {"command": ["sleep", "infinity"], "workingDir": "/tmp"}
    made.create(plain_pod(WRITER, reference("toolbox"), **idle))
    made.apply(LAB)
    made.wait("Ready")
    made.until(
        lambda: made.get("pod", WRITER)["status"].get("phase") == "Running", "the pod that writes"
    )
    asked = {
        "topics": TOPICS,
        "million": MILLION,
        "small": SMALL,
        "large": LARGE,
        "raw": [
            raw("packed", packed.batch(packed.gzip_bomb(BOMB), packed.GZIP), 0),
            raw("packed", packed.batch(packed.crowd(CROWD), packed.GZIP, CROWD), 1),
        ],
    }
    made.run(WRITER, "python3", "-c", WRITE, stdin=json.dumps(asked), seconds=500)
    return made


@pytest.fixture
def tabs(lab: Course, browser: Browser, address: str) -> Iterator[list[Page]]:
    """Of five people who have logged in."""
    with ExitStack() as stack:
        yield [stack.enter_context(visited(lab, browser, address, "en")) for _ in range(5)]


def told(lab: Course, pod: str, files: tuple[str, str]) -> str:
    """What the kernel says of a pod's memory."""
    return lab.shell(pod, f"cat {' '.join(files)} 2>/dev/null || true")


def ended_for_memory(lab: Course, pod: str) -> int:
    """Processes of a pod that the kernel has ended for lack of memory: of the page, or of those
    apart, by which no container ends (where the node's kernel counts by cgroups of version 1)."""
    found = re.search(r"^oom_kill (\d+)$", told(lab, pod, COUNTED), re.MULTILINE)
    assert found, "the kernel does not count"
    return int(found[1])


def search(page: Page, topic: str) -> None:
    page.click("text=Messages")
    page.fill("#messages-form [name=topic]", topic)
    page.fill("#messages-form [name=text]", "needle")
    page.click("#messages-form button.main")


def test_a_million_messages_are_searched_within_the_pods_memory(
    lab: Course, tabs: list[Page], address: str
) -> None:
    """Beside it messages of 1 MB and batches that unpack to gigabytes are searched, somebody looks
    at thousands of partitions, and somebody follows."""
    (made,) = lab.items("pods", "app.kubernetes.io/component=page")
    name, limits = made["metadata"]["name"], made["spec"]["containers"][0]["resources"]["limits"]
    assert limits["memory"] == "96Mi"
    assert int(told(lab, name, LIMIT).split()[0]) == 96 * 2**20, "the kernel bounds it"
    million, mixed, bombs, looking, following = tabs
    looking.goto(f"{address}/#kafka/topic/huge")
    following.click("text=Messages")
    following.fill("#messages-form [name=topic]", "mixed")
    following.click("#messages-form [name=follow]")
    for page, topic in ((million, "million"), (mixed, "mixed"), (bombs, "packed")):
        search(page, topic)
    for page, read in ((million, MILLION), (mixed, TOPICS["mixed"] * (SMALL + LARGE) + 1)):
        expect(page.locator("#messages-said")).to_have_text(
            f"{read:,} messages looked at, 1 found.", timeout=300_000
        )
    ended = re.compile(r"messages looked at, 1 found\.")
    expect(bombs.locator("#messages-said")).to_have_text(ended, timeout=300_000)
    expect(bombs.locator("#messages-list .unread li")).to_contain_text(
        ["Partition 0, offset 0 cannot be read"]
    )
    expect(looking.locator("#kafka-topic .pages")).to_contain_text("2,000")
    peak = told(lab, name, PEAK).split()
    print(f"at most {[int(one) // 2**20 for one in peak]} MiB, with the cache of files")
    assert ended_for_memory(lab, name) == 0
    (pod,) = lab.items("pods", "app.kubernetes.io/component=page")
    assert pod["metadata"]["name"] == name
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 0
