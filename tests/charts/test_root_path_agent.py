"""The registry's agent in a real JVM, before a server that says what it was asked."""

import http.client
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.charts.support import CHARTS
from tests.patience import PATIENCE
from tools.machine.ports import free_port

JAR = CHARTS / "schema-registry" / "files" / "root-path-agent.jar"
IDLE = """
public class Idle {
    public static void main(String[] none) throws Exception { System.in.read(); }
}
"""
JSON = "application/vnd.schemaregistry.v1+json"


class Behind(BaseHTTPRequestHandler):
    """Apicurio's place: answers with what it was asked."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path.endswith("/nothing"):
            self.send_response(204)
            self.end_headers()
            return
        found = {
            "asked": f"{self.command} {self.path}",
            "body": body,
            "type": self.headers.get("Content-Type"),
            "auth": self.headers.get("Authorization"),
        }
        text = json.dumps(found).encode()
        self.send_response(404 if self.path.endswith("/missing") else 200)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

    def log_message(self, *_: object) -> None:
        """Silent."""


@dataclass
class Answer:
    status: int
    text: str
    type: str | None
    found: dict[str, str | None] = field(default_factory=dict)


class Registry:
    """A JVM with the agent, and what stands behind it."""

    def __init__(self, folder: Path, port: int, behind: int) -> None:
        source = folder / "Idle.java"
        source.write_text(IDLE)
        self.port = port
        self.process = subprocess.Popen(
            ["java", f"-javaagent:{JAR}={port},{behind}", "-XX:TieredStopAtLevel=1", str(source)],
            stdin=subprocess.PIPE,
        )

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> Answer:
        deadline = time.monotonic() + PATIENCE
        while True:
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                client.request(method, path, body, headers)
                answer = client.getresponse()
                text = answer.read().decode()
                asked = json.loads(text) if '"asked"' in text else {}
                return Answer(answer.status, text, answer.getheader("Content-Type"), asked)
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "the agent never answered"
                time.sleep(0.1)
            finally:
                client.close()


@pytest.fixture(scope="module")
def behind() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


@pytest.fixture
def registry(tmp_path: Path, behind: int) -> Iterator[Registry]:
    found = Registry(tmp_path, free_port(), behind)
    yield found
    found.process.kill()
    found.process.communicate()


def test_confluents_api_is_there_without_a_path(registry: Registry) -> None:
    body = '{"schema": "\\"string\\""}'
    done = registry.ask("/subjects/a-value/versions", "POST", body, **{"Content-Type": JSON})
    assert (done.status, done.type) == (200, JSON)
    assert done.found["asked"] == "POST /apis/ccompat/v7/subjects/a-value/versions"
    assert (done.found["body"], done.found["type"]) == (body, JSON)


def test_what_has_its_path_already_keeps_it(registry: Registry) -> None:
    for path in ("/apis/ccompat/v7/subjects", "/apis/registry/v3/system/info"):
        assert registry.ask(path).found["asked"] == f"GET {path}"


def test_names_and_questions_arrive_as_they_were_written(registry: Registry) -> None:
    path = "/subjects/a%2Fb%20c-value/versions?deleted=true&normalize=a%26b"
    assert registry.ask(path).found["asked"] == f"GET /apis/ccompat/v7{path}"
    assert registry.ask("/config", Authorization="Basic eA==").found["auth"] == "Basic eA=="


def test_the_root_says_that_it_is_there_as_confluents_does(registry: Registry) -> None:
    assert registry.ask("/") == Answer(200, "{}", JSON)


def test_errors_and_answers_without_a_body_are_passed_on(registry: Registry) -> None:
    assert registry.ask("/missing").status == 404
    assert (registry.ask("/nothing", "DELETE").status, registry.ask("/nothing").text) == (204, "")
    assert registry.ask("/subjects", "HEAD").text == ""


def test_a_registry_that_does_not_answer_is_an_error_in_confluents_form(
    tmp_path: Path,
) -> None:
    alone = Registry(tmp_path, free_port(), 1)
    try:
        answer = alone.ask("/subjects")
        found = json.loads(answer.text)
        assert (answer.status, found["error_code"]) == (502, 502)
        assert "does not answer" in found["message"]
    finally:
        alone.process.kill()
        alone.process.communicate()


def test_a_connection_is_kept_for_many_requests(registry: Registry) -> None:
    registry.ask("/subjects")
    client = http.client.HTTPConnection("127.0.0.1", registry.port, timeout=PATIENCE)
    client.connect()
    kept = client.sock
    for number in range(20):
        client.request("POST", f"/subjects/{number}", "{}")
        assert json.loads(client.getresponse().read())["body"] == "{}"
        assert client.sock is kept
    client.close()


def test_the_jar_is_small_enough_for_a_config_map() -> None:
    assert JAR.stat().st_size < 16_384


def test_the_agent_does_not_keep_a_finished_jvm_alive(registry: Registry) -> None:
    registry.ask("/subjects")
    registry.process.communicate(b"x", timeout=PATIENCE)
    assert registry.process.returncode == 0
