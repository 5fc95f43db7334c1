"""Kafka's own tools, which every broker's pod has: their command lines, and what they print. Pure.

A person's words are arguments of these programs and never part of a shell's text: where a shell is
needed, its text is fixed, and the words follow as its positional parameters.
"""

from __future__ import annotations

import re

HOME = "/opt/kafka/bin"
SERVERS = "localhost:9092"
BOOTSTRAP = ("--bootstrap-server", SERVERS)
CONTAINER = "kafka"
ENVIRONMENT = (
    "env",
    "KAFKA_OPTS=",
    "KAFKA_HEAP_OPTS=-Xmx96m",
    "KAFKA_JVM_PERFORMANCE_OPTS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
)
"""A tool runs in the broker's memory and for seconds: a small heap of its own, not the broker's
own agent, and no compiler that would pay off later."""
REFUSED_MS = 15000
"""How long a producer waits for a topic that nobody knows."""
TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")
"""Legal names of topics (Kafka's org.apache.kafka.common.internals.Topic)."""


def tool(name: str, *words: str) -> list[str]:
    """The command line of one of the tools."""
    return [*ENVIRONMENT, f"{HOME}/{name}.sh", *BOOTSTRAP, *words]


def produce(topic: str, *, keyed: bool) -> list[str]:
    """Write a record for each line of standard input: ``key<TAB>value`` if keyed."""
    reader = ("--reader-property", f"parse.key={str(keyed).lower()}")
    patience = ("--max-block-ms", str(REFUSED_MS))
    return tool("kafka-console-producer", "--topic", topic, "--sync", *reader, *patience)


def described(text: str) -> list[dict[str, object]]:
    """What `kafka-topics --describe` prints: topics, each with its partitions."""
    topics: list[dict[str, object]] = []
    partitions: list[dict[str, object]] = []
    for line in text.splitlines():
        fields = _fields(line)
        if "PartitionCount" in fields:
            partitions = []
            config = dict(
                part.split("=", 1) for part in fields.get("Configs", "").split(",") if "=" in part
            )
            topics.append({"topic": fields["Topic"], "config": config, "partitions": partitions})
        elif "Partition" in fields:
            partitions.append(
                {
                    "partition": int(fields["Partition"]),
                    "leader": int(fields["Leader"]) if fields["Leader"].isdigit() else None,
                    "replicas": _numbers(fields["Replicas"]),
                    "isr": _numbers(fields["Isr"]),
                }
            )
    return topics


def _fields(line: str) -> dict[str, str]:
    pairs = (cell.partition(":") for cell in line.strip().split("\t"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",") if word.strip().isdigit()]


LAG_COLUMNS = ("GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG")


def no_group(text: str) -> bool:
    """Whether `kafka-consumer-groups` says that there is no such group: its exit code is 0 then."""
    return "GroupIdNotFoundException" in text


def lag(text: str) -> list[dict[str, str]]:
    """What `kafka-consumer-groups --describe` prints: a row a partition that a group reads.

    Each group has a heading of its own, and columns are looked up in it.
    """
    head: list[str] = []
    found = []
    for line in text.splitlines():
        cells = line.split()
        if cells[:1] == ["GROUP"]:
            head = cells
        elif head and len(cells) >= len(LAG_COLUMNS):
            row = dict(zip(head, cells, strict=False))
            found.append({name: row.get(name, "-") for name in LAG_COLUMNS})
    return found
