"""Who may come in: the users of the settings, by password or key."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from pathlib import Path

import asyncssh

from streaminglab_base.throttle import Throttle
from streaminglab_sftp.settings import Settings, User

log = logging.getLogger(__name__)

TRIES = 3
"""Wrong passwords on one connection."""
KEYS_OFFERED = 20
"""Unknown keys on one connection; agents offer all that they hold."""
CONNECTIONS = 32
"""At the same time, logged in or not."""


def same(given: str, right: str) -> bool:
    """Compare in a time that tells neither the place of a difference nor the length."""
    return hmac.compare_digest(
        hashlib.sha256(given.encode()).digest(), hashlib.sha256(right.encode()).digest()
    )


def password(user: User) -> str:
    """A user's password, from its file; empty (which never fits) when there is none."""
    if user.password_file is None:
        return ""
    try:
        text = user.password_file.read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        log.error("the password file cannot be read: %s", error)
        return ""
    if not user.listed:
        return text
    pairs = (line.partition(":") for line in text.splitlines())
    return next((found for name, _, found in pairs if name == user.name), "")


def authorized_keys(path: Path | None) -> asyncssh.SSHAuthorizedKeys | None:
    """The keys in a file; None when there is none, or it is empty or damaged."""
    if path is None or not path.exists():
        return None
    try:
        text = path.read_text()
        return asyncssh.import_authorized_keys(text) if text.strip() else None
    except (OSError, ValueError) as error:
        log.error("no key is accepted, the file of authorized keys cannot be used: %s", error)
        return None


class Login(asyncssh.SSHServer):
    """One connection, from its first byte to its end."""

    connections = 0

    def __init__(self, settings: Settings, throttle: Throttle) -> None:
        self._settings, self._throttle = settings, throttle
        self._connection: asyncssh.SSHServerConnection
        self._address = "?"
        # An unknown user is compared with the first one, so that it takes as long.
        self._user = settings.users[0]
        self._user_fits = False
        self._failures = 0
        self._offered = 0
        self._way = "key"
        self._inside = False

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        Login.connections += 1
        self._connection = conn
        peer = conn.get_extra_info("peername")
        self._address = peer[0] if peer else "?"
        if Login.connections > CONNECTIONS:
            log.warning("refused %s: there are %d connections", self._address, CONNECTIONS)
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        Login.connections -= 1
        # Probes come and go without a word; they are no news.
        if self._inside:
            log.info("%s at %s left", self._user.name, self._address)

    def begin_auth(self, username: str) -> bool:
        # All of them are always compared: neither place nor length is told.
        fitting = [user for user in self._settings.users if same(username, user.name)]
        self._user = (fitting or self._settings.users)[0]
        self._user_fits = bool(fitting)
        # Only now, so that a changed Secret counts at once.
        keys = authorized_keys(self._user.authorized_keys_file) if fitting else None
        self._connection.set_authorized_keys(keys)
        return True

    def auth_completed(self) -> None:
        self._inside = True
        log.info("%s at %s logged in by %s", self._user.name, self._address, self._way)

    def public_key_auth_supported(self) -> bool:
        return any(user.authorized_keys_file is not None for user in self._settings.users)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Asked only about keys that are not among the authorized ones."""
        self._offered += 1
        if self._offered > KEYS_OFFERED:
            self._end("too many keys")
        return False

    def password_auth_supported(self) -> bool:
        return any(user.password_file is not None for user in self._settings.users)

    async def validate_password(self, username: str, password_: str) -> bool:
        if seconds := self._throttle.locked(self._address):
            log.warning(
                "no password is taken from %s for %.0f s: too many were wrong",
                self._address, seconds,
            )  # fmt: skip
            self._end("too many wrong passwords, wait a minute")
            return False
        right = password(self._user)
        # Both are always compared: an unknown user takes as long as a wrong password.
        if (same(password_, right) & self._user_fits) and right:
            self._throttle.succeeded(self._address)
            self._way = "password"
            return True
        await self._failed()
        return False

    async def _failed(self) -> None:
        self._failures += 1
        pause = self._throttle.failed(self._address)
        log.warning("wrong user or password from %s", self._address)
        await asyncio.sleep(pause)
        if self._failures >= TRIES:
            self._end("too many wrong passwords")

    def _end(self, reason: str) -> None:
        self._connection.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, reason)
