"""Where numbers stand in a plot, as the page's own script has it, run by the Node of Playwright."""

from __future__ import annotations

import json
import subprocess
from importlib.resources import files
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

SOURCE = (files("streaminglab_page") / "static" / "scale.js").read_text(encoding="utf-8")
BOX = "200, 0"
"""From the bottom to the top: a drawing counts downwards."""


def run(expression: str) -> Any:
    """What an expression is in that script."""
    node, _ = compute_driver_executable()
    script = f"{SOURCE}\nconsole.log(JSON.stringify({expression}));"
    done = subprocess.run(
        [node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("numbers", "floor", "heights"),
    [
        ("0, 0, 0", "0", [200, 200, 200]),
        ("0", "0", [200]),
        ("5, 5", "0", [0, 0]),
        ("-5, -5", "0", [200, 200]),
        ("0, 10, 5", "0", [200, 0, 100]),
        ("-10, 10", "0", [200, 0]),
        ("7, 7", "null", [100, 100]),
        ("0, 0", "null", [100, 100]),
        ("-7", "null", [100]),
        ("3, 4", "null", [200, 0]),
        ("1.7e308, -1.7e308, 0", "null", [0, 200, 100]),
        ("1.7e308", "null", [100]),
        ("5e-324, 5e-324", "null", [100, 100]),
    ],
)
def test_numbers_stand_where_they_belong(numbers: str, floor: str, heights: list[float]) -> None:
    """A lag of zero lies on the floor; what never changes does not look like the highest."""
    drawn = run(f"[{numbers}].map(scale(axis([{numbers}], {floor}), {BOX}))")
    assert drawn == pytest.approx(heights)


def test_one_moment_stands_in_the_middle() -> None:
    assert run(f"[1000, 1000].map(scale(bounds([1000, 1000]), {BOX}))") == [100, 100]


@pytest.mark.parametrize("text", ["NaN", "+Inf", "-Inf", "Infinity", "1e999", "", "x"])
def test_what_is_no_number_is_not_drawn(text: str) -> None:
    assert run(f"finite({json.dumps(text)})") is None
    assert run("[finite(null), finite(undefined)]") == [None, None]


def test_a_number_is_read_as_a_database_writes_it() -> None:
    assert run('["0", "-1.5", "1e3"].map(finite)') == [0, -1.5, 1000]


@pytest.mark.parametrize("low", ["1.7e308", "-1.7e308"])
def test_an_axis_has_ends_that_are_numbers(low: str) -> None:
    ends = run(f"axis([{low}])")
    assert None not in ends
    assert ends[0] < ends[1]
