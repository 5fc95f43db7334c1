"""InfluxDB's API in memory, behind the real client: what the Job `init` makes there."""

import json
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from influxdb_client import InfluxDBClient
from urllib3 import HTTPResponse

Json = dict[str, Any]


class Collections:
    """The collections of the API as dictionaries, by kind and id."""

    def __init__(self, org: str) -> None:
        self.kinds: dict[str, dict[str, Json]] = {"orgs": {"o1": {"id": "o1", "name": org}}}
        self._made = 0

    def client(self) -> InfluxDBClient:
        """The real client with this in the place of its HTTP."""
        made = InfluxDBClient(url="http://influxdb", token="t", retries=False)
        made.api_client.rest_client.pool_manager = self
        return made

    def request(self, method: str, url: str, body: Any = None, **more: Any) -> HTTPResponse:
        """As of ``urllib3.PoolManager``."""
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query)) | dict(more.get("fields") or {})
        sent = json.loads(body) if body else {}
        answer = self._call(method, parts.path.removeprefix("/api/v2/"), query, sent)
        text = b"" if answer is None else json.dumps(answer).encode()
        return HTTPResponse(BytesIO(text), status=200 if text else 204, preload_content=False)

    def clear(self) -> None:
        """Nothing to close: the client calls it at its end."""

    def _call(self, method: str, path: str, query: dict[str, Any], body: Json) -> Json | None:
        kind, _, identity = path.partition("/")
        items = self.kinds.setdefault(kind, {})
        if method == "GET":
            name = query.get("name") or query.get("org")
            found = [i for i in items.values() if name is None or i["name"] == name]
            start = int(query.get("offset", "0"))
            return {kind: found[start : start + int(query.get("limit", "1000"))]}
        if method == "DELETE":
            del items[identity]
            return None
        if method == "POST":
            self._made += 1
            identity = f"{kind}-{self._made}"
        before = items.get(identity, {}) if method == "PATCH" else {}
        items[identity] = {**before, **body, "id": identity}
        return items[identity]

    def shown(self) -> Json:
        """Everything by its name, without the ids."""
        return {
            kind: {item["name"]: _without_ids(item) for item in items.values()}
            for kind, items in self.kinds.items()
        }


def _without_ids(item: Json) -> Json:
    # A mark holds a digest of what was made, ids included.
    unlike = ("id", "description")
    return {key: value for key, value in item.items() if not key.lower().endswith(unlike)}
