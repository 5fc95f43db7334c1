"""HTTP to InfluxDB: one connection, kept open, whose answers are streamed.

http.client of the standard library: the producer runs for as long as its lab and only reads, and
InfluxQL is no part of influxdb-client. That library's requests go over it too, because its own pool
costs more than all the rest of a batch (docs/decisions/0019 has the figures).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

from streaminglab_base.errors import Unavailable
from streaminglab_jobs.influx.answers import FIRST_ERROR, sorted_answer

CONNECT_SECONDS = 3.0
"""A pod that was deleted may not even refuse a connection: its address just stays silent."""
ERROR_BYTES = 65_536


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
                raise sorted_answer(
                    self.url,
                    f"{method} {path.partition('?')[0]}",
                    response.status,
                    response.read(ERROR_BYTES),
                )
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

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        self._connection.close()


def _plain(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
