"""`describe-topic`: partitions, leaders, replicas, settings."""

from __future__ import annotations

from typing import Any

import click

from streaminglab_cli.options import verb
from streaminglab_cli.session import Session
from streaminglab_cli.topics import described

HEAD = ("TOPIC", "PARTITION", "LEADER", "REPLICAS", "IN SYNC", "")


@click.command("describe-topic")
@click.argument("topic", required=False)
@verb()
def describe_topic(session: Session, topic: str | None) -> None:
    """Partitions, leaders and replicas.

    Of a TOPIC, with its settings; or of all topics but Kafka's own.
    """
    found: list[dict[str, Any]] = described(session, topic)
    if session.screen.machine:
        session.screen.json(found)
        return
    session.screen.table(HEAD, [row for one in found for row in _rows(one)])
    for one in found if topic else ():
        for name, value in one["config"].items():
            session.screen.line(f"{name}={value}")


def _rows(topic: dict[str, Any]) -> list[list[str]]:
    return [
        [
            topic["topic"],
            str(one["partition"]),
            "none" if one["leader"] is None else str(one["leader"]),
            _joined(one["replicas"]),
            _joined(one["isr"]),
            "under-replicated" if len(one["isr"]) < len(one["replicas"]) else "",
        ]
        for one in topic["partitions"]
    ]


def _joined(numbers: list[int]) -> str:
    return ",".join(map(str, numbers))
