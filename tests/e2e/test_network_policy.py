"""NetworkPolicy is enforced here: every other test about who may talk to whom leans on this.

Without an enforcer a cluster takes policies and ignores them; a test that finds no connection
where none was allowed would then pass or fail by chance.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl
from tests.patience import PATIENCE
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE

pytestmark = pytest.mark.enforcement

SERVER = """
import socketserver, threading
servers = [socketserver.TCPServer(("", port), socketserver.BaseRequestHandler)
           for port in (8000, 8001)]
for server in servers[1:]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
servers[0].serve_forever()
"""
CLIENT = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)"
IDLE = "import time; time.sleep(3600)"
POLICY_SECONDS = PATIENCE


def python_image(kubectl: Kubectl) -> str:
    """An image with Python that the cluster can certainly run: the operator's."""
    path = "jsonpath={.spec.template.spec.containers[0].image}"
    found = kubectl("get", "deployment", OPERATOR, "-n", OPERATOR_NAMESPACE, "-o", path)
    return found.stdout.strip()


def pod(name: str, image: str, program: str) -> dict[str, Any]:
    """A restricted pod, labelled role=<name>."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"role": name}},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": "main",
                    "image": image,
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["python3", "-c", program],
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                    },
                }
            ],
        },
    }


POLICY: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "server"},
    "spec": {
        "podSelector": {"matchLabels": {"role": "server"}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [{"podSelector": {"matchLabels": {"role": "friend"}}}],
                "ports": [{"port": 8000}],
            }
        ],
    },
}


def start(kubectl: Kubectl, namespace: str, programs: dict[str, str]) -> None:
    """Start pods and wait until they are ready."""
    image = python_image(kubectl)
    for name, program in programs.items():
        body = json.dumps(pod(name, image, program))
        kubectl("create", "-n", namespace, "-f", "-", stdin=body)
    names = [f"pod/{name}" for name in programs]
    kubectl("wait", "-n", namespace, "--for=condition=Ready", *names, "--timeout=240s")


def test_a_policy_lets_through_what_it_names_and_nothing_else(
    kubectl: Kubectl, make_namespace: Callable[[], str]
) -> None:
    here, elsewhere = make_namespace(), make_namespace()
    start(kubectl, here, {"server": SERVER, "friend": IDLE, "stranger": IDLE})
    start(kubectl, elsewhere, {"friend": IDLE})
    address = kubectl(
        "get", "pod", "server", "-n", here, "-o", "jsonpath={.status.podIP}"
    ).stdout.strip()

    def connects(namespace: str, client: str, port: int) -> bool:
        words = ["python3", "-c", CLIENT, address, str(port)]
        done = kubectl("exec", "-n", namespace, client, "--", *words, check=False)
        return done.returncode == 0

    every = [(here, "friend", 8000), (here, "stranger", 8000), (here, "friend", 8001),
             (elsewhere, "friend", 8000)]  # fmt: skip
    assert all(connects(*way) for way in every), "without a policy every pod reaches the server"

    kubectl("create", "-n", here, "-f", "-", stdin=json.dumps(POLICY))

    deadline = time.monotonic() + POLICY_SECONDS
    while connects(here, "stranger", 8000) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert [connects(*way) for way in every] == [True, False, False, False]
