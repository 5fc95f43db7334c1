"""The table of goals on the benchmarks' page."""

import pytest

from bench.__main__ import BENCHES
from bench.goals import GOALS
from tools.generate.goals_table import goals_table


def test_every_benchmark_that_gives_a_figure_of_its_own_has_a_goal_and_a_row() -> None:
    # `fake` gives those of others, and `beside` measures others.
    assert set(GOALS) == set(BENCHES) - {"fake", "beside"}
    rows = goals_table().splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == [f"`make bench-{n}`" for n in GOALS]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("p1", "25 s, and 1.1 x the floor"),
        ("p2", "1.5 x the floor"),
        ("p5", "0 writes, and 1 % of a core"),
        ("p6", "15 s, and 0 writes, and P3's memory"),
    ],
)
def test_a_goal_is_said_in_words(name: str, words: str) -> None:
    assert GOALS[name].words == words
    assert f"| {words} |" in goals_table()
