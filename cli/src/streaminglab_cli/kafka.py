"""Kafka's own tools, which every broker's pod has: their command lines, and what they print. Pure.

A person's words are arguments of these programs and never part of a shell's text: where a shell is
needed, its text is fixed, and the words follow as its positional parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

HOME = "/opt/kafka/bin"
BOOTSTRAP = ("--bootstrap-server", "localhost:9092")
CONTAINER = "kafka"
ENVIRONMENT = ("env", "KAFKA_OPTS=", "KAFKA_HEAP_OPTS=-Xmx96m")
"""A tool runs in the broker's memory: a small heap of its own, and not the broker's own agent."""
SILENCE_MS = 6000
"""A reader that must come to an end waits so long for one more record."""
REFUSED_MS = 15000
"""How long a producer waits for a topic that nobody knows."""
TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")
"""Legal names of topics (Kafka's org.apache.kafka.common.internals.Topic)."""
FORMAT = tuple(
    word
    for part in ("key", "timestamp", "partition", "offset")
    for word in ("--formatter-property", f"print.{part}=true")
)
# A topic is read partition by partition, so its newest records are not the last ones read. The
# last few of every partition are handed on; among them are the newest of all.
LAST = (
    'count=$1; shift; "$@" 2>/dev/null | awk -F"\\t" -v count="$count" '
    "'/^(CreateTime|LogAppendTime|NoTimestampType):/ "
    "{ n[$2]++; last[$2, n[$2] % count] = $0 } END { for (i in last) print last[i] }'"
)
# `kubectl exec` leaves a program running when its caller goes (kubernetes/kubernetes#89031). This
# one ends with its input, which closes when the caller does.
FOLLOW = (
    'exec 3<&0; "$@" </dev/null 3<&- 2>/dev/null & program=$!; '
    '{ cat <&3; kill "$program"; } >/dev/null 2>&1 & exec 3<&-; wait "$program"'
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record. ``timestamp``: milliseconds since 1970."""

    timestamp: int
    partition: int
    offset: int
    key: str | None
    value: str

    def line(self) -> str:
        """As a person reads it: key, then value."""
        return f"{'' if self.key is None else self.key}\t{self.value}"

    def to_json(self) -> dict[str, object]:
        """As a program reads it."""
        return asdict(self)


def tool(name: str, *words: str) -> list[str]:
    """The command line of one of the tools."""
    return [*ENVIRONMENT, f"{HOME}/{name}.sh", *BOOTSTRAP, *words]


def newest(topic: str, count: int) -> list[str]:
    """Print the last ``count`` records of each partition."""
    read = tool(
        "kafka-console-consumer",
        "--topic",
        topic,
        "--from-beginning",
        "--timeout-ms",
        str(SILENCE_MS),
        *FORMAT,
    )
    return ["sh", "-c", LAST, "sh", str(count), *read]


def follow(topic: str) -> list[str]:
    """Print each record that comes from now on, until standard input is closed."""
    read = tool("kafka-console-consumer", "--topic", topic, *FORMAT)
    return ["sh", "-c", FOLLOW, "sh", *read]


def produce(topic: str, *, keyed: bool) -> list[str]:
    """Write a record for each line of standard input: ``key<TAB>value`` if keyed."""
    reader = ("--reader-property", f"parse.key={str(keyed).lower()}")
    patience = ("--max-block-ms", str(REFUSED_MS))
    return tool("kafka-console-producer", "--topic", topic, "--sync", *reader, *patience)


def record(line: str) -> Record | None:
    """A line of the consumer; None where it is no record, as the tool's own last words.

    ``CreateTime:<ms><TAB>Partition:<n><TAB>Offset:<n><TAB>key<TAB>value``.
    """
    cells = line.rstrip("\n").split("\t", 4)
    if len(cells) < 5:  # noqa: PLR2004
        return None
    numbers = [cell.rpartition(":")[2] for cell in cells[:3]]
    if not all(number.lstrip("-").isdigit() for number in numbers):
        return None
    time, partition, offset = map(int, numbers)
    return Record(time, partition, offset, None if cells[3] == "null" else cells[3], cells[4])


def last_of(lines: Iterable[str], count: int) -> list[Record]:
    """The newest records of all, the oldest of them first."""
    found = [one for one in map(record, lines) if one]
    return sorted(found, key=lambda one: (one.timestamp, one.partition, one.offset))[-count:]


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
