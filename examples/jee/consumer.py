"""The clients of a shop, rebuilt from the log: course 003, Kafka as the source of truth.

Reads the topic `clients` and keeps the table CLIENT of an SQLite file as the log says:

    CLIENT-PUT      {"id": 1, "name": "Ada", "city": "Nantes"}    adds a client, or changes it
    CLIENT-DELETE   {"id": 1}                                     takes it out

The table and how far the log was read are written together, in one transaction. So the program may
be killed at any moment and goes on where the table is; and when the file is lost, it begins at the
log's first record and makes the same table again.

    python3 consumer.py clients.db              follows the log until it is ended
    python3 consumer.py clients.db --to-end     ends at the log's present end
"""

import json
import os
import sqlite3
import sys

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

TOPIC = "clients"
SERVERS = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
SCHEMA = """
CREATE TABLE IF NOT EXISTS client (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS log (position INTEGER NOT NULL);
"""


def dispatch(table: sqlite3.Connection, key: str, value: str) -> None:
    """What the Java program's `switch` does: one key, one change of the table.

    A record that cannot be understood is told and passed over: it stays in the log for ever, and a
    program that ended there would never come further.
    """
    try:
        change(table, key, value)
    except (ValueError, sqlite3.Error) as error:
        print(f"Err: {key} {value}: {error}", flush=True)


def change(table: sqlite3.Connection, key: str, value: str) -> None:
    """Raises ValueError or sqlite3.Error when the value is not that of a client."""
    match key:
        case "CLIENT-PUT":
            client = json.loads(value)
            table.execute("INSERT OR REPLACE INTO client VALUES (:id, :name, :city)", client)
        case "CLIENT-DELETE":
            table.execute("DELETE FROM client WHERE id = :id", json.loads(value))
        case _:
            print(f"Err: unknown key - {key}", flush=True)


def open_table(path: str) -> tuple[sqlite3.Connection, int]:
    """The table, and the offset of the log's first record that is not in it yet."""
    table = sqlite3.connect(path)
    table.executescript(SCHEMA)
    found = table.execute("SELECT position FROM log").fetchone()
    if found is None:
        with table:
            table.execute("INSERT INTO log VALUES (0)")
    return table, found[0] if found else 0


def follow(table: sqlite3.Connection, position: int, *, to_end: bool) -> int:
    """Carry the log into the table, from a position on; the position that was reached."""
    consumer = Consumer(
        {
            "bootstrap.servers": SERVERS,
            "group.id": "not-used",  # the position is in the table, not with Kafka
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
        }
    )
    consumer.assign([TopicPartition(TOPIC, 0, position)])
    try:
        while True:
            record = consumer.poll(1.0)
            if record is None:
                continue
            if record.error():
                if record.error().code() != KafkaError._PARTITION_EOF:
                    raise KafkaException(record.error())
                print(f"at the end of the log: {position}", flush=True)
                if to_end:
                    return position
                continue
            position = record.offset() + 1
            with table:  # both, or neither
                dispatch(table, text(record.key()), text(record.value()))
                table.execute("UPDATE log SET position = ?", (position,))
    finally:
        consumer.close()


def text(found: bytes | None) -> str:
    """A key or a value; an absent one is empty."""
    return (found or b"").decode(errors="replace")


def main() -> None:
    table, position = open_table(sys.argv[1])
    print(f"reading {TOPIC} from {position} on", flush=True)
    follow(table, position, to_end="--to-end" in sys.argv[2:])
    count = table.execute("SELECT count(*) FROM client").fetchone()[0]
    print(f"{count} clients", flush=True)


if __name__ == "__main__":
    main()
