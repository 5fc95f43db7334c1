"""ksql: send statements to a lab's ksqlDB.

    ksql                          a prompt; end each statement with `;`, leave with `exit`
    ksql http://host:8088         the same, with another server (default: KSQLDB_URL)
    ksql -e "SHOW STREAMS;"       run these statements and end
    ksql -f FILE                  run the statements of a file and end

This is a small client of StreamingLab for ksqlDB's REST API, not ksqlDB's own command line, which
is only in ksqlDB's image. SHOW, CREATE, INSERT, DESCRIBE, SELECT, PRINT, SET and UNSET work; RUN
SCRIPT, DEFINE and the like do not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from streaminglab_base import program
from streaminglab_base.errors import JobError
from streaminglab_toolbox import answers, statements

DEFAULT = "http://ksqldb-server:8088"
JSON = "application/vnd.ksql.v1+json"
PROMPT, MORE = "ksql> ", "  ... "
LEAVE = {"exit", "quit"}
ABSENT = "whether the lab has a ksqlDB is told by its condition KsqldbReady (kubectl describe slab)"


class Failed(JobError):
    """A statement failed; the text says why."""


class Client:
    """A session: a server, and the settings of `SET`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self.properties: dict[str, str] = {}

    def run(self, statement: str) -> Iterator[str]:
        """Run one statement (without its `;`); the answer's lines. Raises Failed."""
        if setting := statements.setting(statement):
            name, value = setting
            if value is None:
                self.properties.pop(name, None)
            else:
                self.properties[name] = value
            yield f"{name} is {value!r}" if value is not None else f"{name} is not set"
        elif statements.is_query(statement):
            with self._post("/query", statement) as stream:
                for line in stream:
                    yield from answers.row(line.decode(errors="replace"))
        else:
            with self._post("/ksql", statement) as response:
                for entity in json.load(response):
                    yield from answers.reply(entity)

    def _post(self, path: str, statement: str) -> Any:
        body = {"ksql": f"{statement};", "streamsProperties": self.properties}
        request = urllib.request.Request(  # noqa: S310 - the student says which server
            self._url + path, json.dumps(body).encode(), {"Content-Type": JSON, "Accept": JSON}
        )
        try:
            return urllib.request.urlopen(request)  # noqa: S310 - a query may stream for ever
        except urllib.error.HTTPError as refused:
            raise Failed(answers.error(refused.read(), refused.code)) from refused
        except (urllib.error.URLError, OSError, ValueError) as away:
            reason = getattr(away, "reason", away)
            raise Failed(f"no answer from {self._url}: {reason}; {ABSENT}") from away


def run_all(client: Client, text: str) -> int:
    """Run the statements of a text; ends at the first that fails, with 1."""
    whole, rest = statements.split(text)
    for statement in [*whole, rest.strip()] if rest.strip() else whole:
        try:
            for line in client.run(statement):
                print(line, flush=True)
        except Failed as failed:
            print(failed, file=sys.stderr)
            return 1
    return 0


def prompt(client: Client) -> int:
    """Ask for statements until `exit`; Ctrl-C ends a running query, or drops what was typed."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401, PLC0415 - lines can be edited once it is loaded
    typed = ""
    while True:
        try:
            typed += input(MORE if typed else PROMPT) + "\n"
            if typed.strip().rstrip(";").lower() in LEAVE:
                return 0
            whole, typed = statements.split(typed)
            for statement in whole:
                run_all(client, statement)
        except KeyboardInterrupt:
            print()
            typed = ""
        except EOFError:
            print()
            return 0


def main(words: list[str] | None = None) -> int:
    """1 when a statement failed."""
    parser = argparse.ArgumentParser(
        prog="ksql", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", nargs="?", default=os.environ.get("KSQLDB_URL") or DEFAULT)
    given = parser.add_mutually_exclusive_group()
    given.add_argument("-e", "--execute", metavar="STATEMENTS")
    given.add_argument("-f", "--file", metavar="FILE", type=argparse.FileType())
    chosen = parser.parse_args(words)
    client = Client(chosen.url)
    if chosen.execute is not None:
        return run_all(client, chosen.execute)
    if chosen.file is not None:
        return run_all(client, chosen.file.read())
    if not sys.stdin.isatty():
        return run_all(client, sys.stdin.read())
    return prompt(client)


if __name__ == "__main__":
    sys.exit(program.command(main))
