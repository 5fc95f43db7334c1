"""A key must change with every input, and with nothing else."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.unit.tools_artifacts.fakes import FakeRecipe
from tools.artifacts.catalog import RECIPES
from tools.artifacts.cilium import CiliumRecipe
from tools.artifacts.golang import GoRecipe, Mend
from tools.artifacts.recipe import digest, files_of
from tools.shell.errors import ToolError


def test_the_same_inputs_give_the_same_key_in_any_order() -> None:
    assert digest({"a": "1", "b": b"2"}) == digest({"b": b"2", "a": "1"})


def test_moving_a_byte_from_one_input_to_the_next_gives_another_key() -> None:
    assert digest({"a": "12", "b": "3"}) != digest({"a": "1", "b": "23"})


def test_renaming_an_input_gives_another_key() -> None:
    assert digest({"go.mod": "x"}) != digest({"go.sum": "x"})


def test_a_key_is_twelve_hex_digits() -> None:
    key = FakeRecipe(name="a", about="").key()
    assert len(key) == 12
    assert int(key, 16) >= 0


def test_the_kind_of_recipe_is_part_of_the_key() -> None:
    class OtherRecipe(FakeRecipe):
        """The same inputs, built in another way."""

    assert FakeRecipe(name="a", about="").key() != OtherRecipe(name="a", about="").key()


def test_the_text_that_people_read_is_not_part_of_the_key() -> None:
    assert FakeRecipe(name="a", about="x").key() == FakeRecipe(name="a", about="y").key()


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2"}, {"tags": "custom"}, {"link": ("main.version=2",)},
        {"package": "."}, {"rename": {"a": "b"}}, {"keep": {"bpf": "bpf"}},
    ],
)  # fmt: skip
def test_every_parameter_of_a_go_recipe_changes_its_key(change: dict[str, str]) -> None:
    plain = GoRecipe(name="pause", about="", version="1")
    assert dataclasses.replace(plain, **change).key() != plain.key()  # type: ignore[arg-type]


def test_an_edit_of_go_sum_changes_the_key(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "go.sum").write_text("one")
    recipe = GoRecipe(name="x", about="", version="1", modules=tmp_path)
    before = recipe.key()
    (tmp_path / "x" / "go.sum").write_text("two")
    assert recipe.key() != before


def test_cilium_for_a_kernel_without_modules_is_another_artifact(tmp_path: Path) -> None:
    recipe = RECIPES["cilium"]
    assert isinstance(recipe, CiliumRecipe)
    there = dataclasses.replace(recipe, modules_file=tmp_path)
    absent = dataclasses.replace(recipe, modules_file=tmp_path / "missing")
    assert there.key() != absent.key()


def test_files_that_python_writes_by_itself_are_no_inputs(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"")
    (tmp_path / "a").write_text("1")
    assert files_of(tmp_path) == {"a": b"1"}


def test_a_mend_is_an_input_and_recipes_without_one_keep_their_key() -> None:
    plain = GoRecipe(name="pause", about="", version="1")
    mended = GoRecipe(name="pause", about="", version="1", mend=(Mend("a.go", "x", "y"),))
    assert "mend" not in plain.inputs()
    assert mended.inputs() == {**plain.inputs(), "mend": repr(mended.mend)}


@pytest.mark.parametrize("text", ["", "lock()\nlock()\n"])
def test_a_module_that_has_changed_is_not_mended_in_silence(text: str) -> None:
    mend = Mend("a.go", "lock()\n", "")
    assert mend.of("a()\nlock()\nb()\n") == "a()\nb()\n"
    with pytest.raises(ToolError, match=r"a\.go has not, or not once"):
        mend.of(text)
