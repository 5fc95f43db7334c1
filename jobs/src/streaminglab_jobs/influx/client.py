"""influxdb-client, made safe for a job: every answer is bounded, and its errors are sorted.

The library's own repeating is off: who decides to try again is :class:`Patience`, after asking
what had landed. It reads no proxy from the environment, and follows no redirect with the token.

Importing this module costs more CPU than the rest of a job (docs/decisions/0019): it is imported by
those who set InfluxDB up or write, when they do.
"""

import json
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from influxdb_client import InfluxDBClient
from urllib3 import BaseHTTPResponse, HTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError, NewConnectionError, TimeoutError

from streaminglab_base.errors import Unavailable
from streaminglab_jobs.influx.answers import FIRST_ERROR, sorted_answer

CONNECT_SECONDS = 3.0
MOST_BYTES = 8 * 1024 * 1024
"""An answer larger than this is no answer of an API that lists a hundred things a page."""
CHUNK = 65_536


class Transport(PoolManager):
    """The HTTP of one client: sends once, reads a bounded answer, sorts what went wrong.

    Raises Unavailable when the server is away, says so, or was cut off: for a write that means
    "unknown whether it landed". Raises Refused when the answer is no.
    """

    def __init__(self, url: str, timeout: float) -> None:
        super().__init__(
            num_pools=1,
            maxsize=1,
            retries=Retry(0, redirect=False, raise_on_status=False),
            timeout=Timeout(connect=CONNECT_SECONDS, read=timeout),
        )
        self._url = url

    def urlopen(  # type: ignore[override]
        self, method: str, url: str, redirect: bool = False, **kw: Any
    ) -> BaseHTTPResponse:
        del redirect  # none is followed: it would carry the token elsewhere
        kw.update(preload_content=False, retries=False, timeout=self.connection_pool_kw["timeout"])
        try:
            response = super().urlopen(method, url, redirect=False, **kw)
            body = _bounded(response)
        except (HTTPError, OSError) as error:
            raise Unavailable(f"InfluxDB at {self._url}: {_plain(error)}") from error
        if response.status >= FIRST_ERROR:
            raise sorted_answer(self._url, f"{method} {urlsplit(url).path}", response.status, body)
        return HTTPResponse(
            BytesIO(body),
            headers=response.headers,
            status=response.status,
            decode_content=False,
            enforce_content_length=False,
        )


def connect(url: str, token: str, timeout: float = 30.0) -> InfluxDBClient:
    """A client with one token; close it in the end. Nothing is sent yet."""
    client = InfluxDBClient(url=url, token=token, retries=False)
    client.api_client.rest_client.pool_manager = Transport(url, timeout)
    return client


def listed(answer: BaseHTTPResponse, kind: str) -> list[dict[str, Any]]:
    """The objects of a list that was asked for with ``_preload_content=False``.

    Lists are read as JSON: the models refuse what they do not know, and a check or a rule that a
    student made by hand must not stop init.
    """
    return json.loads(answer.data)[kind] or []


def _bounded(response: BaseHTTPResponse) -> bytes:
    body = bytearray()
    while chunk := response.read(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            response.close()
            raise HTTPError(f"an answer of more than {MOST_BYTES} bytes")
    response.release_conn()
    return bytes(body)


def _plain(error: Exception) -> str:
    # A refused connection is a timeout too by urllib3's classes.
    if isinstance(error, TimeoutError) and not isinstance(error, NewConnectionError):
        return "no answer in time"
    cause = error.__cause__ or error
    return getattr(cause, "strerror", None) or str(error) or type(error).__name__
