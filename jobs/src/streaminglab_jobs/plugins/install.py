"""One plugin: download, check, unpack, put in place."""

import errno
import logging
from dataclasses import dataclass
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
CONTENT = "content"
"""In the folder in which a plugin is made ready, what will be the plugin."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Brought:
    """A plugin's content that was brought: from where, and how much of it."""

    where: str
    files: int
    downloaded: int = 0


class Installer:
    """Installs plugins into a store."""

    def __init__(self, store: Store, settings: PluginsConfig, stopping: Stopping) -> None:
        self._store = store
        self._settings = settings
        self._stopping = stopping
        self._now = stopping.clock.monotonic
        self._limits = LIMITS_OF_FUNCTIONS if settings.jars_in else LIMITS

    def install(self, plugin: Plugin) -> None:
        """Put the plugin in place; what is there of it stays until then. Raises JobError."""
        bring = self._copied if plugin.folder else self._fetched
        began = self._now()
        try:
            staging = self._store.staging(plugin.name)
            brought = bring(plugin, staging)
            if self._settings.jars_in:
                jars.check(staging / CONTENT)
            self._store.publish(staging / CONTENT, plugin.name, plugin.digest, brought.where)
        except OSError as error:
            raise JobError(_disk(error)) from error
        finally:
            self._store.discard(plugin.name)
        self._tell(
            plugin,
            f"ready, {brought.files} file(s), {brought.downloaded / MIB:.1f} MiB downloaded, "
            f"{self._now() - began:.1f} s",
        )

    def _copied(self, plugin: Plugin, staging: Path) -> Brought:
        """The jars of a folder that is there."""
        files = jars.copied(Path(plugin.folder), staging / CONTENT, self._limits)
        return Brought(plugin.folder, files)

    def _fetched(self, plugin: Plugin, staging: Path) -> Brought:
        """What lies at an address, downloaded, checked and unpacked."""
        source, file = source_of(plugin, self._settings.maven_repository), staging / "download"
        self._tell(plugin, f"fetching {source.url}")
        progress = self._progress(plugin)
        fetch = partial(download.fetch, source.url, file, self._limits.download, progress)
        got = insist(fetch, self._stopping)
        expected = self._expected(source)
        check(expected, got.checksums[expected.algorithm], source.url)
        self._tell(plugin, f"{expected.algorithm} is as {expected.said_by} says")
        files = archive.unpack(file, source.file_name, staging / CONTENT, self._limits)
        if not self._settings.jars_in and (added := manifests.add_missing(staging / CONTENT)):
            self._tell(plugin, f"had no manifest, got one of {added} class(es)")
        return Brought(source.url, files, got.size)

    def _tell(self, plugin: Plugin, what: str) -> None:
        log.info(f"{self._settings.word} {plugin.name}: {what}")

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
                self._tell(plugin, f"{done / MIB:.1f}{part} MiB so far")

        return tell


def _disk(error: OSError) -> str:
    if error.errno in _FULL:
        return "the plugin volume is full: give it more room (storage), or remove a plugin"
    return f"cannot write {error.filename or 'to the plugin volume'}: {error.strerror}"
