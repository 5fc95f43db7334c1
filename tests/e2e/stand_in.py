"""Not MongoDB: a stand-in for it, because no package registry carries mongod.

It runs under the names that the lab's own MongoDB would have (`mongodb`, `onyxia-kafka-mongodb`),
with its user and its generated password. It keeps everything in memory and knows one database
server's worth of commands: enough for PyMongo and for MongoDB's source connector.
"""

from __future__ import annotations

from typing import Any

from tests.e2e.courses import Course, plain_pod
from tools.images import reference

NAME = "mongodb-stand-in"
PORT = 27017
USER = "student"


def start(lab: Course) -> str:
    """Start it in the lab's namespace; the user's password."""
    own = f"{lab.name}-mongodb"
    pod = plain_pod(
        NAME,
        reference(NAME),
        env=[
            {"name": "MONGO_INITDB_ROOT_USERNAME", "value": USER},
            {"name": "MONGO_INITDB_ROOT_PASSWORD", "valueFrom": {"secretKeyRef": _key(lab)}},
            {"name": "STAND_IN_HOST", "value": f"{own}:{PORT}"},
        ],
        readinessProbe={"tcpSocket": {"port": PORT}, "periodSeconds": 1},
    )
    pod["metadata"]["labels"] = {"app": NAME}
    lab.create(pod)
    for name in ("mongodb", own):
        lab.create(_service(name))
    lab.kubectl(
        "wait", "-n", lab.namespace, "--for=condition=Ready", f"pod/{NAME}", "--timeout=240s"
    )
    key = _key(lab)
    return lab.kubectl(
        "get", "secret", key["name"], "-n", lab.namespace, "-o",
        f"go-template={{{{index .data \"{key['key']}\" | base64decode}}}}",
    ).stdout  # fmt: skip


def _key(lab: Course) -> dict[str, str]:
    return {"name": f"{lab.name}-credentials", "key": "mongodb-password"}


def _service(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": {"app": NAME}, "ports": [{"port": PORT}]},
    }
