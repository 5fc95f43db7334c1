"""What the image builder asks of a Docker engine: :class:`tools.machine.Docker` gives it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class ImageEngine(Protocol):
    """An engine that holds images. A test passes one without docker."""

    def image_id(self, reference: str) -> str:
        """The id of an image that the engine holds, or an empty string."""

    def repository_digest(self, reference: str) -> str:
        """`name@sha256:...` of an image that was pulled, or an empty string."""

    def pull(self, reference: str, seconds: float) -> bool:
        """Try to pull an image; False when no registry answers within `seconds`."""

    def import_tar(self, tar: Path, reference: str, changes: tuple[str, ...] = ()) -> None:
        """Make an image of one root file system."""

    def build(self, context: Path, reference: str, base: str, log: Path, *flags: str) -> None:
        """Build `context`/Containerfile on the image `base`."""

    def save(self, archive: Path, *references: str) -> None:
        """Write images as a docker archive."""

    def load(self, archive: Path) -> None:
        """Read a docker archive back into the engine."""

    def remove(self, *references: str) -> None:
        """Remove names of images; absent is fine."""
