"""The solved notebooks and programs, for the chart that gives them where a spec asks for them.

Helm reads no file outside a chart. Nothing else of `docs/courses/answers` gets there: the pages are
for teachers alone.
"""

from __future__ import annotations

from pathlib import Path

from tools.shell.paths import ROOT

ANSWERS = Path("docs/courses/answers")
SOLUTIONS = Path("charts/jupyter/files/solutions")
KINDS = {".ipynb", ".py"}


def solutions() -> dict[Path, str]:
    """Path in the chart, and text, of each."""
    return {
        SOLUTIONS / path.relative_to(ROOT / ANSWERS): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / ANSWERS).rglob("*"))
        if path.suffix in KINDS
    }
