"""`kubectl slab check`: what the page wrote into the status, with hints in the shell's language."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streaminglab_cli.lab import Lab
from streaminglab_cli.speech import spoken
from tests.unit.cli.labs import raw
from tests.unit.cli.stage import Stage

ITEMS = [
    {"name": "topic", "state": "passed", "passedAt": "2026-11-28T09:00:00Z"},
    {"name": "keys", "state": "todo", "hint": {"en": "Look at the key.", "fr": "Voyez la clé."}},
    {"name": "why", "state": "unchecked"},
]
TOLD: dict[str, Any] = {"set": "000", "summary": "1/2", "items": ITEMS}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


def having(stage: Stage, exercises: Any, asked: Any = "000") -> None:
    found = raw(exercises=exercises)
    if asked:
        found["spec"]["exercises"] = {"set": asked}
    stage.cluster.found[:] = [Lab(found)]


def test_each_exercise_is_a_row_with_what_helps(stage: Stage) -> None:
    having(stage, TOLD)
    code, out, err = stage.run("check")
    assert (code, err) == (0, "")
    first, head, *rows = out.splitlines()
    assert first == "meteo: 1/2 exercises passed, set 000"
    assert head.split("   ")[0] == "EXERCISE"
    assert [row.split() for row in rows] == [
        ["topic", "passed", "2026-11-28T09:00:00Z", "-"],
        ["keys", "todo", "-", "Look", "at", "the", "key."],
        ["why", "unchecked", "-", "-"],
    ]


def test_a_french_shell_has_french_hints(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    having(stage, TOLD)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert "Voyez la clé." in stage.run("check")[1]


def test_programs_get_all_of_it(stage: Stage) -> None:
    having(stage, TOLD)
    assert json.loads(stage.run("check", "-o", "json")[1]) == TOLD


def test_a_set_that_cannot_be_used_is_told(stage: Stage) -> None:
    having(stage, {**TOLD, "problem": "exercises[0].name: is needed"})
    code, _, err = stage.run("check")
    assert (code, err) == (0, "the set cannot be used: exercises[0].name: is needed\n")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "the lab meteo has no exercises: spec.exercises names a set of them"),
        ("000", "the page of the lab meteo has not looked at its exercises yet"),
    ],
)
def test_a_lab_of_which_nothing_is_told_says_what_is_so(
    stage: Stage, asked: str, said: str
) -> None:
    having(stage, None, asked)
    code, out, err = stage.run("check")
    assert (code, out) == (3, "")
    assert said in err


@pytest.mark.parametrize("items", [None, "x", [1, {"name": 2, "hint": "h"}]])
def test_a_status_that_is_none_breaks_nothing(stage: Stage, items: Any) -> None:
    having(stage, {"items": items})
    assert stage.run("check")[0] == 0


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "fr"}, "fr"),
        ({"LANG": "fr", "LC_ALL": ""}, "fr"),
    ],
)
def test_the_language_is_that_of_the_shells_messages(
    environment: dict[str, str], language: str
) -> None:
    assert spoken(environment) == language
