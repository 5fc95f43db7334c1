"""`records`: the newest records of a topic, or those that come."""

from __future__ import annotations

import subprocess

import click

from streaminglab_cli import kafka
from streaminglab_cli.errors import SlabError
from streaminglab_cli.kafka import Record
from streaminglab_cli.kubectl import started
from streaminglab_cli.options import verb
from streaminglab_cli.screen import Screen
from streaminglab_cli.session import Session
from streaminglab_cli.topics import described, exec_words, legal, usual


@click.command()
@click.argument("topic", required=False)
@click.option("-f", "--follow", is_flag=True, help="Those that come from now on, until Ctrl-C")
@click.option(
    "-c",
    "--count",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="How many of the newest",
)
@verb()
def records(session: Session, topic: str | None, follow: bool, count: int) -> None:
    """The newest records of a TOPIC.

    Key first, then the value. Without a TOPIC: the producer's.
    """
    name = legal(topic or usual(session.lab))
    if follow:
        _follow(session, name)
        return
    words = exec_words(session, kafka.newest(name, count))
    found = kafka.last_of(session.kubectl.read(*words).splitlines(), count)
    if not found:
        described(session, name)
        session.screen.note(f"the topic {name} has no record yet")
    for record in found:
        _show(session.screen, record)


def _follow(session: Session, topic: str) -> None:
    described(session, topic)
    command = session.kubectl.command(*exec_words(session, kafka.follow(topic), stdin=True))
    session.screen.note(f"waiting for records of {topic}; Ctrl-C ends it")
    try:
        with started(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            for line in process.stdout or ():
                if record := kafka.record(line):
                    _show(session.screen, record)
    except KeyboardInterrupt:
        return
    raise SlabError("the broker's pod went away", "begin again")


def _show(screen: Screen, record: Record) -> None:
    """A line a record, for people and for programs: in JSON too, so that it can be followed."""
    screen.json_line(record.to_json()) if screen.machine else screen.line(record.line())
