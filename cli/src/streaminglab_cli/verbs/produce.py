"""`produce`: records of one's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator

import click

from streaminglab_cli import kafka
from streaminglab_cli.errors import SlabError
from streaminglab_cli.kubectl import last_words
from streaminglab_cli.options import verb
from streaminglab_cli.session import Session
from streaminglab_cli.topics import described, exec_words, legal


@click.command()
@click.argument("topic")
@click.argument("values", nargs=-1)
@click.option("-k", "--key", help="Key of every record [default: none]")
@verb()
def produce(session: Session, topic: str, values: tuple[str, ...], key: str | None) -> None:
    """Write VALUES into a TOPIC.

    One record each; without any, a record for each line of standard input.
    """
    name = legal(topic)
    text = list(_lines(values or _typed(session), key))
    # The console producer asks for an unknown topic again and again: asked before, it is an error.
    described(session, name)
    command = kafka.produce(name, keyed=key is not None)
    done = subprocess.run(
        session.kubectl.command(*exec_words(session, command, stdin=True)),
        input="".join(text),
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = last_words(f"{done.stdout}\n{done.stderr}")
        raise SlabError(f"Kafka did not take it: {said}")
    if session.screen.machine:
        session.screen.json({"topic": name, "records": len(text)})
    else:
        session.screen.line(f"{len(text)} record(s) written to {name}")


def _typed(session: Session) -> Iterator[str]:
    if sys.stdin.isatty():
        session.screen.note("one record a line; Ctrl-D ends it")
    return (line.rstrip("\n") for line in sys.stdin)


def _lines(values: Iterable[str], key: str | None) -> Iterator[str]:
    """What the console producer reads. A key ends at the first tab, a record at the line's end."""
    if key is not None and any(sign in key for sign in "\t\n\r"):
        raise SlabError("a key cannot hold a tab or the end of a line", "write another key")
    for value in values:
        if "\n" in value:
            raise SlabError("a value cannot hold the end of a line", "write it in one line")
        yield f"{value}\n" if key is None else f"{key}\t{value}\n"
