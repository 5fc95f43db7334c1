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
from streaminglab_jobs.plugins import archive, jars, manifests
from streaminglab_jobs.plugins import repository as maven
from streaminglab_jobs.plugins.declaration import Plugin, PluginsConfig, RemoteFile, source_of
from streaminglab_jobs.plugins.store import Store

LIMITS = Limits(download=512 * MIB, unpacked=1024 * MIB, entries=20_000)
"""The largest known plugin (Debezium's JDBC sink) is 58 MB packed, 62 MB unpacked, 60 files."""
LIMITS_OF_FUNCTIONS = Limits(download=128 * MIB, unpacked=256 * MIB, entries=1_000)
"""They lie on a node's own disk, and a server reads every class of them at its start."""
SECONDS_BETWEEN_LINES = 5.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

log = logging.getLogger(__name__)


class Installer:
    """Installs plugins into a store."""

    def __init__(self, store: Store, settings: PluginsConfig, stopping: Stopping) -> None:
        self._store = store
        self._repository = settings.maven_repository
        self._word = settings.word
        self._only_jars = bool(settings.jars_in)
        self._stopping = stopping
        self._now = stopping.clock.monotonic
        self._limits = LIMITS_OF_FUNCTIONS if self._only_jars else LIMITS

    def install(self, plugin: Plugin) -> None:
        """Put the plugin in place; what is there of it stays until then. Raises JobError."""
        source = None if plugin.folder else source_of(plugin, self._repository)
        began = self._now()
        try:
            staging = self._store.staging(plugin.name)
            if source is not None:
                size, files = self._make(plugin, source, staging)
            else:
                size, files = 0, jars.copied(Path(plugin.folder), staging / "content", self._limits)
            if self._only_jars:
                jars.check(staging / "content")
            where = source.url if source else plugin.folder
            self._store.publish(staging / "content", plugin.name, plugin.digest, where)
        except OSError as error:
            raise JobError(_disk(error)) from error
        finally:
            self._store.discard(plugin.name)
        log.info(
            f"{self._word} {plugin.name}: ready, {files} file(s), {size / MIB:.1f} MiB downloaded, "
            f"{self._now() - began:.1f} s"
        )

    def _make(self, plugin: Plugin, source: RemoteFile, staging: Path) -> tuple[int, int]:
        file = staging / "download"
        log.info(f"{self._word} {plugin.name}: fetching {source.url}")
        progress = self._progress(plugin)
        fetch = partial(download.fetch, source.url, file, self._limits.download, progress)
        got = insist(fetch, self._stopping)
        expected = self._expected(source)
        check(expected, got.checksums[expected.algorithm], source.url)
        log.info(f"{self._word} {plugin.name}: {expected.algorithm} is as {expected.said_by} says")
        files = archive.unpack(file, source.file_name, staging / "content", self._limits)
        if not self._only_jars and (added := manifests.add_missing(staging / "content")):
            log.info(f"{self._word} {plugin.name}: had no manifest, got one of {added} class(es)")
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
                log.info(f"{self._word} {plugin.name}: {done / MIB:.1f}{part} MiB so far")

        return tell


def _disk(error: OSError) -> str:
    if error.errno in _FULL:
        return "the plugin volume is full: give it more room (storage), or remove a plugin"
    return f"cannot write {error.filename or 'to the plugin volume'}: {error.strerror}"
