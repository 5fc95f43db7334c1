"""The Python environment is made once, whoever asks for it at the same time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import venv


def test_two_checkouts_of_the_same_requirements_make_it_once(tmp_path: Path) -> None:
    made: list[Path] = []

    def build(target: Path) -> None:
        made.append(target)
        target.mkdir()
        time.sleep(0.01)
        (target / "whole").touch()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: venv.ensure(tmp_path / "venv-1", build), range(4)))
    assert made == [tmp_path / "venv-1"]


def test_one_that_was_left_half_made_is_made_anew(tmp_path: Path) -> None:
    target = tmp_path / "venv-1"
    target.mkdir()
    venv.ensure(target, lambda where: (where / "whole").touch())
    assert (target / "whole").exists()
