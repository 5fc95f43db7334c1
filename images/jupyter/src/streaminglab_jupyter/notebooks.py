"""Copy the image's notebooks into the student's home, once each.

What was copied is remembered in the home. A notebook that the student changed stays as it is, one
that was deleted stays away, and one that a newer image brings is added.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

MEMORY = Path(".streaminglab", "notebooks.json")


def copy(source: Path, home: Path) -> list[str]:
    """Copy what is new; returns the names."""
    memory = home / MEMORY
    known = recall(memory)
    found = sorted(path for path in source.iterdir() if path.is_file())
    fresh = [path for path in found if path.name not in known]
    copied = [path for path in fresh if not (home / path.name).exists()]
    for path in copied:
        shutil.copyfile(path, home / path.name)
    if fresh:
        memory.parent.mkdir(exist_ok=True)
        memory.write_text(json.dumps(sorted(known | {path.name for path in fresh})))
    return [path.name for path in copied]


def recall(memory: Path) -> set[str]:
    """Names that were copied before; none when that cannot be read."""
    try:
        names = json.loads(memory.read_text())
        return {name for name in names if isinstance(name, str)}
    except (OSError, ValueError, TypeError):
        return set()
