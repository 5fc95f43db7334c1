"""`python -m tools.charts` rewrites the values tables; `--check` only says which are stale."""

import sys
from pathlib import Path

from tools.charts.values_table import documented_charts, values_table, with_table

CHARTS = Path(__file__).resolve().parents[2] / "charts"


def main(arguments: list[str]) -> int:
    """Returns the exit code: 1 when --check found a stale README."""
    stale = []
    for chart in documented_charts(CHARTS):
        readme = chart / "README.md"
        text = readme.read_text()
        fresh = with_table(text, values_table(chart))
        if fresh == text:
            continue
        stale.append(readme.relative_to(CHARTS.parent))
        if "--check" not in arguments:
            readme.write_text(fresh)
    word = "stale" if "--check" in arguments else "written"
    for path in stale:
        print(f"{path}: values table {word}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
