"""The tables of what was measured, from lines as `bench` prints them."""

import json
from pathlib import Path

from bench.cases import lines
from bench.curve import Curve
from bench.floor import Floor
from bench.options import Options
from bench.scale import OperatorRun
from bench.seen import Seen
from tools.generate.scale_table import read, scale_tables


def printed(options: Options, *, failed: str = "") -> list[str]:
    curve = Curve([0.0] * options.labs, [float(n) for n in range(1, options.labs + 1)])
    names = ("roll-out", "edit-one", "edit-all", "idle", "restart", "delete-all")
    steps = {n: Seen(n, options.labs, 10.0, 10.0, passes=50, curve=curve) for n in names}
    if failed:
        steps[failed].failure = "it took too long"
    run = OperatorRun(steps, still_ready=options.labs)
    return [report.line() for report in lines(options, run, Floor(4.0, 5.0, 0.0))]


def row(table: str, name: str) -> dict[str, str]:
    head, _, *rows = table.splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in (head, *rows)]
    (found,) = [c for c in cells[1:] if c[0] == name]
    return dict(zip(cells[0], found, strict=True))


def test_each_run_has_a_row_that_names_what_is_special_about_it() -> None:
    text = [
        *printed(Options(labs=10)),
        *printed(Options(labs=10, rate=2.0)),
        *printed(Options(labs=1000, distinct=True, example="jee")),
    ]
    first, after = scale_tables(text).split("\n\n")
    for table in (first, after):
        assert len(table.splitlines()) == 2 + 3
        for name in ("10", "10, 2/s", "1,000, distinct, `jee`"):
            assert row(table, name)
    seen = row(first, "10")
    assert (seen["Ready, s"], seen["floor, s"], seen["ratio"]) == ("10", "5", "2")
    assert (seen["50 %"], seen["passes a lab"], seen["inversions"]) == ("5", "5", "0")


def test_what_is_void_stands_in_brackets() -> None:
    _, after = scale_tables(printed(Options(labs=10), failed="edit-all")).split("\n\n")
    assert row(after, "10")["edit all, s"] == "(10)"
    assert row(after, "10")["delete all, s"] == "10"


def test_a_line_that_is_no_step_of_a_run_has_no_row() -> None:
    assert scale_tables([json.dumps({"bench": "scale", "counts": {}})]) == "Nothing yet."


def test_without_a_measurement_the_page_says_so(tmp_path: Path) -> None:
    assert read(tmp_path, "scale") == []
    assert scale_tables([]) == "Nothing yet."


def test_a_quarter_of_a_few_labs_has_no_rate() -> None:
    first, _ = scale_tables([*printed(Options(labs=10)), *printed(Options(labs=100))]).split("\n\n")
    name = "labs/s, first quarter"
    assert row(first, "10")[name] == "-"
    assert float(row(first, "100")[name]) > 0
