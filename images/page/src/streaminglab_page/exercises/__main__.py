"""Say what is wrong with a set: `python3 -m streaminglab_page.exercises < exercises.yaml`."""

from __future__ import annotations

import sys

from streaminglab_page.exercises.sheet import LARGEST, SetRefused, load


def main() -> int:
    """0: it can be used; 1: it cannot, and the lines say where and why."""
    try:
        found = load(sys.stdin.buffer.read(LARGEST + 1))
    except SetRefused as error:
        sys.stdout.writelines(f"{problem}\n" for problem in error.problems)
        return 1
    checked = sum(bool(exercise.checks) for exercise in found.exercises)
    print(f"{len(found.exercises)} exercises, {checked} of them with checks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
