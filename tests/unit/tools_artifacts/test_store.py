"""An artefact is whole or absent, and is built once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.unit.tools_artifacts.fakes import FakeRecipe, divide_by_zero
from tools.artifacts import store
from tools.shell.errors import MissingToolError


def test_a_built_artifact_is_not_built_again() -> None:
    recipe = FakeRecipe(name="thing", about="")
    first = store.ensure(recipe)
    assert store.ensure(recipe) == first
    assert (first / "result").read_text() == "whole"
    assert recipe.built == ["1"]


def test_other_inputs_are_built_beside_the_old_artifact() -> None:
    old = store.ensure(FakeRecipe(name="thing", about="", content="1"))
    new = store.ensure(FakeRecipe(name="thing", about="", content="2"))
    assert old != new
    assert old.is_dir()
    assert store.stale([FakeRecipe(name="thing", about="", content="2")]) == [old]


@pytest.mark.parametrize("problem", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_build_leaves_nothing(cache: Path, problem: type[BaseException]) -> None:
    def stop_half_way(target: Path) -> None:
        (target / "half").write_text("")
        raise problem

    recipe = FakeRecipe(name="thing", about="", action=stop_half_way)
    with pytest.raises(problem):
        store.ensure(recipe)
    assert list((cache / "artifacts").glob("*thing-*")) == []


def test_after_an_interruption_the_next_call_builds() -> None:
    fails = FakeRecipe(name="thing", about="", action=divide_by_zero)
    with pytest.raises(ZeroDivisionError):
        store.ensure(fails)
    assert (store.ensure(FakeRecipe(name="thing", about="")) / "result").is_file()


def test_what_a_killed_build_left_is_swept_by_the_next_one(cache: Path) -> None:
    recipe = FakeRecipe(name="thing", about="")
    left = cache / "artifacts" / f".building-{store.path_of(recipe).name}"
    left.mkdir(parents=True)
    (left / "half").write_text("")
    other = cache / "artifacts" / ".building-thing-more-0123456789ab"
    other.mkdir()
    final = store.ensure(recipe)
    assert [path.name for path in final.iterdir()] == ["result"]
    assert not left.exists()
    assert other.exists(), "the build of an artefact with a longer name is not ours"


def test_two_callers_at_once_build_once() -> None:
    def slowly(target: Path) -> None:
        time.sleep(0.2)
        (target / "result").write_text("whole")

    recipe = FakeRecipe(name="thing", about="", action=slowly)
    threads = [threading.Thread(target=store.ensure, args=(recipe,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recipe.built == ["1"]


def test_a_missing_program_stops_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NeedsGo(FakeRecipe):
        """A recipe of a machine without Go."""

        @property
        def tools(self) -> tuple[str, ...]:
            return ("go",)

    monkeypatch.setenv("PATH", str(tmp_path))
    recipe = NeedsGo(name="thing", about="")
    with pytest.raises(MissingToolError, match="`go` is missing"):
        store.ensure(recipe)
    assert recipe.built == []
