"""The tables of what was measured in docs/benchmarks.md, from the lines that `bench` printed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.goals import FEW

MEASURED = Path("bench/measured")
"""One file for each benchmark whose lines are kept, as it printed them."""

Line = Mapping[str, Any]
Case = Mapping[str, Line]
"""The lines of one run, by their name."""
Column = tuple[str, str, Callable[[Line], object]]
"""Head, the line that it reads, and what it reads there."""


def _count(name: str) -> Callable[[Line], object]:
    return lambda line: line["counts"].get(name)


def _quarter(name: str) -> Callable[[Line], object]:
    """A rate: a quarter of a few labs is Ready in one moment, which is none."""
    found = _count(name)
    return lambda line: found(line) if line["counts"]["labs"] >= FEW else None


def _at(share: str) -> Callable[[Line], object]:
    return lambda line: line["counts"].get("readyAt", {}).get(share)


def _calls(line: Line) -> object:
    counts = line["counts"]
    calls = sum(kind["calls"] for kind in counts["requests"].values())
    return round(calls / counts["labs"], 1) if counts["labs"] else None


ROLL_OUT: tuple[Column, ...] = (
    ("Ready, s", "p2", lambda line: line["figure"]),
    ("floor, s", "p2", lambda line: line["floor"]),
    ("ratio", "p2", lambda line: line["ratio"]),
    ("10 %", "p2", _at("10%")),
    ("50 %", "p2", _at("50%")),
    ("90 %", "p2", _at("90%")),
    ("labs/s, first quarter", "p2", _quarter("firstQuarterPerSecond")),
    ("last", "p2", _quarter("lastQuarterPerSecond")),
    ("inversions", "p2", _count("inversions")),
    ("calls a lab", "p2", _calls),
    ("passes a lab", "p2", _count("passesPerLab")),
    ("operator, ms of CPU a lab", "p2", _count("cpuMsPerLab")),
    ("API server", "p2", _count("apiServerCpuMsPerLab")),
    ("peak, MiB", "p3", lambda line: line["figure"]),
)
AFTER: tuple[Column, ...] = (
    ("an edit, p50 s", "p4", _count("waitP50")),
    ("p99", "p4", lambda line: line["figure"]),
    ("edit all, s", "edit-all", lambda line: line["figure"]),
    ("calls a lab", "edit-all", _calls),
    ("idle, writes", "p5", lambda line: line["figure"]),
    ("% of a core", "p5", _count("cpuPercentOfACore")),
    ("restart, s", "p6", lambda line: line["figure"]),
    ("writes", "p6", _count("writes")),
    ("delete all, s", "delete-all", lambda line: line["figure"]),
    ("calls a lab", "delete-all", _calls),
)


def scale_tables(lines: Iterable[str]) -> str:
    """Rolling out, and what comes after it: one row for each run; a dash where a line is void."""
    cases: dict[tuple[object, ...], dict[str, Line]] = defaultdict(dict)
    for text in lines:
        line = json.loads(text)
        if "arrival" in line["counts"]:
            cases[_key(line)][line["bench"]] = line
    if not cases:
        return "Nothing yet."
    return "\n\n".join(_table(columns, cases) for columns in (ROLL_OUT, AFTER))


def read(root: Path, name: str) -> list[str]:
    """The lines that are kept of a benchmark; none if it was not measured yet."""
    file = root / MEASURED / f"{name}.jsonl"
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []


def _key(line: Line) -> tuple[object, ...]:
    return tuple(line["counts"][name] for name in ("labs", "arrival", "distinct", "example"))


def _table(columns: tuple[Column, ...], cases: Mapping[tuple[object, ...], Case]) -> str:
    heads = ["labs", *(head for head, _, _ in columns)]
    rows = [heads, ["---"] * len(heads)]
    rows += [[_name(*key), *(_cell(case, c) for c in columns)] for key, case in cases.items()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _name(labs: object, arrival: object, distinct: object, example: object) -> str:
    words = [f"{labs:,}"]
    words += [f"{arrival}"] if arrival != "burst" else []
    words += ["distinct"] if distinct else []
    words += [f"`{example}`"] if example != "lab" else []
    return ", ".join(words)


def _cell(case: Case, column: Column) -> str:
    _, name, value = column
    line = case.get(name)
    if line is None:
        return "-"
    found = value(line)
    text = "-" if found is None else f"{found:g}" if isinstance(found, float) else f"{found}"
    return f"({text})" if line["void"] else text
