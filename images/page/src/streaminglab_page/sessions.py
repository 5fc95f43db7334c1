"""Who is logged in: a signed cookie, and no memory of it but of those who logged out.

The key is made of the page's password. So a session outlives a restart of the pod, and a new
password ends all of them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from streaminglab_base.clock import Clock

CLOCK = Clock()
SECONDS = 12 * 3600
ROUNDS = 100_000
"""A stolen cookie shall not be a quick way to guess a weak password."""
REMEMBERED = 1024
PARTS = 3


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in. ``csrf``: what a form of this session, and of no other, sends along."""

    name: str
    csrf: str


@lru_cache(maxsize=2)
def _key(password: str, purpose: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), purpose.encode(), ROUNDS)


class Sessions:
    """``purpose``: the lab, so that the cookie of one lab opens no other."""

    def __init__(self, purpose: str, clock: Callable[[], float] = CLOCK.time) -> None:
        self._purpose, self._clock = purpose, clock
        self._ended: dict[str, float] = {}

    def begin(self, password: str) -> str:
        """A new session's cookie."""
        name, end = secrets.token_urlsafe(18), int(self._clock()) + SECONDS
        return f"{name}.{end}.{self._sign(password, name, f'until {end}')}"

    def find(self, cookie: str, password: str) -> Session | None:
        """The session of a cookie; None when it is forged, over or ended."""
        parts = cookie.split(".")
        if not password or len(parts) != PARTS or not cookie.isascii():
            return None
        name, end, signature = parts
        if not hmac.compare_digest(signature, self._sign(password, name, f"until {end}")):
            return None
        if name in self._ended or int(end) <= self._clock():
            return None
        return Session(name, self._sign(password, name, "csrf"))

    def end(self, session: Session) -> None:
        """Log out: the cookie opens nothing any more, whoever has a copy of it."""
        now = self._clock()
        self._ended = {name: end for name, end in self._ended.items() if end > now}
        self._ended[session.name] = now + SECONDS
        while len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    def _sign(self, password: str, name: str, what: str) -> str:
        key = _key(password, f"streaminglab-page {self._purpose}")
        return hmac.new(key, f"{name}.{what}".encode(), hashlib.sha256).hexdigest()
