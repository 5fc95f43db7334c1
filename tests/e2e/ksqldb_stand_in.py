"""Not ksqlDB: a double of its REST API, because no package registry has ksqlDB.

It runs under the names that a lab's own ksqlDB would have, knows no SQL, and remembers what it was
asked: so what a person types, and the way to the server, are tried, and nothing else.
"""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.courses import Course, plain_pod
from tools.images import reference

NAME = "ksqldb-stand-in"
PORT = 8088
TOPIC = "a_topic_of_the_stand_in"
PROGRAM = f"""
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOPICS = [{{"@type": "kafka_topics", "topics": [{{"name": "{TOPIC}", "replicaInfo": [1]}}]}}]

class Double(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer([])

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(json.dumps([self.path, asked]), flush=True)
        self.answer(TOPICS if asked["ksql"].startswith("SHOW TOPICS") else [])

    def answer(self, found):
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass

ThreadingHTTPServer(("", {PORT}), Double).serve_forever()
"""


def start(lab: Course) -> None:
    """Start it in the lab's namespace."""
    pod = plain_pod(
        NAME,
        reference("jobs"),
        command=["python3", "-c", PROGRAM],
        readinessProbe={"httpGet": {"path": "/healthcheck", "port": PORT}, "periodSeconds": 1},
    )
    pod["metadata"]["labels"] = {"app": NAME}
    lab.create(pod)
    for name in ("ksqldb-server", f"{lab.name}-ksqldb"):
        lab.create(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": name},
                "spec": {"selector": {"app": NAME}, "ports": [{"port": PORT}]},
            }
        )
    lab.kubectl(
        "wait", "-n", lab.namespace, "--for=condition=Ready", f"pod/{NAME}", "--timeout=240s"
    )


def asked(lab: Course) -> list[tuple[str, dict[str, Any]]]:
    """The path and the body of each question, in order."""
    said = lab.kubectl("logs", NAME, "-n", lab.namespace).stdout
    return [(path, body) for path, body in map(json.loads, said.splitlines())]
