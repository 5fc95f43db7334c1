"""The newest records of a topic, by a reader that is brought along: its command line, and what it
prints. Pure.

Kafka's console consumer begins at an offset of one partition, or reads a topic to its end. The
reader (`cli/java`) asks for the ends of all partitions and reads what lies right before them. Its
jar goes in by standard input, as no lab has it, and is gone from the pod as soon as it runs.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from streaminglab_cli.kafka import ENVIRONMENT, HOME, SERVERS

READER = "dev.streaminglab.slab.Newest"
QUIET = "KAFKA_LOG4J_OPTS=-Dlog4j2.level=OFF"
"""Kafka's client would say on the caller's terminal that a broker is away, again and again."""
# The words of a person follow as positional parameters; the reader takes the file away.
BROUGHT = (
    'SLAB_JAR=$(mktemp) && IFS= read -r packed && printf %s "$packed" | base64 -d >"$SLAB_JAR" '
    '&& export SLAB_JAR CLASSPATH="$SLAB_JAR" && exec "$@"'
)
NONE = "-"
"""No key, no value; in base64 there is no such letter."""
KEY, VALUE = 40, 4000
"""Letters that a person is shown."""
HEAD = ("TIME", "PARTITION", "OFFSET", "KEY", "VALUE")
WIDTHS = (24, 9, 10, 16, 0)
"""Of columns that are printed line by line: nobody knows yet what comes."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record. ``timestamp``: milliseconds since 1970; -1: it has none."""

    timestamp: int
    partition: int
    offset: int
    key: str | None
    value: str | None

    @property
    def time(self) -> str:
        """When, in UTC; a producer may write any number."""
        seconds, rest = divmod(self.timestamp, 1000)
        try:
            found = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)
        except (ValueError, OverflowError, OSError):
            return NONE
        words = found.isoformat(timespec="milliseconds")
        return words.replace("+00:00", "Z") if seconds >= 0 else NONE

    def cells(self) -> list[str]:
        """As a person reads it: a row below `HEAD`."""
        shown = _cut(self.key, KEY), _cut(self.value, VALUE)
        return [self.time, str(self.partition), str(self.offset), *shown]

    def to_json(self) -> dict[str, object]:
        """As a program reads it."""
        return asdict(self)


def reader(topic: str, count: int, *, follow: bool) -> list[str]:
    """Print the newest ``count`` records of a topic, an empty line, and with ``follow`` each that
    comes, until standard input is closed. The first line of that is `brought`."""
    words = (SERVERS, topic, str(count), *(["follow"] if follow else []))
    run = [*ENVIRONMENT, QUIET, f"{HOME}/kafka-run-class.sh", READER, *words]
    return ["sh", "-c", BROUGHT, "sh", *run]


@cache
def brought() -> str:
    """The reader, as a line of text."""
    raw = files("streaminglab_cli").joinpath("data", "newest.jar").read_bytes()
    return base64.b64encode(raw).decode() + "\n"


def record(line: str) -> Record | None:
    """A line of the reader; None where it is no record."""
    cells = line.rstrip("\n").split("\t")
    try:
        time, partition, offset = map(int, cells[:3])
        key, value = map(_text, cells[3:])
    except (ValueError, binascii.Error):
        return None
    return Record(time, partition, offset, key, value)


def in_order(lines: Iterable[str]) -> list[Record]:
    """Records by their time, the oldest first."""
    found = [one for one in map(record, lines) if one]
    return sorted(found, key=lambda one: (one.timestamp, one.partition, one.offset))


def row(cells: Iterable[str]) -> str:
    """Columns of fixed width, as one line."""
    pairs = zip(cells, WIDTHS, strict=True)
    return "   ".join(cell.ljust(width) for cell, width in pairs).rstrip()


def _text(packed: str) -> str | None:
    return None if packed == NONE else base64.b64decode(packed).decode(errors="replace")


def _cut(text: str | None, most: int) -> str:
    if text is None:
        return NONE
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} letters)"
