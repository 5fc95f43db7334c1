"""The toolbox's `ksql`, against a double of ksqlDB's REST API on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from streaminglab_toolbox import answers, ksql
from streaminglab_toolbox.statements import is_query, setting, split
from tools.pages import fences

STREAMS = [
    {
        "@type": "streams",
        "streams": [{"name": "EVENTS", "topic": "events", "keyFormat": "KAFKA"}],
    }
]
ROWS = (
    b'[{"header":{"queryId":"q","schema":"`ID` INTEGER, `NAME` STRING"}},\n'
    b'{"row":{"columns":[1,"a"]}},\n\n'
    b'{"row":{"columns":[2,null]}},\n'
    b'{"finalMessage":"Limit Reached"}]\n'
)


class Double(BaseHTTPRequestHandler):
    """Answers as ksqlDB does, and remembers what it was asked."""

    asked: list[tuple[str, Any]] = []  # noqa: RUF012 - one server at a time

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Double.asked.append((self.path, body))
        if "WRONG" in body["ksql"]:
            self._send(400, json.dumps({"message": "line 1: no such thing"}).encode())
        else:
            self._send(200, ROWS if self.path == "/query" else json.dumps(STREAMS).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    Double.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Double)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("text", "whole", "rest"),
    [
        ("SHOW STREAMS; SHOW", ["SHOW STREAMS"], "SHOW"),
        ("SELECT ';' FROM a; -- end; of it\nB;", ["SELECT ';' FROM a", "B"], ""),
        ("SELECT 'it''s; fine' AS `a;b`;", ["SELECT 'it''s; fine' AS `a;b`"], ""),
        ("/* a; b */ A - B / C;", ["A - B / C"], ""),
        (";;", [], ""),
        ("SELECT 'open;", [], "SELECT 'open;"),
    ],
)
def test_a_semicolon_ends_a_statement_unless_it_is_quoted(
    text: str, whole: list[str], rest: str
) -> None:
    assert split(text) == (whole, rest)


def test_settings_and_queries_are_told_apart_from_statements() -> None:
    assert setting("SET 'auto.offset.reset' = 'earliest'") == ("auto.offset.reset", "earliest")
    assert setting("unset 'a'") == ("a", None)
    assert setting("SHOW STREAMS") is None
    assert is_query("select * from a emit changes")
    assert is_query("PRINT weather FROM BEGINNING")
    assert not is_query("CREATE STREAM a AS SELECT * FROM b")


def test_the_courses_setting_goes_with_later_statements(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "SET 'auto.offset.reset' = 'earliest'; SELECT * FROM events EMIT CHANGES LIMIT 2;"
    assert ksql.main([url, "-e", text]) == 0
    assert Double.asked == [
        (
            "/query",
            {
                "ksql": "SELECT * FROM events EMIT CHANGES LIMIT 2;",
                "streamsProperties": {"auto.offset.reset": "earliest"},
            },
        )
    ]
    assert capsys.readouterr().out.splitlines()[1:] == [
        "ID | NAME", "1 | a", "2 | null", "Limit Reached",
    ]  # fmt: skip


def test_a_list_is_shown_as_a_table(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ksql.main([url, "-e", "SHOW STREAMS"]) == 0
    assert Double.asked[0][0] == "/ksql"
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "topic", "keyFormat", "valueFormat"]
    assert lines[2].split() == ["EVENTS", "events", "KAFKA"]


def test_a_refused_statement_ends_a_script_with_the_servers_reason(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ksql.main([url, "-e", "WRONG; SHOW STREAMS;"]) == 1
    assert "line 1: no such thing" in capsys.readouterr().err
    assert len(Double.asked) == 1


def test_a_server_that_is_away_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert ksql.main(["http://127.0.0.1:1", "-e", "SHOW STREAMS;"]) == 1
    said = capsys.readouterr().err
    assert "no answer from http://127.0.0.1:1" in said
    assert "KsqldbReady" in said, "a lab whose site has no ksqlDB is Ready without it"


def test_the_prompt_goes_on_after_a_mistake_and_takes_several_lines(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["WRONG;", "SHOW", "STREAMS;", "exit"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed))
    assert ksql.prompt(ksql.Client(url)) == 0
    assert [body["ksql"] for _, body in Double.asked] == ["WRONG;", "SHOW\nSTREAMS;"]
    assert "EVENTS" in capsys.readouterr().out


def test_other_answers_are_shown_too() -> None:
    status = {"@type": "currentStatus", "commandStatus": {"message": "Stream created"}}
    assert list(answers.reply(status)) == ["Stream created"]
    described = {
        "sourceDescription": {
            "name": "A", "topic": "a", "fields": [{"name": "ID", "schema": {"type": "INTEGER"}}],
        }
    }  # fmt: skip
    assert list(answers.reply(described))[-1].split() == ["ID", "INTEGER"]
    assert "later" in "".join(answers.reply({"@type": "new", "key": "later"}))
    assert list(answers.row("rowtime: 2026, key: <null>, value: {}")) == [
        "rowtime: 2026, key: <null>, value: {}"
    ]
    assert list(answers.row('{"errorMessage": {"message": "ended"}}]')) == ["error: ended"]
    assert not [line for text in ("", "[", "],", "\n") for line in answers.row(text)]


@pytest.mark.parametrize("page", ["006-ksqldb.md", "006-ksqldb.fr.md"])
def test_the_statements_of_course_006_go_one_by_one_and_a_query_is_known(page: str) -> None:
    """No ksqlDB can be had here: what the client makes of them, and no more."""
    blocks = [fence for fence in fences(f"docs/courses/{page}") if fence.language == "sql"]
    found = [split(block.text) for block in blocks]
    assert [left for _, left in found if left.strip()] == []
    statements = [statement for whole, _ in found for statement in whole]
    assert len(statements) == 22
    assert {text.split()[0] for text in statements if is_query(text)} == {"SELECT"}
    assert sum(map(is_query, statements)) == 4
    assert [setting(text) for text in statements if text.startswith("SET")] == [
        ("auto.offset.reset", "earliest"),
        ("auto.offset.reset", "latest"),
    ]
    # A query that makes something goes on: ksqlDB wants that said.
    made = [text for text in statements if " AS SELECT " in " ".join(text.split())]
    assert len(made) == 5
    assert all(text.endswith("EMIT CHANGES") for text in made)
