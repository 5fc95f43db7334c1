"""Kafka's tools: a person's words stay arguments, and what the tools print is understood."""

from __future__ import annotations

import pytest

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


def test_words_of_a_person_are_never_part_of_a_shells_text() -> None:
    command = kafka.produce("a;b", keyed=True)
    assert "a;b" in command
    assert all("a;b" not in word for word in command if word != "a;b")


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
