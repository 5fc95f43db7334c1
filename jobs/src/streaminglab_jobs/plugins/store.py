"""The plugin volume: one folder a plugin, each with a mark of what it was made from."""

import json
import os
import shutil
from pathlib import Path

from streaminglab_base.errors import JobError

MARK = ".streaminglab.json"
_STAGING, _OLD = ".staging-", ".old-"


class Store:
    """Folders below ``root``. Those without a mark are not ours and are never deleted."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def sweep(self) -> None:
        """Remove what a run that was killed left behind. JobError when the volume is unusable."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            for path in self._root.iterdir():
                if path.name.startswith((_STAGING, _OLD)):
                    shutil.rmtree(path)
        except OSError as error:
            raise JobError(
                f"cannot use the plugin volume {self._root}: {error.strerror} ({error.filename})"
            ) from error

    def installed(self) -> dict[str, str]:
        """Plugin -> digest of the declaration that it was made from."""
        found = {}
        for mark in self._root.glob(f"*/{MARK}"):
            try:
                found[mark.parent.name] = str(json.loads(mark.read_bytes())["declaration"])
            except (OSError, ValueError, KeyError, TypeError):
                found[mark.parent.name] = ""
        return found

    def remove(self, name: str) -> None:
        """Delete a plugin; a stop in the middle leaves nothing that looks whole."""
        old = self._root / f"{_OLD}{name}"
        (self._root / name).rename(old)
        shutil.rmtree(old)

    def staging(self, name: str) -> Path:
        """An empty folder on the same volume, to make a plugin in."""
        path = self._root / f"{_STAGING}{name}"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def discard(self, name: str) -> None:
        """Delete the staging folder."""
        shutil.rmtree(self._root / f"{_STAGING}{name}", ignore_errors=True)

    def publish(self, content: Path, name: str, digest: str, source: str) -> None:
        """Make ``content`` the plugin's folder, by renaming: it is there whole or not at all."""
        mark = content / MARK
        mark.write_text(json.dumps({"declaration": digest, "source": source}) + "\n")
        _flush(mark)
        _flush(content)
        if (self._root / name).exists():
            self.remove(name)
        content.rename(self._root / name)
        _flush(self._root)


def _flush(path: Path) -> None:
    """To the disk: the mark must not survive a power cut that its files did not."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
