"""Host keys: made once, then kept, so that a client never sees the server change."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import asyncssh

from streaminglab_sftp.settings import SettingsError

KINDS: dict[str, Callable[[], asyncssh.SSHKey]] = {
    "ssh-ed25519": partial(asyncssh.generate_private_key, "ssh-ed25519"),
    "ssh-rsa": partial(asyncssh.generate_private_key, "ssh-rsa", key_size=3072),
}
"""RSA for old Java and .NET clients; everything else takes ed25519."""


def load(folder: Path) -> list[asyncssh.SSHKey]:
    """The host keys of a folder; those that are missing are made.

    A damaged one raises SettingsError: a new key in its place would look like an attack.
    """
    return [_load(folder / f"{kind.replace('-', '_')}_host_key", kind) for kind in KINDS]


def _load(path: Path, kind: str) -> asyncssh.SSHKey:
    if not path.exists():
        _make(path, kind)
    try:
        return asyncssh.read_private_key(path)
    except (asyncssh.KeyImportError, OSError) as error:
        raise SettingsError(
            f"the host key {path} cannot be read ({error}); put the right one back, or remove it "
            "to get a new one that clients will have to accept"
        ) from error


def _make(path: Path, kind: str) -> None:
    key = KINDS[kind]()
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    scratch.touch(mode=0o600, exist_ok=False)
    with scratch.open("wb") as file:
        file.write(key.export_private_key())
        file.flush()
        os.fsync(file.fileno())
    scratch.rename(path)
