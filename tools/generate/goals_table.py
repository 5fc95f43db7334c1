"""The generated tables of docs/benchmarks.md: goals, and what was measured at each size."""

from __future__ import annotations

from pathlib import Path

from bench.goals import GOALS
from tools.generate.architecture_page import between
from tools.generate.scale_table import read, scale_tables


def benchmarks_page(text: str, root: Path) -> str:
    """The page as it must be, from the page as it is. ``root``: where the measured lines lie."""
    text = between(text, "goals", goals_table())
    return between(text, "scale", scale_tables(read(root, "scale")))


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
