"""The page's words: the same ones in both languages, and each one used."""

import ast
import json
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest

from streaminglab_page.board import Unread
from streaminglab_page.declared import declared
from streaminglab_page.kafka.gaps import GapCause
from streaminglab_page.own import Own
from streaminglab_page.schemas.decoding import Undecoded
from streaminglab_page.words import LANGUAGES, page, sentences, told, words
from tools.shell.paths import ROOT

PACKAGE = files("streaminglab_page")
SCRIPTS = "\n".join(
    file.read_text() for file in (PACKAGE / "static").iterdir() if file.name.endswith(".js")
)
TEMPLATES = "\n".join(file.read_text() for file in (PACKAGE / "templates").iterdir())
PYTHON = (PACKAGE / "web" / "entry.py").read_text()
MADE = ("trouble_", "state_", "data_", "timeline_", "message_why_", "plot_", "gap_")
"""Beginnings of words whose end comes from what is shown."""


def marks(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


def test_every_language_has_every_word_with_the_same_marks() -> None:
    english, french = (words(language) for language in LANGUAGES)
    assert list(english) == list(french)
    for key in english:
        assert marks(english[key]) == marks(french[key]), key
        assert french[key].strip()


def test_a_word_of_one_is_another_than_that_of_many_in_a_language() -> None:
    english, french = (words(language) for language in LANGUAGES)
    ones = [key for key in english if key.endswith(".one")]
    assert ones
    for key in ones:
        many = key.removesuffix(".one")
        assert marks(english[key]) == marks(english[many]), key
        assert (english[key], french[key]) != (english[many], french[many]), key


def test_every_word_is_used() -> None:
    used = f"{SCRIPTS}{TEMPLATES}{PYTHON}"
    unused = [
        key
        for key in words("en")
        if not re.search(rf"[\"'{{]{key.removesuffix('.one')}[\"'}}]", used)
        and not key.startswith(MADE)
    ]
    assert unused == []


def test_every_word_that_a_script_asks_for_is_there() -> None:
    asked = set(re.findall(r"\b(?:t|quoting|Refusal)\(\"(\w+)\"", SCRIPTS))
    assert asked
    assert asked <= set(words("en"))


def test_every_change_has_its_sentence() -> None:
    source = (PACKAGE / "kafka" / "timeline.py").read_text()
    kinds = set(re.findall(r'Change\(at, "(\w+)"', source)) | {"topic_made", "topic_gone"}
    assert len(kinds) == 8
    assert {f"timeline_{kind}" for kind in kinds} <= set(words("en"))


def test_every_cause_has_its_sentence() -> None:
    assert {f"trouble_{cause}" for cause in Unread} <= set(words("en"))
    assert {f"message_why_{cause}" for cause in Undecoded} <= set(words("en"))
    assert {f"gap_{cause}" for cause in GapCause} <= set(words("en"))
    assert {"state_ready", "state_waiting", "state_trouble"} <= set(words("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_put_into_a_page_is_escaped(language: str) -> None:
    values = {"lab": '"><script>', "problem": "", "command": "a && b <c>"}
    text = page("login.html", language, values)
    assert '"><script>' not in text
    assert "a &amp;&amp; b &lt;c&gt;" in text
    assert "{{" not in text


def test_what_others_say_in_fixed_words_has_its_french() -> None:
    """The page's own sentences among them, and the operator's: what a reason means, what to do."""
    known = sentences("fr")
    assert set(known) == {*Own, *declared().french}
    assert {*declared().means.values(), *declared().cures.values()} <= set(known)
    assert all(known.values())
    assert sentences("en") == {}
    assert json.loads(told("fr"))["sentences"] == known


def said(tree: ast.AST) -> Iterator[ast.expr]:
    """What a module gives to be told where the words of others stand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in ("CannotAsk", "CannotSay", "TooLarge", "Malformed", "Trouble"):
                yield from node.args
            elif name.startswith("HTTP"):
                yield from (one.value for one in node.keywords if one.arg == "text")


def literals(value: ast.expr) -> Iterator[str]:
    """Words of a language that are written right there: `HTTP 404` has none."""
    if isinstance(value, ast.BoolOp):
        for one in value.values:
            yield from literals(one)
    elif isinstance(value, (ast.Constant, ast.JoinedStr)):
        words_of = ast.unparse(value)
        if re.search(r"[a-z]{2}", re.sub(r"\{.*?\}", "", words_of)):
            yield words_of


def test_what_the_page_itself_tells_among_the_words_of_others_is_a_listed_sentence() -> None:
    """One that is written where it is told would be English on the French page."""
    found = [
        f"{path.name}:{value.lineno}: {words_of}"
        for path in sorted((ROOT / "images/page/src/streaminglab_page").rglob("*.py"))
        for value in said(ast.parse(path.read_text(encoding="utf-8")))
        for words_of in literals(value)
    ]
    assert found == []
