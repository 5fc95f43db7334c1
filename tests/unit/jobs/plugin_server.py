"""A repository on loopback: each path answers what a test put there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tools.machine.ports import free_port


@dataclass
class Answer:
    """One answer; ``announced`` is a Content-Length that may be a lie, None leaves it out."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = -1


class Repository:
    """Answers by path, the last one for ever; 404 for all others."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.seen: list[str] = []
        repository = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                repository.seen.append(self.path)
                waiting = repository.answers.get(self.path, [Answer(b"no", 404)])
                answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.announced is not None:
                    length = len(answer.body) if answer.announced < 0 else answer.announced
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def put(self, path: str, *answers: Answer | bytes) -> str:
        """Let ``path`` answer so, one after the other; returns the whole address."""
        self.answers[path] = [a if isinstance(a, Answer) else Answer(a) for a in answers]
        return self.url + path


@contextmanager
def serving() -> Iterator[Repository]:
    """A repository that answers until the end of the block."""
    found = Repository()
    thread = threading.Thread(target=found.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.http.shutdown()
    thread.join()
    found.http.server_close()


def nobody() -> str:
    """The address of a port of this machine where nobody listens."""
    return f"http://127.0.0.1:{free_port()}"
