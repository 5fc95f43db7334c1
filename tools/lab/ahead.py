"""Build images while the cluster comes up, and then what the cluster still lacks.

Much of a build keeps one core busy or waits for a package registry: one thing after the other, an
empty machine of two cores needed 39 minutes for 55 CPU minutes of `make lab`. Whoever needs an
artefact that is being built here waits for it (:mod:`tools.artifacts.store`), and is told what is
wrong with one that could not be.

`python -m tools.lab.ahead [--node] IMAGE...` is the process that does it.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from tools import images, node
from tools.artifacts import get
from tools.shell.paths import ROOT
from tools.shell.progress import reported

BUILD = (sys.executable, "-m", "tools.lab.ahead")
NODE = "--node"


@contextmanager
def built_ahead(names: Iterable[str], *, of_node: bool = False) -> Iterator[None]:
    """Build these images as long as the ``with`` lasts, in a process of its own that ends with it,
    its children too. ``of_node``: afterwards what a node is still assembled from."""
    wanted = list(names)
    if not wanted:
        yield
        return
    command = [*BUILD, *([NODE] if of_node else []), *wanted]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        child.wait()


def build(names: Iterable[str], *, of_node: bool) -> int:
    """The images first: a node that is assembled meanwhile has somebody who builds its parts."""
    for name in names:
        images.build(name)
    # From the other end, so that two do not wait for each other at each part.
    for part in reversed(node.assembling() if of_node else []):
        get(part)
    return 0


def parse(arguments: Sequence[str]) -> tuple[list[str], bool]:
    """The images, and whether the node's parts are to follow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(NODE, action="store_true")
    parser.add_argument("images", nargs="+")
    told = parser.parse_args(arguments)
    return told.images, told.node


def main() -> int:
    """1 and a plain message when something cannot be built."""
    names, of_node = parse(sys.argv[1:])
    return reported(lambda: build(names, of_node=of_node))


if __name__ == "__main__":
    sys.exit(main())
