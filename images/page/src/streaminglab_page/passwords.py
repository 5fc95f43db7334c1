"""The page's password and the lab's credentials, read from files when they are asked for.

Kubernetes writes a changed Secret into the files of a running pod a minute or so later. The
operator starts this pod anew when one of them changes that people log in with.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from pathlib import Path

from streaminglab_page.bounded import text
from streaminglab_page.logins import USER_NAME, Logins
from streaminglab_page.settings import Settings

log = logging.getLogger(__name__)

LARGEST = 16 * 2**10


def same(given: str, right: str) -> bool:
    """Compare in a time that tells neither the place of a difference nor the length."""
    return hmac.compare_digest(
        hashlib.sha256(given.encode("utf-8", "replace")).digest(),
        hashlib.sha256(right.encode()).digest(),
    )


class Passwords:
    """The files of a pod."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def page(self) -> str:
        """The page's own password; empty, which never fits, when there is none."""
        return _read(self._settings.password_file)

    def value(self, key: str) -> str | None:
        """The value of one of the lab's keys; None for what nobody may ask for."""
        if key not in self._settings.keys or key.endswith(USER_NAME):
            return None
        return _read(self._settings.credentials / key)

    def login(self, part: str) -> tuple[str, str]:
        """Who logs in at a part, and with which password; empty: not known."""
        return self.logins().users.get(part, ""), self.value(f"{part}-password") or ""

    def logins(self) -> Logins:
        """What may be asked for, and who logs in."""
        keys = self._settings.keys
        names = [key for key in keys if key.endswith(USER_NAME)]
        folder = self._settings.credentials
        return Logins(
            secret=self._settings.secret,
            keys=tuple(key for key in keys if key not in names),
            users={key.removesuffix(USER_NAME): text(_read(folder / key)) for key in names},
        )


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(LARGEST).rstrip("\r\n")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        log.error("%s cannot be read: %s", path, error)
        return ""
