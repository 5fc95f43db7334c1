"""Coming in, and leaving."""

from __future__ import annotations

import logging
import math

from aiohttp import web

from streaminglab_page import words
from streaminglab_page.passwords import same
from streaminglab_page.web.guard import logged_in, meant
from streaminglab_page.web.site import SITE, Site, html, language, see

log = logging.getLogger(__name__)


async def show(request: web.Request) -> web.Response:
    """The form."""
    if request.app[SITE].session(request):
        return see("/")
    return _form(request, "", 200)


async def enter(request: web.Request) -> web.Response:
    """The form was sent."""
    site = request.app[SITE]
    reader, proxy = _sources(request)
    locked = max(site.readers.locked(reader), site.proxies.locked(proxy))
    if locked:
        return _form(request, "entry_locked", 429, {"Retry-After": str(math.ceil(locked))})
    right = site.passwords.page()
    if not right:
        return _form(request, "entry_no_password", 503)
    given = str((await request.post()).get("password", ""))
    if not same(given, right):
        site.readers.failed(reader)
        site.proxies.failed(proxy)
        log.warning("wrong password from %s", reader)
        return _form(request, "entry_wrong", 401)
    site.readers.succeeded(reader)
    log.info("%s logged in", reader)
    response = see("/")
    response.set_cookie(
        site.cookie,
        site.sessions.begin(right),
        httponly=True,
        samesite="Strict",
        secure=_is_https(request),
        path="/",
    )
    return response


async def leave(request: web.Request) -> web.Response:
    """Log out."""
    site, session = request.app[SITE], logged_in(request)
    meant(session, str((await request.post()).get("csrf", "")))
    site.sessions.end(session)
    response = see("/login")
    response.del_cookie(site.cookie, httponly=True, samesite="Strict", path="/")
    return response


async def switch(request: web.Request) -> web.Response:
    """Another language, for a year."""
    chosen = request.match_info["language"]
    if chosen not in words.LANGUAGES:
        raise web.HTTPNotFound
    response = see("/")
    response.set_cookie(
        words.COOKIE, chosen, max_age=365 * 86_400, httponly=True, samesite="Strict", path="/"
    )
    return response


def _form(
    request: web.Request, problem: str, status: int, headers: dict[str, str] | None = None
) -> web.Response:
    site, spoken = request.app[SITE], language(request)
    response = html(
        words.page(
            "login.html",
            spoken,
            {
                "lab": site.settings.lab,
                "problem": words.words(spoken)[problem] if problem else "",
                "command": _command(site),
            },
        ),
        status,
    )
    response.headers.update(headers or {})
    return response


def _command(site: Site) -> str:
    """The line that shows the page's password to who may use kubectl."""
    key, secret = site.settings.password_file.name, site.settings.secret
    return (
        f"kubectl -n {site.settings.namespace} get secret {secret} "
        f"-o go-template='{{{{index .data \"{key}\" | base64decode}}}}'"
    )


def _sources(request: web.Request) -> tuple[str, str]:
    """Who tries, and the proxy that passes it on.

    Of X-Forwarded-For only the last address counts, which the nearest proxy wrote. Somebody who
    comes without one can write what he likes there, so that his own address is counted as well.
    """
    proxy = request.remote or "?"
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()[:64]
    return (f"{proxy} for {last!r}" if last else proxy), proxy


def _is_https(request: web.Request) -> bool:
    """Only about the cookie's Secure, so that a proxy's word will do."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "") == "https"
