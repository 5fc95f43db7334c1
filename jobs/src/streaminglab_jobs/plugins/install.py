"""One plugin: download, check, unpack, put in place."""

import errno
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from streaminglab_base.errors import JobError, Unavailable
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.plugins import archive, download, manifests
from streaminglab_jobs.plugins import repository as maven
from streaminglab_jobs.plugins.declaration import Plugin, RemoteFile, source_of
from streaminglab_jobs.plugins.store import Store
from streaminglab_jobs.plugins.tree import MIB, Limits

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries of one download. When all are used up the container fails, and Kubernetes
starts it again with pauses of its own."""
SECONDS_BETWEEN_LINES = 5.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

T = TypeVar("T")
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
        got = self._insist(
            partial(download.fetch, source.url, file, self._limits.download, self._progress(plugin))
        )
        expected = self._expected(source)
        maven.check(expected, got.checksums[expected.algorithm], source.url)
        log.info(f"plugin {plugin.name}: {expected.algorithm} is as {expected.said_by} says")
        files = archive.unpack(file, source.file_name, staging / "content", self._limits)
        if added := manifests.add_missing(staging / "content"):
            log.info(f"plugin {plugin.name}: had no manifest, got one of {added} class(es)")
        return got.size, files

    def _expected(self, source: RemoteFile) -> maven.Expected:
        """The declared checksum, or else what the repository publishes beside the file."""
        if source.sha512:
            return maven.Expected("sha512", source.sha512, "the declaration")
        for algorithm in maven.PUBLISHED:
            url = f"{source.url}.{algorithm}"
            try:
                text = self._insist(partial(download.fetch_text, url))
                return maven.Expected(algorithm, maven.checksum_in(algorithm, text), url)
            except (download.NotFound, ValueError):
                continue
        raise JobError(f"the repository has no checksum of {source.url}: declare its sha512")

    def _insist(self, attempt: Callable[[], T]) -> T:
        for pause in PAUSES:
            self._stopping.check()
            try:
                return attempt()
            except Unavailable as error:
                log.warning(f"{error}; trying again in {pause:g} s")
                self._stopping.sleep(pause)
        self._stopping.check()
        try:
            return attempt()
        except Unavailable as error:
            raise JobError(
                f"{error} ({len(PAUSES) + 1} tries). Is the address right, and may this pod "
                f"reach it (externalEgress)?"
            ) from error

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
