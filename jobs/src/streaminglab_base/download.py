"""One file by HTTP, piece by piece, with what a student needs to know when it fails."""

import hashlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPMessage,
    HTTPResponse,
    HTTPSConnection,
)
from pathlib import Path
from typing import IO, Any, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from streaminglab_base.errors import JobError, Unavailable

SECONDS_OF_SILENCE = 30.0
CONNECT_SECONDS = 5.0
"""A NetworkPolicy lets packets vanish: nobody says no, and the student should soon know."""
_CHUNK = 1 << 16
_SMALL = 4096
_NOT_FOUND = 404
_NOT_ALLOWED = frozenset({401, 403, 407})
_PASSES_BY_ITSELF = frozenset({408, 425, 429, 500, 502, 503, 504})

Progress = Callable[[int, int], None]
"""Told (bytes so far, bytes in all or 0 when unknown)."""


class NotFound(JobError):
    """There is no such file."""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file's size and its checksums by algorithm."""

    size: int
    checksums: dict[str, str]


class _Redirects(HTTPRedirectHandler):
    """Follows redirects to http and https only (the original also allows ftp)."""

    def http_error_302(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> Any:
        _check_scheme(req.full_url, headers.get("Location") or "")
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class _Connection(HTTPConnection):
    """Gives up sooner on a connection than on an answer."""

    def connect(self) -> None:
        silence, self.timeout = self.timeout, CONNECT_SECONDS
        super().connect()
        self.sock.settimeout(silence)


class _SecureConnection(HTTPSConnection, _Connection):
    """The same below TLS."""


class _Http(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_Connection, req)


class _Https(HTTPSHandler):
    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_SecureConnection, req, context=ssl.create_default_context())


def _check_scheme(url: str, location: str = "") -> None:
    target = urljoin(url, location)
    if urlsplit(target).scheme not in {"http", "https"}:
        where = f"{url} leads on to {target}" if location else url
        raise JobError(f"{where}: only http and https are followed")


def _opener() -> OpenerDirector:
    """Only what is needed: the default opener also reads file: and ftp: addresses."""
    opener = OpenerDirector()
    opener.addheaders = [("User-Agent", "streaminglab"), ("Accept", "*/*")]
    for handler in (
        ProxyHandler(), _Http(), _Https(),
        HTTPDefaultErrorHandler(), HTTPErrorProcessor(), _Redirects(),
    ):  # fmt: skip
        opener.add_handler(handler)
    return opener


def fetch(url: str, target: Path, limit: int, progress: Progress) -> Downloaded:
    """Write the file at ``url`` to ``target``.

    Raises NotFound, JobError (trying again cannot help), Unavailable (it may).
    """
    hashes = {name: hashlib.new(name) for name in ("sha512", "sha256", "sha1")}
    size = 0
    with _answer(url) as answer, target.open("wb") as file:
        expected = _length(answer)
        _check_size(expected, limit, url)
        for piece in _pieces(url, answer):
            size += len(piece)
            _check_size(size, limit, url)
            file.write(piece)
            for one in hashes.values():
                one.update(piece)
            progress(size, expected)
    if size < expected:
        raise Unavailable(f"the answer from {url} ended after {size} of {expected} bytes")
    return Downloaded(size, {name: one.hexdigest() for name, one in hashes.items()})


def fetch_text(url: str) -> str:
    """The beginning of a small text. Raises as ``fetch`` does."""
    with _answer(url) as answer:
        return next(_pieces(url, answer), b"")[:_SMALL].decode(errors="replace")


def _length(answer: HTTPResponse) -> int:
    """Bytes that the answer announces; 0 when it does not say."""
    text = answer.headers.get("Content-Length") or ""
    return int(text) if text.isdecimal() else 0


def _check_size(size: int, limit: int, url: str) -> None:
    if size > limit:
        raise JobError(f"{url} is larger than {limit >> 20} MiB: refused")


def _pieces(url: str, answer: HTTPResponse) -> Iterator[bytes]:
    try:
        while piece := answer.read(_CHUNK):
            yield piece
    except (OSError, HTTPException) as error:
        raise Unavailable(f"the connection to {url} broke: {_words(error)}") from error


def _answer(url: str) -> HTTPResponse:
    _check_scheme(url)
    try:
        return cast("HTTPResponse", _opener().open(Request(url), timeout=SECONDS_OF_SILENCE))  # noqa: S310 (http and https only: the opener knows no other)
    except HTTPError as error:
        with error:
            raise _refusal(url, error) from error
    except URLError as error:
        raise _no_answer(url, error.reason) from error
    except (OSError, HTTPException, ValueError) as error:
        raise _no_answer(url, error) from error


def _refusal(url: str, error: HTTPError) -> Exception:
    # After redirects the address that refuses may be another one.
    where = url if error.url in {None, url} else f"{url} (which leads to {error.url})"
    if error.code == _NOT_FOUND:
        return NotFound(f"not found (404): {where}")
    if error.code in _NOT_ALLOWED:
        return JobError(f"{where} may not be read without a login (HTTP {error.code})")
    if error.code in _PASSES_BY_ITSELF:
        return Unavailable(f"{where} answered HTTP {error.code}")
    return JobError(f"{where} answered HTTP {error.code} {error.reason}")


def _no_answer(url: str, reason: object) -> Exception:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return JobError(f"the certificate of {url} is not trusted: {reason.verify_message}")
    if isinstance(reason, ValueError):
        return JobError(f"{url} is no address that can be fetched: {reason}")
    return Unavailable(f"no answer from {url}: {_words(reason)}")


def _words(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return "nobody says anything"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return str(reason) or type(reason).__name__
