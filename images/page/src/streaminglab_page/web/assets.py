"""The files of the page: read once, known by name, so that no path can lead elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from aiohttp import web

from streaminglab_page import words
from streaminglab_page.words import LANGUAGES

TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}
LEARN = 'import {{ learn }} from "/static/words.js";\nlearn({});\n'
"""A script with the words of a language, which are JSON, and so JavaScript."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file."""

    body: bytes
    type: str
    etag: str


def load() -> Mapping[str, Asset]:
    """Every file, by its name in the address."""
    package = files("streaminglab_page")
    found = {file.name: file.read_bytes() for file in (package / "static").iterdir()}
    for language in LANGUAGES:
        found[f"words.{language}.js"] = LEARN.format(words.told(language)).encode()
    return {
        name: Asset(body, TYPES[name.rpartition(".")[2]], hashlib.sha256(body).hexdigest()[:16])
        for name, body in found.items()
    }


ASSETS = web.AppKey("assets", Mapping[str, Asset])


async def serve(request: web.Request) -> web.Response:
    """A file; a browser that has this very one is told so."""
    asset = request.app[ASSETS].get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    # To ask again costs little, and a new version of the page must not meet old scripts.
    headers = {"ETag": f'"{asset.etag}"', "Cache-Control": "no-cache"}
    if any(known.value == asset.etag for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=asset.body, content_type=asset.type, charset="utf-8", headers=headers)
