"""The containers that are nodes of our cluster, and the network between them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tools.machine import Docker
from tools.machine.network_rules import NODES_BRIDGE

CLUSTER = "streaminglab"
"""Name of our kind cluster and of its Docker network."""

LABEL = "io.x-k8s.kind.cluster"


@dataclass(frozen=True)
class Node:
    """One node's container."""

    name: str
    state: str
    """Docker's word: created, running, paused, exited, dead."""
    image: str


def find(docker: Docker, cluster: str = CLUSTER) -> list[Node]:
    """Nodes of a kind cluster, by name."""
    form = '{"name": "{{.Names}}", "state": "{{.State}}", "image": "{{.Image}}"}'
    listed = docker.run("ps", "-a", "--filter", f"label={LABEL}={cluster}", "--format", form)
    found: list[dict[str, Any]] = [json.loads(line) for line in listed.splitlines()]
    return sorted((Node(**entry) for entry in found), key=lambda node: node.name)


def start(docker: Docker, found: list[Node]) -> None:
    """Start the nodes that do not run; the control plane first, for the others look for it."""
    for node in sorted(found, key=lambda n: not n.name.endswith("control-plane")):
        if node.state == "paused":
            docker.run("unpause", node.name)
        elif node.state != "running":
            docker.run("start", node.name)


def started(docker: Docker, found: list[Node]) -> dict[str, str]:
    """Node -> when it was started last (UTC, whole seconds, as Kubernetes writes times)."""
    names = [node.name for node in found]
    if not names:
        return {}
    form = "{{.Name}} {{.State.StartedAt}}"
    lines = docker.run("inspect", "--format", form, *names).splitlines()
    pairs = (line.removeprefix("/").split() for line in lines)
    return {name: f"{moment[:19]}Z" for name, moment in pairs}


def ensure_network(docker: Docker) -> None:
    """The network that kind puts nodes in; made here because its interface needs a name."""
    if not docker.run("network", "ls", "-q", "--filter", f"name=^{CLUSTER}$"):
        options = {
            "com.docker.network.bridge.name": NODES_BRIDGE,
            "com.docker.network.driver.mtu": bridge_mtu(docker),
        }
        flags = [word for k, v in options.items() for word in ("-o", f"{k}={v}")]
        docker.run("network", "create", "-d", "bridge", *flags, CLUSTER)


def bridge_mtu(docker: Docker) -> str:
    """Largest packet of Docker's default bridge, which the engine knows."""
    option = '{{index .Options "com.docker.network.driver.mtu"}}'
    return docker.run("network", "inspect", "bridge", "--format", option) or "1500"


def remove_network(docker: Docker) -> None:
    """Take the nodes' network away, if it is there."""
    docker.run("network", "rm", CLUSTER, check=False)
