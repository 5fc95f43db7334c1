"""What is declared: config.json of ``plugins``, and where each plugin comes from."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, model_validator

from streaminglab_base.errors import ConfigError
from streaminglab_jobs.config import Model
from streaminglab_jobs.plugins import repository as maven

DIRECTORY = "/opt/plugins"
# A new way of unpacking would raise this, so that every plugin is fetched anew.
_LAYOUT = 1

PluginName = Annotated[str, Field(max_length=63, pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
# No "@" before the path: a password in an address would be in logs and messages.
WebAddress = Annotated[
    str, Field(max_length=1024, pattern=r"^https?://[^\s/@\"'\\]+(/[^\s\"'\\]*)?$")
]
Folder = Annotated[str, Field(max_length=256, pattern=r"^(/.*)?$")]
Sha512 = Annotated[str, Field(pattern=r"^([0-9a-fA-F]{128})?$")]


class Plugin(Model):
    """One plugin: Maven coordinates, an address with its checksum, or a folder that is there."""

    name: PluginName
    maven: str = ""
    url: WebAddress | None = None
    sha512: Sha512 = ""
    folder: Folder = ""

    @property
    def digest(self) -> str:
        """Names the declaration: another digest, another content. Not the repository: a mirror
        holds the same files."""
        said = [_LAYOUT, self.maven, self.url or "", self.sha512.lower()]
        text = json.dumps([*said, self.folder] if self.folder else said)
        return hashlib.sha256(text.encode()).hexdigest()


class PluginsConfig(Model):
    """Which plugins a worker needs, and from which repository Maven coordinates are fetched.

    ``jars_in``: where all their jars are wanted too, in one folder; then they are no plugins of
    Connect, but functions of ksqlDB.
    """

    directory: Annotated[str, Field(pattern=r"^/")] = DIRECTORY
    maven_repository: WebAddress | None = None
    plugins: tuple[Plugin, ...] = ()
    jars_in: Folder = ""

    @property
    def word(self) -> str:
        """What one of them is called."""
        return "functions" if self.jars_in else "plugin"

    @model_validator(mode="after")
    def _names_differ(self) -> "PluginsConfig":
        names = [plugin.name for plugin in self.plugins]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two plugins have the name {twice[0]}")
        return self


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file to download. ``sha512`` empty: the repository's own checksum file decides."""

    url: str
    file_name: str
    sha512: str


def source_of(plugin: Plugin, repository: str | None) -> RemoteFile:
    """Where a plugin comes from; ConfigError in words for the student."""
    if bool(plugin.maven) == bool(plugin.url):
        raise ConfigError("needs either Maven coordinates (maven) or an address (url)")
    if plugin.url:
        if not plugin.sha512:
            raise ConfigError("an address (url) needs the file's sha512 (run: sha512sum FILE)")
        return RemoteFile(plugin.url, _file_name(plugin.url), plugin.sha512.lower())
    try:
        found = maven.coordinates(plugin.maven)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if not repository:
        raise ConfigError(
            f"there is no repository to fetch {plugin.maven} from: set mavenRepository"
        )
    url = maven.address(repository, found)
    return RemoteFile(url, found.file_name, plugin.sha512.lower())


def _file_name(url: str) -> str:
    """The last part of an address, made safe: it becomes a file's name."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)[-128:].lstrip(".") or "plugin"
