"""What every answer carries, and what every question must."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from streaminglab_page.own import Own
from streaminglab_page.sessions import Session
from streaminglab_page.web.site import SITE

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        # Text becomes HTML nowhere, and a browser that knows this refuses it if it did.
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
CSRF = "X-CSRF-Token"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """For every answer, errors and streams too."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Server"] = "streaminglab"


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page makes a browser send."""
    if request.method == "POST" and not _from_here(request):
        raise web.HTTPForbidden(text=Own.OTHER_SITE)
    return await handler(request)


def _from_here(request: web.Request) -> bool:
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def logged_in(request: web.Request) -> Session:
    """Who asks; raises 401."""
    session = request.app[SITE].session(request)
    if session is None:
        raise web.HTTPUnauthorized(text=Own.LOG_IN)
    return session


def meant(session: Session, token: str) -> None:
    """Raise 403 when the session's own page did not send this."""
    if not hmac.compare_digest(token.encode(), session.csrf.encode()):
        raise web.HTTPForbidden(text=Own.TOO_OLD)
