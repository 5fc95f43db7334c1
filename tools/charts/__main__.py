"""`python -m tools.charts` writes the charts' schemas and tables of values.

`--check` writes nothing and says which are stale.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from tools.charts.outputs import ROOT, readmes, schemas


def main(arguments: list[str]) -> int:
    """Returns the exit code: 1 when --check found a stale file."""
    write = "--check" not in arguments
    # The tables come second: they are made of the schemas.
    stale = _bring(schemas(), write) + _bring(readmes(), write)
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'written' if write else 'stale, run `make generate`'}")
    return 1 if stale and not write else 0


def _bring(texts: Mapping[Path, str], write: bool) -> list[Path]:
    """The files that differ from their text, written when `write`."""
    stale = [path for path, text in texts.items() if _differs(path, text)]
    for path in stale if write else ():
        path.write_text(texts[path], encoding="utf-8")
    return stale


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
