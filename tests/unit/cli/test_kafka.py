"""Kafka's tools: a person's words stay arguments, and what the tools print is understood."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_cli import kafka

DESCRIBED = (
    "Topic: weather\tTopicId: aPZPaThWTDWXJ2wPMQqsFA\tPartitionCount: 2\tReplicationFactor: 3\t"
    "Configs: min.insync.replicas=2,retention.ms=-1\n"
    "\tTopic: weather\tPartition: 0\tLeader: 0\tReplicas: 0,1,2\tIsr: 0,2\tElr: \tLastKnownElr: \n"
    "\tTopic: weather\tPartition: 1\tLeader: none\tReplicas: 1\tIsr: \tElr: \tLastKnownElr: \n"
)
LAG = """
Consumer group 'mine' has no active members.

GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG    CONSUMER-ID HOST
mine            weather         0          10              15              5      -           -

GROUP           TOPIC           PARTITION  LEADER-EPOCH CURRENT-OFFSET  LOG-END-OFFSET  LAG   HOST
other           weather         1          -            -               7               -     -
"""


def line(time: int, partition: int, offset: int, rest: str = "s\tv") -> str:
    return f"CreateTime:{time}\tPartition:{partition}\tOffset:{offset}\t{rest}"


def in_the_pod(script: str, *words: str, stdin: str = "") -> list[str]:
    done = subprocess.run(
        ["sh", "-c", script, "sh", *words], input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_words_of_a_person_are_never_part_of_a_shells_text() -> None:
    for command in (kafka.newest("a;b", 5), kafka.follow("a;b"), kafka.produce("a;b", keyed=True)):
        assert "a;b" in command
        assert all("a;b" not in word for word in command if word != "a;b")


def test_the_newest_by_time_are_shown_though_their_partition_is_read_first() -> None:
    read = [line(t, 1, t) for t in (10, 20, 30, 40, 50, 60)] + [line(t, 0, t) for t in (1, 2, 35)]
    shown = in_the_pod(kafka.LAST, "5", "cat", stdin="\n".join(read))
    assert [one.timestamp for one in kafka.last_of(shown, 5)] == [30, 35, 40, 50, 60]


def test_few_lines_leave_the_pod_however_long_the_topic_is() -> None:
    read = [line(t, t % 3, t) for t in range(1000)]
    shown = in_the_pod(kafka.LAST, "5", "cat", stdin="\n".join(["Processed 0", *read]))
    assert len(shown) == 15
    assert kafka.last_of(shown, 5)[-1].timestamp == 999


@given(st.text(st.characters(exclude_characters="\n\r\x00"), max_size=20))
def test_a_value_may_hold_anything_but_the_end_of_the_line(value: str) -> None:
    found = kafka.record(line(5, 1, 9, f"key\t{value}"))
    assert found == kafka.Record(5, 1, 9, "key", value)


@pytest.mark.parametrize("said", ["", "Processed a total of 1 messages", "a\tb\tc\td\te"])
def test_what_is_no_record_is_left_out(said: str) -> None:
    assert kafka.record(said) is None


def test_a_record_without_a_key_has_none() -> None:
    found = kafka.record(line(5, 0, 0, "null\tx"))
    assert found is not None
    assert (found.key, found.line()) == (None, "\tx")


def test_what_is_followed_in_the_pod_ends_with_its_input(tmp_path: Path) -> None:
    """`kubectl exec` leaves a program running when its caller goes; nothing may be left over."""
    ended = tmp_path / "ended"
    program = (
        "import signal, sys, time, pathlib\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(ended)!r}).touch(), "
        "sys.exit()))\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    command = ["sh", "-c", kafka.FOLLOW, "sh", sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"up\n"
        process.stdin.close()
        process.wait(20)
    until = time.monotonic() + 10
    while not ended.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert ended.exists()


def test_a_program_that_ends_by_itself_ends_what_follows_it() -> None:
    command = ["sh", "-c", kafka.FOLLOW, "sh", "echo", "said"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read() == b"said\n"
        assert process.wait(20) == 0


def test_a_topics_description_is_read_with_replicas_that_are_out_of_sync() -> None:
    (topic,) = kafka.described(DESCRIBED)
    assert topic == {
        "topic": "weather",
        "config": {"min.insync.replicas": "2", "retention.ms": "-1"},
        "partitions": [
            {"partition": 0, "leader": 0, "replicas": [0, 1, 2], "isr": [0, 2]},
            {"partition": 1, "leader": None, "replicas": [1], "isr": []},
        ],
    }


def test_lag_is_read_by_the_heading_of_each_group() -> None:
    found = kafka.lag(LAG)
    assert [(row["GROUP"], row["PARTITION"], row["LAG"]) for row in found] == [
        ("mine", "0", "5"),
        ("other", "1", "-"),
    ]


@pytest.mark.parametrize(("name", "legal"), [("weather-1.x_y", True), ("a|b", False), ("", False)])
def test_names_of_topics_are_kafkas(name: str, legal: bool) -> None:
    assert bool(kafka.TOPIC.fullmatch(name)) == legal
