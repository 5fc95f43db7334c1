"""`python -m tools.generate [--check]`."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from tools.generate.outputs import ROOT, outputs

CHANGED_LINES_SHOWN = 20


def main() -> int:
    """Write every generated file, or with --check compare; 1 when one is stale."""
    parser = argparse.ArgumentParser(prog="python -m tools.generate", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    stale = 0
    for path, text in outputs().items():
        target = ROOT / path
        current = target.read_text(encoding="utf-8") if target.is_file() else ""
        if current == text:
            continue
        stale += 1
        if check:
            _show(path, current, text)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    if stale and check:
        print("run `make generate` and commit the result", file=sys.stderr)
        return 1
    if not stale:
        print("generated files are up to date")
    return 0


def _show(path: Path, current: str, text: str) -> None:
    print(f"stale: {path}")
    lines = difflib.unified_diff(
        current.splitlines(), text.splitlines(), "committed", "from the models", lineterm=""
    )
    for line, _ in zip(lines, range(CHANGED_LINES_SHOWN), strict=False):
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
