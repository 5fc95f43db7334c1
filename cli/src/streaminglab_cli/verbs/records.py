"""`records`: the newest records of a topic, and those that come."""

from __future__ import annotations

import subprocess
from itertools import takewhile

import click

from streaminglab_cli import newest, rows
from streaminglab_cli.errors import Exit, SlabError
from streaminglab_cli.kubectl import started
from streaminglab_cli.newest import Record
from streaminglab_cli.options import verb
from streaminglab_cli.screen import Screen
from streaminglab_cli.session import Session
from streaminglab_cli.topics import exec_words, legal, no_topic, usual


@click.command()
@click.argument("topic", required=False)
@click.option("-f", "--follow", is_flag=True, help="And those that come, until Ctrl-C")
@click.option(
    "-c",
    "--count",
    type=click.IntRange(0, 1000),
    default=5,
    show_default=True,
    help="How many of the newest",
)
@verb()
def records(session: Session, topic: str | None, follow: bool, count: int) -> None:
    """The newest records of a TOPIC.

    Time, partition, offset, key and value, the newest last. Without a TOPIC: the producer's.
    """
    name = legal(topic or usual(session.lab))
    words = exec_words(session, newest.reader(name, count, follow=follow), stdin=True)
    if follow:
        _follow(session, name, words)
        return
    try:
        told = session.kubectl.read(*words, stdin=newest.brought())
    except SlabError as error:
        if error.message.startswith("there is no topic"):
            raise no_topic(name) from error
        raise
    found = newest.in_order(told.splitlines())
    if session.screen.machine:
        for one in found:
            session.screen.json_line(one.to_json())
    elif found:
        session.screen.table(newest.HEAD, [one.cells() for one in found])
    elif count:
        session.screen.note(f"the topic {name} has no record yet")


def _follow(session: Session, topic: str, words: list[str]) -> None:
    screen, command = session.screen, session.kubectl.command(*words)
    screen.note(f"following {topic}; Ctrl-C ends it")
    try:
        with started(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            if process.stdin is None or process.stdout is None:
                raise SlabError("kubectl has no pipes")
            process.stdin.write(newest.brought())
            process.stdin.flush()
            if not screen.machine:
                screen.line(newest.row(newest.HEAD))
            for one in newest.in_order(takewhile(str.strip, process.stdout)):
                _show(screen, one)
            for line in process.stdout:
                if came := newest.record(line):
                    _show(screen, came)
            code = process.wait()
    except KeyboardInterrupt:
        return
    if code == Exit.NOT_THERE:
        raise no_topic(topic)
    raise SlabError("the broker's pod went away", "begin again")


def _show(screen: Screen, record: Record) -> None:
    """A line a record, for people and for programs."""
    if screen.machine:
        screen.json_line(record.to_json())
    else:
        screen.line(newest.row([*map(rows.plain, record.cells())]))
