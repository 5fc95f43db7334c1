"""Settings, read from the environment; a mistake is told in plain words at the start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from streaminglab_base.errors import ConfigError

HIGHEST_PORT = 65_535


class SettingsError(ConfigError):
    """The server cannot start like this. The text names the variable, and never a secret."""


@dataclass(frozen=True, kw_only=True)
class User:
    """One who may log in."""

    name: str
    folder: str = ""
    """The folder below the root that this user sees as `/`; empty: the root itself."""
    password_file: Path | None = None
    authorized_keys_file: Path | None = None
    listed: bool = False
    """Whether the file of passwords has a line `name:password` for each of several users."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the server needs to know."""

    username: str
    root: Path
    """The folder that clients see as `/`."""
    host_key_dir: Path
    """Where the host keys are kept; they are made at the first start."""
    password_file: Path | None = None
    authorized_keys_file: Path | None = None
    others: tuple[User, ...] = ()
    """More users, each with a folder of the same name."""
    address: str = ""
    """To listen on; empty: every one."""
    port: int = 2222

    @property
    def users(self) -> tuple[User, ...]:
        """All who may log in, the one who sees all folders first."""
        first = User(
            name=self.username,
            password_file=self.password_file,
            authorized_keys_file=self.authorized_keys_file,
        )
        return (first, *self.others)


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of `SFTP_*`; raises SettingsError.

    The two files are read again at every login, so that a changed Secret needs no restart.
    """
    username = environment.get("SFTP_USERNAME", "").strip()
    if not username:
        raise SettingsError("SFTP_USERNAME is not set: name the user who may log in")
    settings = Settings(
        username=username,
        root=Path(environment.get("SFTP_ROOT") or "/data/drop"),
        host_key_dir=Path(environment.get("SFTP_HOST_KEY_DIR") or "/data/host-keys"),
        password_file=_file(environment, "SFTP_PASSWORD_FILE"),
        authorized_keys_file=_file(environment, "SFTP_AUTHORIZED_KEYS_FILE"),
        others=_others(environment),
        port=_port(environment.get("SFTP_PORT") or "2222"),
    )
    if not (settings.password_file or settings.authorized_keys_file):
        raise SettingsError(
            "nobody could log in: set SFTP_PASSWORD_FILE, SFTP_AUTHORIZED_KEYS_FILE or both"
        )
    for name, folder in (
        ("SFTP_ROOT", settings.root),
        ("SFTP_HOST_KEY_DIR", settings.host_key_dir),
    ):
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise SettingsError(
                f"{name}: {folder} is not a folder that uid {os.getuid()} can write"
            )
    return settings


def _others(environment: Mapping[str, str]) -> tuple[User, ...]:
    names = [name for name in environment.get("SFTP_USERS", "").split(",") if name]
    passwords = _file(environment, "SFTP_USERS_FILE")
    keys = environment.get("SFTP_USERS_KEYS_DIR", "")
    if names and not (passwords or keys):
        raise SettingsError(
            "nobody of SFTP_USERS could log in: set SFTP_USERS_FILE, SFTP_USERS_KEYS_DIR or both"
        )
    return tuple(
        User(
            name=name,
            folder=name,
            password_file=passwords,
            authorized_keys_file=Path(keys) / f"user-{name}" if keys else None,
            listed=True,
        )
        for name in names
    )


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name, "")
    if not value:
        return None
    path = Path(value)
    if not path.is_file() or not os.access(path, os.R_OK):
        raise SettingsError(f"{name}: {path} is not a file that uid {os.getuid()} can read")
    return path


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 <= int(value) <= HIGHEST_PORT:
        raise SettingsError(f"SFTP_PORT: `{value}` is not a port")
    return int(value)
