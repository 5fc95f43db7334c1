"""The Debian base of the local images: pulled where that is possible, else made here.

`STREAMINGLAB_BASE` forces it: `local`, or the reference of an image. Otherwise the first
build tries to pull the upstream image, and what came of it is remembered.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts import get
from tools.artifacts.catalog import recipe
from tools.artifacts.versions import pin
from tools.images.engine import ImageEngine
from tools.shell.paths import cache_dir
from tools.shell.progress import say

LOCAL = "local"
PULL_SECONDS = 60
ROOTFS = f"rootfs-{pin('debian', 'images')}"
CHANGES = ('CMD ["bash"]', "ENV PATH=/usr/local/bin:/usr/bin:/bin:/sbin")


def memory() -> Path:
    """The file that remembers the choice; removing it makes the next build try again."""
    return cache_dir() / "images" / "base"


@dataclass(frozen=True)
class Base:
    """The image that all others stand on."""

    engine: Callable[[], ImageEngine]
    """Asked for when docker is needed, because that may start one."""

    def choice(self) -> str:
        """`local`, or the reference (with digest where it was pulled) that images stand on."""
        if forced := os.environ.get("STREAMINGLAB_BASE"):
            return forced
        if memory().is_file():
            return memory().read_text().strip()
        found = self._choose(f"debian:{pin('upstream', 'debian')}")
        memory().parent.mkdir(parents=True, exist_ok=True)
        memory().write_text(found + "\n")
        return found

    def _choose(self, upstream: str) -> str:
        if self.engine().pull(upstream, PULL_SECONDS):
            return self.engine().repository_digest(upstream) or upstream
        say(f"{upstream} cannot be pulled, so the base is made from Debian packages")
        return LOCAL

    def identity(self) -> str:
        """What the keys of images depend on."""
        chosen = self.choice()
        return recipe(ROOTFS).key() if chosen == LOCAL else chosen

    def reference(self) -> str:
        """The name to build on."""
        chosen = self.choice()
        if chosen != LOCAL:
            return chosen
        return f"streaminglab/base:{pin('debian', 'images')}-{recipe(ROOTFS).key()}"

    def ensure(self) -> str:
        """Make sure that the engine holds the base, and return its name."""
        wanted = self.reference()
        if self.choice() == LOCAL and not self.engine().image_id(wanted):
            self.engine().import_tar(get(ROOTFS) / "rootfs.tar", wanted, CHANGES)
        return wanted
