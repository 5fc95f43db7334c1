"""Jars for a server that looks into one folder and no deeper, as ksqlDB does for its functions.

Each jar is a hard link: the folder costs nothing, and a jar in it is a plain file.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from streaminglab_base.archive import content
from streaminglab_base.archive.tree import Limits, Tree, Unfit, chunks
from streaminglab_jobs.plugins.archive import kind_of

ENDING = ".jar"


def copied(folder: Path, root: Path, limits: Limits) -> int:
    """Copy the jars of a folder, a ConfigMap's, into the new folder ``root``; returns how many
    there are. Its other files are left. Raises Unfit."""
    tree = Tree(root, limits)
    # A ConfigMap's files are links to where the kubelet keeps them.
    for path in sorted(folder.glob(f"*{ENDING}")):
        with path.open("rb") as source:
            kind_of(path.name, source.read(content.HEAD))
            source.seek(0)
            tree.file(path.name, chunks(source))
    return tree.finish()


def check(root: Path) -> None:
    """Raises Unfit when there is no jar."""
    if not any(root.rglob(f"*{ENDING}")):
        raise Unfit(f"holds no file whose name ends with {ENDING}")


def gather(directory: Path, names: Iterable[str], into: Path) -> int:
    """Make the folder ``into`` anew, with the jars of all of these; returns how many there are."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    count = 0
    for name in sorted(names):
        root = directory / name
        for jar in sorted(root.rglob(f"*{ENDING}")):
            flat = "-".join((name, *jar.relative_to(root).parts))
            os.link(jar, into / flat)
            count += 1
    return count
