"""The Debian base of the local images: pulled where that is possible, else made here.

`STREAMINGLAB_BASE` forces it: `local`, or the reference of an image. Otherwise the first
build tries to pull the upstream image, and what came of it is remembered.
"""

from __future__ import annotations

import os
from pathlib import Path

from tools.artifacts import get, store
from tools.artifacts.catalog import recipe
from tools.artifacts.progress import say
from tools.artifacts.versions import pin
from tools.cluster.paths import cache_dir
from tools.images import engine

LOCAL = "local"
PULL_SECONDS = 60
ROOTFS = f"rootfs-{pin('debian', 'images')}"


def memory() -> Path:
    """The file that remembers the choice; removing it makes the next build try again."""
    return cache_dir() / "images" / "base"


def choice() -> str:
    """`local`, or the reference (with digest where it was pulled) that images stand on."""
    if forced := os.environ.get("STREAMINGLAB_BASE"):
        return forced
    if memory().is_file():
        return memory().read_text().strip()
    found = choose(f"debian:{pin('upstream', 'debian')}")
    memory().parent.mkdir(parents=True, exist_ok=True)
    memory().write_text(found + "\n")
    return found


def choose(upstream: str) -> str:
    """Pull the upstream base; `local` when no registry has it."""
    if engine.pull(upstream, store.log_of("base"), PULL_SECONDS):
        return engine.repository_digest(upstream) or upstream
    say(f"{upstream} cannot be pulled, so the base is made from Debian packages")
    return LOCAL


def identity() -> str:
    """What the keys of images depend on."""
    chosen = choice()
    return recipe(ROOTFS).key() if chosen == LOCAL else chosen


def reference() -> str:
    """The name to build on."""
    chosen = choice()
    if chosen != LOCAL:
        return chosen
    return f"streaminglab/base:{pin('debian', 'images')}-{recipe(ROOTFS).key()}"


def ensure() -> str:
    """Make sure that the engine holds the base, and return its name."""
    wanted = reference()
    if choice() == LOCAL and not engine.image_id(wanted):
        engine.import_tar(get(ROOTFS) / "rootfs.tar", wanted, store.log_of("base"))
    return wanted
