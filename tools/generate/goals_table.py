"""The table of goals in docs/benchmarks.md, from the benchmarks' own."""

from __future__ import annotations

from bench.goals import GOALS
from tools.generate.architecture_page import between


def benchmarks_page(text: str) -> str:
    """The page as it must be, from the page as it is."""
    return between(text, "goals", goals_table())


def goals_table() -> str:
    """One row for each figure: its command, what it measures, its floor and its goal."""
    rows = [
        "| command | what is measured | beside which floor, of the same run | goal |",
        "| --- | --- | --- | --- |",
    ]
    rows += [
        f"| `make bench-{name}` | {goal.measured} | {goal.floor or '-'} | {goal.words} |"
        for name, goal in GOALS.items()
    ]
    return "\n".join(rows)
