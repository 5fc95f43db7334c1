"""`kubectl-slab`, and what kubectl runs to complete its arguments."""

from __future__ import annotations

import sys

from streaminglab_cli import app, completing


def main() -> int:
    """The program; docs/slab.md lists its exit codes."""
    return app.run(sys.argv[1:])


def complete() -> int:
    """Candidates for the last argument, as kubectl asks its plugins for them."""
    print(completing.candidates(app.program, sys.argv[1:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
