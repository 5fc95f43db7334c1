"""Twenty labs beside each other: each reaches what is its own, nothing of the other nineteen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl, LabHandle
from tests.e2e.courses import plain_pod
from tools.cluster.api import is_true
from tools.images import reference

pytestmark = pytest.mark.exclusive

NAMESPACES, LABS_EACH = 10, 2
READY_SECONDS = 480.0
SPEC: dict[str, Any] = {
    "profile": "nano",
    "weather": False,
    # All twenty fit on one node of two cores.
    "kafka": {"topics": [], "resources": {"cpu": "20m"}},
    "sftp": {"resources": {"cpu": "10m"}},
    "page": {"enabled": False},
    # Two labs share a namespace: what lies in it is not open to all of its pods.
    "access": {"namespacePods": False},
}
OWN = ("kafka", "sftp")
PROBE = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor

def reached(target):
    try:
        socket.create_connection(tuple(target), 3).close()
    except OSError:
        return False
    return True

targets = json.load(sys.stdin)
with ThreadPoolExecutor(128) as pool:
    found = list(pool.map(reached, targets))
print(json.dumps([t for t, yes in zip(targets, found) if yes]))
"""
CLIENT = "probe"

Target = tuple[str, int]


def _client(lab: LabHandle) -> None:
    """A pod by which somebody of this lab comes: it has the labels of the lab's clients."""
    pod = plain_pod(
        f"{CLIENT}-{lab.name}",
        reference("jobs"),
        command=["python3", "-c", "import time; time.sleep(3600)"],
    )
    pod["metadata"]["labels"] = {
        "streaminglab.dev/lab": lab.name,
        "app.kubernetes.io/component": "client",
    }
    lab.kubectl.api.create(pod, lab.namespace)


def _reached(lab: LabHandle, targets: Iterable[Target]) -> set[Target]:
    """To which of these a client of the lab can connect."""
    probe = ("python3", "-c", PROBE)
    words = ("exec", "-i", "-n", lab.namespace, f"{CLIENT}-{lab.name}", "--", *probe)
    said = lab.kubectl(*words, stdin=json.dumps(list(targets)))
    return {(host, port) for host, port in json.loads(said.stdout)}


def _targets(lab: LabHandle, components: Iterable[str] = ()) -> set[Target]:
    """Every port that the containers of a lab (or of some components) name, by address."""
    found = set()
    for pod in lab.items("pods", f"streaminglab.dev/lab={lab.name}"):
        component = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        if components and component not in components:
            continue
        for container in pod["spec"]["containers"]:
            for port in container.get("ports", []):
                found.add((pod["status"]["podIP"], port["containerPort"]))
    return found


def _own(lab: LabHandle) -> set[Target]:
    """What the lab's Services offer to clients, at the addresses of the pods behind them."""
    offered = {
        port["port"]
        for component in OWN
        for port in lab.get("service", f"{lab.name}-{component}")["spec"]["ports"]
    }
    return {(host, port) for host, port in _targets(lab, OWN) if port in offered}


def _client_is_ready(lab: LabHandle) -> bool:
    return is_true(lab.get("pod", f"{CLIENT}-{lab.name}"), "Ready")


def test_each_of_twenty_labs_reaches_its_own_and_nothing_of_the_others(
    kubectl: Kubectl, make_namespace: Callable[[], str]
) -> None:
    homes = [make_namespace() for _ in range(NAMESPACES)]
    labs = [LabHandle(kubectl, home, f"lab{n}") for home in homes for n in range(LABS_EACH)]
    for lab in labs:
        lab.apply(SPEC)
        _client(lab)
    for lab in labs:
        lab.wait("Ready", seconds=READY_SECONDS)
        lab.until(partial(_client_is_ready, lab), "the client's pod is ready")

    own = [_own(lab) for lab in labs]
    every = [_targets(lab) for lab in labs]
    assert all(len(each) >= len(OWN) for each in own)
    for index, lab in enumerate(labs):
        others = set().union(*every[:index], *every[index + 1 :])
        assert len(others) >= (len(labs) - 1) * len(OWN)
        assert _reached(lab, others | own[index]) == own[index]
