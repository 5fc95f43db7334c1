"""influxdb-client, made safe for a job: every answer is bounded, and its errors are sorted.

The library's own repeating is off: who decides to try again is :class:`Patience`, after asking
what had landed. It reads no proxy from the environment, and follows no redirect with the token.

Importing this module costs more CPU than the rest of a job (docs/decisions/0019): it is imported by
those who set InfluxDB up or write, when they do.
"""

import json
from collections.abc import Mapping
from http.client import IncompleteRead
from typing import Any, NamedTuple
from urllib.parse import urlencode

from streaminglab_base.errors import Unavailable
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.influx.loading import without_collector

with without_collector():
    from influxdb_client import InfluxDBClient

MOST_BYTES = 8 * 1024 * 1024
"""An answer larger than this is no answer of an API that lists a hundred things a page."""


class Answer(NamedTuple):
    """What the library reads of an answer."""

    status: int
    reason: str
    headers: Mapping[str, str]
    data: bytes


class Transport:
    """The HTTP of one client, in place of the library's pool: the one that reading has too.

    It sends once, on one connection that stays open. Raises Unavailable when the server is away,
    says so, or was cut off: for a write that means "unknown whether it landed". Raises Refused when
    the answer is no.
    """

    def __init__(self, http: InfluxHttp) -> None:
        self._http = http

    def request(
        self,
        method: str,
        url: str,
        body: str | bytes | None = None,
        fields: Any = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> Answer:
        """What the library asks of a pool. The token and the timeouts are those of InfluxHttp."""
        target = url.removeprefix(self._http.url.rstrip("/"))
        target += f"?{urlencode(fields)}" if fields else ""
        data = body.encode() if isinstance(body, str) else body
        kind = (headers or {}).get("Content-Type", "application/json")
        with self._http.stream(method, target, body=data, content_type=kind) as response:
            content = response.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise Unavailable(
                    f"InfluxDB at {self._http.url}: an answer of more than {MOST_BYTES} bytes"
                )
            if response.length:
                raise IncompleteRead(content, response.length)
            return Answer(response.status, response.reason, dict(response.headers), content)

    def clear(self) -> None:
        """Close the connection: the library's word for it."""
        self._http.close()


def connect(url: str, token: str, timeout: float = 30.0) -> InfluxDBClient:
    """A client with one token; close it in the end. Nothing is sent yet."""
    client = InfluxDBClient(url=url, token=token, retries=False)
    client.api_client.rest_client.pool_manager = Transport(InfluxHttp(url, token, timeout))
    return client


def listed(answer: Answer, kind: str) -> list[dict[str, Any]]:
    """The objects of a list that was asked for with ``_preload_content=False``.

    Lists are read as JSON: the models refuse what they do not know, and a check or a rule that a
    student made by hand must not stop init.
    """
    return json.loads(answer.data)[kind] or []
