"""One plugin: download, check, unpack, put in place."""

import errno
import logging
from functools import partial
from pathlib import Path

from streaminglab_base import download
from streaminglab_base.archive.tree import MIB, Limits
from streaminglab_base.checksums import Expected, check
from streaminglab_base.errors import JobError
from streaminglab_base.insist import insist
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.plugins import archive, manifests
from streaminglab_jobs.plugins import repository as maven
from streaminglab_jobs.plugins.declaration import Plugin, RemoteFile, source_of
from streaminglab_jobs.plugins.store import Store

LIMITS = Limits(download=512 * MIB, unpacked=1024 * MIB, entries=20_000)
"""The largest known plugin (Debezium's JDBC sink) is 58 MB packed, 62 MB unpacked, 60 files."""
SECONDS_BETWEEN_LINES = 5.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

log = logging.getLogger(__name__)


class Installer:
    """Installs plugins into a store."""

    def __init__(
        self, store: Store, repository: str | None, stopping: Stopping, limits: Limits
    ) -> None:
        self._store = store
        self._repository = repository
        self._stopping = stopping
        self._now = stopping.clock.monotonic
        self._limits = limits

    def install(self, plugin: Plugin) -> None:
        """Put the plugin in place; what is there of it stays until then. Raises JobError."""
        source = source_of(plugin, self._repository)
        began = self._now()
        try:
            staging = self._store.staging(plugin.name)
            size, files = self._make(plugin, source, staging)
            self._store.publish(staging / "content", plugin.name, plugin.digest, source.url)
        except OSError as error:
            raise JobError(_disk(error)) from error
        finally:
            self._store.discard(plugin.name)
        log.info(
            f"plugin {plugin.name}: ready, {files} file(s), {size / MIB:.1f} MiB downloaded, "
            f"{self._now() - began:.1f} s"
        )

    def _make(self, plugin: Plugin, source: RemoteFile, staging: Path) -> tuple[int, int]:
        file = staging / "download"
        log.info(f"plugin {plugin.name}: fetching {source.url}")
        progress = self._progress(plugin)
        fetch = partial(download.fetch, source.url, file, self._limits.download, progress)
        got = insist(fetch, self._stopping)
        expected = self._expected(source)
        check(expected, got.checksums[expected.algorithm], source.url)
        log.info(f"plugin {plugin.name}: {expected.algorithm} is as {expected.said_by} says")
        files = archive.unpack(file, source.file_name, staging / "content", self._limits)
        if added := manifests.add_missing(staging / "content"):
            log.info(f"plugin {plugin.name}: had no manifest, got one of {added} class(es)")
        return got.size, files

    def _expected(self, source: RemoteFile) -> Expected:
        """The declared checksum, or else what the repository publishes beside the file."""
        if source.sha512:
            return Expected("sha512", source.sha512, "the declaration")
        for algorithm in maven.PUBLISHED:
            url = f"{source.url}.{algorithm}"
            try:
                text = insist(partial(download.fetch_text, url), self._stopping)
                return Expected(algorithm, maven.checksum_in(algorithm, text), url)
            except (download.NotFound, ValueError):
                continue
        raise JobError(f"the repository has no checksum of {source.url}: declare its sha512")

    def _progress(self, plugin: Plugin) -> download.Progress:
        last = self._now()

        def tell(done: int, whole: int) -> None:
            nonlocal last
            self._stopping.check()
            now = self._now()
            if now - last >= SECONDS_BETWEEN_LINES:
                last = now
                part = f" of {whole / MIB:.1f}" if whole else ""
                log.info(f"plugin {plugin.name}: {done / MIB:.1f}{part} MiB so far")

        return tell


def _disk(error: OSError) -> str:
    if error.errno in _FULL:
        return "the plugin volume is full: give it more room (storage), or remove a plugin"
    return f"cannot write {error.filename or 'to the plugin volume'}: {error.strerror}"
