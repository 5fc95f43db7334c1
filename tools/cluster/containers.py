"""The containers that are nodes of our cluster, and the network between them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tools.cluster.run import call

CLUSTER = "streaminglab"
"""Name of our kind cluster and of its Docker network."""

LABEL = "io.x-k8s.kind.cluster"
BRIDGE = "slab0"
"""Interface of the nodes' network: a fixed name, so that `down` knows it for its own."""


@dataclass(frozen=True)
class Node:
    """One node's container."""

    name: str
    state: str
    """Docker's word: created, running, paused, exited, dead."""
    image: str


def docker(host: str, *args: str, check: bool = True) -> str:
    """Run a docker command at a host and return what it printed."""
    return call(["docker", "--host", host, *args], check=check).stdout.strip()


def find(host: str, cluster: str = CLUSTER) -> list[Node]:
    """Nodes of a kind cluster, by name."""
    form = '{"name": "{{.Names}}", "state": "{{.State}}", "image": "{{.Image}}"}'
    listed = docker(host, "ps", "-a", "--filter", f"label={LABEL}={cluster}", "--format", form)
    found: list[dict[str, Any]] = [json.loads(line) for line in listed.splitlines()]
    return sorted((Node(**entry) for entry in found), key=lambda node: node.name)


def start(host: str, found: list[Node]) -> None:
    """Start the nodes that do not run; the control plane first, for the others look for it."""
    for node in sorted(found, key=lambda n: not n.name.endswith("control-plane")):
        if node.state == "paused":
            docker(host, "unpause", node.name)
        elif node.state != "running":
            docker(host, "start", node.name)


def started(host: str, found: list[Node]) -> dict[str, str]:
    """Node -> when it was started last (UTC, whole seconds, as Kubernetes writes times)."""
    names = [node.name for node in found]
    if not names:
        return {}
    form = "{{.Name}} {{.State.StartedAt}}"
    lines = docker(host, "inspect", "--format", form, *names).splitlines()
    pairs = (line.removeprefix("/").split() for line in lines)
    return {name: f"{moment[:19]}Z" for name, moment in pairs}


def ensure_network(host: str) -> None:
    """The network that kind puts nodes in; made here because its interface needs a name."""
    if not docker(host, "network", "ls", "-q", "--filter", f"name=^{CLUSTER}$"):
        options = {
            "com.docker.network.bridge.name": BRIDGE,
            "com.docker.network.driver.mtu": bridge_mtu(host),
        }
        flags = [word for k, v in options.items() for word in ("-o", f"{k}={v}")]
        docker(host, "network", "create", "-d", "bridge", *flags, CLUSTER)


def bridge_mtu(host: str) -> str:
    """Largest packet of Docker's default bridge, which the engine knows."""
    option = '{{index .Options "com.docker.network.driver.mtu"}}'
    return docker(host, "network", "inspect", "bridge", "--format", option) or "1500"


def remove_network(host: str) -> None:
    """Take the nodes' network away, if it is there."""
    docker(host, "network", "rm", CLUSTER, check=False)
