"""`fetch-all` names what cannot be reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.tools_artifacts.fakes import FakeRecipe, divide_by_zero
from tools.artifacts import store
from tools.artifacts.fetch import fetch_all, reason
from tools.shell.errors import CommandError, ToolError


def refuse() -> None:
    raise ToolError("example.org/x@v1.2.3 is refused")


def test_all_pins_that_come_give_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert fetch_all([FakeRecipe(name="a", about=""), FakeRecipe(name="b", about="")]) == 0
    assert "all 2 can be fetched" in capsys.readouterr().err


def test_a_refused_pin_is_named_and_the_others_still_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fetched: list[str] = []
    bad = FakeRecipe(name="bad", about="", fetching=refuse)
    good = FakeRecipe(name="good", about="", fetching=lambda: fetched.append("good"))
    assert fetch_all([bad, good], parallel=1) == 1
    reported = capsys.readouterr().err
    assert "bad: CANNOT BE FETCHED" in reported
    assert "example.org/x@v1.2.3 is refused" in reported
    assert "1 of 2 cannot be fetched: bad" in reported
    assert fetched == ["good"]


def test_of_what_is_built_nothing_has_to_be_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMINGLAB_CACHE", str(tmp_path))
    built, new = FakeRecipe(name="built", about=""), FakeRecipe(name="new", about="")
    assert store.missing([built, new]) == [built, new]
    store.ensure(built)
    assert store.missing([built, new]) == [new]


def test_what_has_no_key_before_a_program_is_installed_has_to_be_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(_: object) -> Path:
        raise FileNotFoundError("java")

    monkeypatch.setattr(store, "path_of", gone)
    new = FakeRecipe(name="new", about="")
    assert store.missing([new]) == [new]


def test_a_mistake_in_our_own_code_is_not_taken_for_a_refusal() -> None:
    with pytest.raises(ZeroDivisionError):
        fetch_all([FakeRecipe(name="a", about="", fetching=divide_by_zero)])


def test_of_a_long_output_only_the_lines_that_name_the_culprit_are_told() -> None:
    tail = "go: downloading a v1\ngo: example.org/b@v2: reading b@v2.zip: 403 Forbidden"
    reported = reason(CommandError(["go", "list"], 1, tail))
    assert reported == "go: example.org/b@v2: reading b@v2.zip: 403 Forbidden"
