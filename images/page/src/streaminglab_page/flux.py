"""InfluxDB: a Flux query, and its answer as a table. Read by the lab's token for reading alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp

from streaminglab_page.bounded import text
from streaminglab_page.own import Own
from streaminglab_page.polled import CannotSay
from streaminglab_page.reader_token import ReaderToken
from streaminglab_page.rest import Refused, ask, parsed

ROWS = 1_000
COLUMNS = 30
STRANGE = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})
"""What InfluxDB says to a token that it does not know, or that may not see a bucket."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where it is. ``token`` is asked for each time: it may have been drawn anew."""

    url: str
    org: str
    bucket: str
    token: ReaderToken


class Influx:
    """The lab's bucket."""

    def __init__(self, session: aiohttp.ClientSession, database: Database) -> None:
        self._session, self._database = session, database

    @property
    def bucket(self) -> str:
        """Its name."""
        return self._database.bucket

    async def query(self, flux: str) -> dict[str, Any]:
        """Rows of the answer. Raises CannotSay with InfluxDB's words."""
        asked = {"query": flux, "type": "flux", "dialect": {"annotations": ["datatype"]}}
        headers = {"Content-Type": "application/json", "Accept": "application/csv"}
        found = await self._ask("POST", "query", json.dumps(asked).encode(), headers)
        return table(found.decode("utf-8", "replace"))

    async def get(self, what: str, limit: int) -> Any:
        """The first ones of a collection of its API. Raises CannotSay with InfluxDB's words."""
        return parsed(await self._ask("GET", what, limit=f"&limit={limit}"))

    async def _ask(
        self,
        method: str,
        what: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        limit: str = "",
    ) -> bytes:
        token = await self._database.token.now()
        if not token:
            raise CannotSay(Own.NO_TOKEN)
        org = quote(self._database.org, safe="")
        url = f"{self._database.url.rstrip('/')}/api/v2/{what}?org={org}{limit}"

        async def by(this: str) -> bytes:
            told = {**(headers or {}), "Authorization": f"Token {this}"}
            return await ask(self._session, method, url, body, told)

        try:
            return await by(token)
        except Refused as error:
            other = error.status in STRANGE and await self._database.token.instead_of(token)
            if not other:
                raise
        return await by(other)


def table(answer: str) -> dict[str, Any]:
    """Annotated CSV -> columns with their types, and rows; all tables of an answer in one."""
    columns: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    count = 0
    for types, head, row in _rows(answer):
        count += 1
        if len(rows) < ROWS:
            for name, kind in zip(head, types, strict=False):
                if name and name not in ("result", "table") and len(columns) < COLUMNS:
                    columns.setdefault(text(name), text(kind))
            rows.append({text(n): text(v) for n, v in zip(head, row, strict=False) if n in columns})
    return {"columns": columns, "rows": rows, "more": count - len(rows)}


def _rows(answer: str) -> Iterator[tuple[list[str], list[str], list[str]]]:
    types: list[str] = []
    head: list[str] = []
    for line in _lines(answer):
        if line[0] == "#datatype":
            types, head = line, []
        elif line[0].startswith("#"):
            continue
        elif not head:
            head = line
        else:
            yield types, head, line


def _lines(answer: str) -> Iterator[list[str]]:
    try:
        yield from (line for line in csv.reader(answer.splitlines()) if any(line))
    except csv.Error as error:
        raise CannotSay(Own.NO_TABLE) from error
