"""Archives of a lab's own files, fetched before JupyterLab starts: `python3 -m ...archives`.

JUPYTER_ARCHIVES   JSON list: {"name": folder of HOME, "url": address, "sha256": checksum}
HOME               on a volume; what was fetched once is not fetched again

Each is checked against its declared checksum before anything of it is unpacked. Files get into the
home as the image's notebooks do: never over what the student did.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from functools import partial
from pathlib import Path

from streaminglab_base import download, program
from streaminglab_base.archive import content
from streaminglab_base.archive.tree import MIB, Limits
from streaminglab_base.checksums import Expected, check
from streaminglab_base.errors import ConfigError, JobError
from streaminglab_base.insist import insist
from streaminglab_base.stopping import Stopping
from streaminglab_jupyter import notebooks

LIMITS = Limits(download=64 * MIB, unpacked=256 * MIB, entries=5000)
"""Notebooks, programs and small files: a home has 1 GiB unless the spec says more."""
MEMORY = Path(".streaminglab", "archives.json")
STAGING = Path(".streaminglab", ".archive")
log = logging.getLogger(__name__)


def run(stopping: Stopping) -> int:
    """Bring the home to what is declared. Raises JobError."""
    home = Path.home()
    memory = home / MEMORY
    known = notebooks.recall(memory)
    declared = _declared()
    for name, url, sha256 in declared:
        if known.get(name) != sha256:
            try:
                _give(url, sha256, home, name, stopping)
            except JobError as error:
                raise JobError(f"spec.jupyter.files: {name}: {error}") from error
            except OSError as error:
                raise JobError(f"spec.jupyter.files: {name}: {_disk(error)}") from error
            known[name] = sha256
            notebooks.remember(memory, known)
    names = {name for name, _, _ in declared}
    if known.keys() - names:
        notebooks.remember(memory, {name: known[name] for name in known if name in names})
    return 0


def _declared() -> list[tuple[str, str, str]]:
    try:
        told = json.loads(os.environ.get("JUPYTER_ARCHIVES") or "[]")
        return [(str(one["name"]), str(one["url"]), str(one["sha256"]).lower()) for one in told]
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError("JUPYTER_ARCHIVES is no list of name, url and sha256") from error


def _give(url: str, sha256: str, home: Path, name: str, stopping: Stopping) -> None:
    staging = home / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        file = staging / "download"
        log.info(f"{name}: fetching {url}")
        fetch = partial(download.fetch, url, file, LIMITS.download, lambda *_: stopping.check())
        got = insist(fetch, stopping)
        check(Expected("sha256", sha256, "the spec"), got.checksums["sha256"], url)
        content.unpack(file, staging / "content", LIMITS)
        copied = notebooks.copy(_inner(staging / "content"), home, name)
        log.info(f"{name}: {len(copied)} file(s) copied into {home / name}")
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _inner(root: Path) -> Path:
    """The one folder in which an archive of a repository has everything (`course-1a2b3c/`)."""
    entries = list(root.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else root


def _disk(error: OSError) -> str:
    return f"cannot write {error.filename or 'to the home'}: {error.strerror}; see jupyter.storage"


if __name__ == "__main__":
    sys.exit(program.serve("archives", run))
