"""A real HTTP server on loopback that plays InfluxDB: for our own requests and for its client."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from streaminglab_jobs.influx.answers import Refused
from streaminglab_jobs.influx.client import connect
from tests.patience import PATIENCE


class Server:
    """Answers every request with what it was told to."""

    def __init__(self) -> None:
        self.status = 200
        self.body = b"{}"
        self.cut = 0
        self.seen: list[tuple[str, str, str | None]] = []
        self.bodies: list[bytes] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
                server.seen.append((self.command, self.path, self.headers["Authorization"]))
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(server.body) + server.cut))
                self.end_headers()
                self.wfile.write(server.body)
                if server.cut:
                    self.close_connection = True

            do_GET = do_PUT = do_PATCH = do_DELETE = do_POST

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@contextmanager
def serving(server: Any) -> Iterator[Any]:
    """Serve ``server.http`` in a thread for as long as the block lasts."""
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        thread.join()
        server.http.server_close()


class FakeApi:
    """The collections of InfluxDB's API as dictionaries; counts what was changed."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, dict[str, Any]]] = {
            "orgs": {"o1": {"id": "o1", "name": "myorg"}},
        }
        self.changes: list[tuple[str, str]] = []
        self.refuse: Refused | None = None
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                parts = urlsplit(self.path)
                try:
                    answer = api.call(
                        self.command,
                        parts.path,
                        dict(parse_qsl(parts.query)),
                        json.loads(sent) if sent else None,
                    )
                    status = 200 if answer is not None else 204
                except Refused as error:
                    status, answer = error.status, {"message": str(error)}
                body = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_PATCH = do_DELETE = do_POST

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.client = connect(f"http://127.0.0.1:{self.http.server_port}", "t", timeout=PATIENCE)

    def call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None
    ) -> Any:
        kind, _, identity = path.removeprefix("/api/v2/").partition("/")
        items = self.kinds.setdefault(kind, {})
        if method == "GET":
            return {kind: self._list(items, query or {})}
        if self.refuse:
            raise self.refuse
        self.changes.append((method, kind))
        if method == "POST":
            identity = f"{kind}-{len(self.changes)}"
            items[identity] = {**body, "id": identity}
        elif method == "DELETE":
            del items[identity]
            return None
        elif method == "PATCH":
            items[identity].update(body)
        else:
            items[identity] = {**body, "id": identity}
        return items[identity]

    def _list(self, items: dict[str, Any], query: dict[str, str]) -> list[dict[str, Any]]:
        name = query.get("name") or query.get("org")
        found = [i for i in items.values() if name is None or i["name"] == name]
        offset = int(query.get("offset", "0"))
        return found[offset : offset + int(query.get("limit", "1000"))]

    def names(self, kind: str) -> set[str]:
        return {i["name"] for i in self.kinds.get(kind, {}).values()}
