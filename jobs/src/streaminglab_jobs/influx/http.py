"""One connection to InfluxDB, kept open; answers sorted into what passes by itself and what not.

http.client of the standard library: it starts in a third of the time of any HTTP package, streams
bodies, and never sends a request a second time on its own, which matters for writes.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

from streaminglab_base.errors import JobError, Unavailable

OK, NO_CONTENT = 200, 204
FIRST_ERROR = 300
CONNECT_SECONDS = 3.0
"""A pod that was deleted may not even refuse a connection: its address just stays silent."""
_PASSES_BY_ITSELF = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOT_ALLOWED = frozenset({401, 403})


class Refused(JobError):
    """InfluxDB answered, and the answer is no: trying again cannot help."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class InfluxHttp:
    """Requests to one InfluxDB with one token."""

    def __init__(self, url: str, token: str, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        self.url = url
        self._base = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Token {token}"}
        self._timeout = timeout
        self._connection = HTTPConnection(parts.netloc, timeout=CONNECT_SECONDS)

    def call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None
    ) -> Any:
        """Send JSON, return the answer's JSON (None without a body)."""
        data = None if body is None else json.dumps(body).encode()
        with self.stream(method, path, query, data, "application/json") as response:
            answer = response.read()
        return json.loads(answer) if answer else None

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "text/plain; charset=utf-8",
    ) -> Iterator[HTTPResponse]:
        """Send a request and give its answer to read from.

        Raises Unavailable when the server is away or says so, also while the answer is read;
        Refused when it says no.
        """
        target = self._base + path + (f"?{urlencode(query)}" if query else "")
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = content_type
        try:
            self._connect()
            self._connection.request(method, target, body, headers)
            response = self._connection.getresponse()
            if response.status >= FIRST_ERROR:
                self._raise(method, path, response)
            yield response
            if not response.isclosed():
                self._connection.close()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise Unavailable(f"InfluxDB at {self.url}: {_plain(error)}") from error
        except BaseException:
            self._connection.close()
            raise

    def _connect(self) -> None:
        """Open the connection when it is closed: little patience for that, more for answers."""
        is_closed = self._connection.sock is None
        if is_closed:
            self._connection.connect()
            self._connection.sock.settimeout(self._timeout)

    def _raise(self, method: str, path: str, response: HTTPResponse) -> None:
        message = _message(response.read())
        said = f"InfluxDB at {self.url} answered {response.status} to {method} {path}: {message}"
        if response.status in _PASSES_BY_ITSELF:
            raise Unavailable(said)
        if response.status in _NOT_ALLOWED:
            said = (
                f"InfluxDB at {self.url} does not accept this job's token for {method} {path} "
                f"({response.status}: {message}); check the Secret that holds the lab's credentials"
            )
        raise Refused(response.status, said)

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        self._connection.close()


def _message(body: bytes) -> str:
    try:
        answer = json.loads(body)
        return str(answer.get("message") or answer.get("error") or answer)[:300]
    except (ValueError, AttributeError):
        return body[:300].decode(errors="replace").strip() or "no reason given"


def _plain(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
