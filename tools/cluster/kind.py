"""The engine that makes a local cluster with kind."""

from __future__ import annotations

import json
from pathlib import Path

from tools.artifacts import get
from tools.cluster import (
    cleanup,
    containers,
    docker,
    kubectl,
    loading,
    locks,
    node_source,
    paths,
    preflight,
)
from tools.cluster.engine import Status
from tools.cluster.errors import ClusterError
from tools.cluster.kind_config import config_text, wanted_port
from tools.cluster.run import say, step, stream, wait_until

READY_SECONDS = 180
RESTART_SECONDS = 120
LOCK, BUSY = "cluster", "makes or removes the cluster"
SYSTEM = ("kube-system", "local-path-storage")
"""Namespaces whose pods must be Ready before a cluster is called up."""


class KindEngine:
    """A cluster in containers of this machine; Docker and the node image are had on the way."""

    name = "kind"

    def kubeconfig(self) -> Path:
        """The kubeconfig that kind wrote."""
        path = paths.kubeconfig()
        if not path.exists():
            raise ClusterError("there is no local cluster", "make one with `make cluster`")
        return path

    def up(self, nodes: int) -> Path:
        """Have a cluster whose nodes, DNS, network and storage are ready."""
        if docker.find() is None:
            preflight.refuse(preflight.free_disk(), preflight.available_memory())
        host = docker.ensure()
        say(f"Docker: {host}")
        with locks.hold(LOCK, BUSY) as lock:
            found = containers.find(host)
            if found and self.keep(host, found, nodes):
                return paths.kubeconfig()
            if found:
                self.delete(host)
            self.create(host, nodes, lock)
        return paths.kubeconfig()

    def keep(self, host: str, found: list[containers.Node], wanted: int) -> bool:
        """Whether the cluster that is there can go on; starts its nodes when they stopped."""
        if not complete_marker().exists():
            say("an earlier `up` was interrupted while it made the cluster: made anew")
            return False
        if len(found) != wanted:
            raise ClusterError(
                f"the cluster has {len(found)} node(s), and NODES={wanted} is asked for",
                "remove it first with `make cluster-down`, or ask for what is there",
            )
        if node_source.outdated(host, found[0].image):
            say("  its nodes are older than this checkout: `make cluster-down` renews them")
        if all(node.state == "running" for node in found) and ready(host, found):
            say("the cluster is up")
            return True
        with step("start the nodes of the cluster that is there"):
            try:
                containers.start(host, found)
                wait_ready(host, wanted, RESTART_SECONDS)
            except ClusterError as error:
                say(f"it does not come back ({error.cause.splitlines()[0]}): made anew")
                return False
        return True

    def create(self, host: str, wanted: int, lock: int) -> None:
        """Make the cluster from nothing; kind holds our lock too."""
        preflight.refuse(
            preflight.free_disk(), preflight.available_memory(), preflight.CLUSTER_DISK_BYTES
        )
        preflight.refuse_port(wanted_port())
        image = node_source.ensure(host)
        kind = get("kind") / "bin" / "kind"
        state = paths.state_dir()
        state.mkdir(parents=True, exist_ok=True)
        (state / "kind.yaml").write_text(config_text(wanted, wanted_port()))
        containers.ensure_network(host)
        args = ["create", "cluster", "--name", containers.CLUSTER, "--image", image]
        files = ["--config", str(state / "kind.yaml"), "--kubeconfig", str(paths.kubeconfig())]
        with step(f"kind makes {wanted} node(s)"):
            # kind marks what it has done; the rest of its words is for people who call it.
            words = [str(kind), *args, *files, "--wait", "0s"]
            stream(words, wanted="✓", env=environment(host), inherit=(lock,))
        with step("nodes, network, DNS and storage become ready"):
            wait_ready(host, wanted, READY_SECONDS)
        complete_marker().write_text(json.dumps({"image": image, "nodes": wanted, "host": host}))

    def delete(self, host: str) -> None:
        """Remove the nodes and what they held."""
        complete_marker().unlink(missing_ok=True)
        with step("remove the nodes"):
            for node in containers.find(host):
                containers.docker(host, "rm", "-f", "-v", node.name)
            paths.kubeconfig().unlink(missing_ok=True)

    def load(self, images: list[str]) -> None:
        """Put images of the local Docker into every node that lacks them."""
        host = docker.ensure()
        found = containers.find(host)
        if not found:
            raise ClusterError("there is no local cluster", "make one with `make cluster`")
        loading.load(host, [node.name for node in found], images)

    def status(self) -> Status:
        """What runs; starts nothing."""
        host = docker.find()
        found = containers.find(host) if host else []
        facts = {"Docker": host or "none answers"}
        for node in found:
            facts[f"node {node.name}"] = f"{node.state}, {node.image}"
        if not found:
            return Status(self.name, False, facts=facts)
        running = [node.name for node in found if node.state == "running"]
        if host and running:
            facts["images loaded"] = ", ".join(loading.listed(host, running[0])) or "none"
        config = paths.kubeconfig()
        up = config.exists() and kubectl.answers(config)
        return Status(self.name, up, config if config.exists() else None, facts)

    def down(self) -> None:
        """Remove cluster and network; and Docker's engine, when it was ours."""
        with locks.hold(LOCK, BUSY):
            host = docker.find()
            if host:
                if containers.find(host):
                    self.delete(host)
                containers.remove_network(host)
            cleanup.remove_everything()


def complete_marker() -> Path:
    """Written last by `up`; without it the cluster is half made."""
    return paths.state_dir() / "complete.json"


def environment(host: str) -> dict[str, str]:
    """What kind reads from its environment."""
    return {
        "DOCKER_HOST": host,
        "KIND_EXPERIMENTAL_PROVIDER": "docker",
        "KIND_EXPERIMENTAL_DOCKER_NETWORK": containers.CLUSTER,
    }


def ready(host: str, found: list[containers.Node]) -> bool:
    """Whether API server, every node and every system pod is ready now."""
    config = paths.kubeconfig()
    if not config.exists() or not kubectl.answers(config):
        return False
    up, known = kubectl.nodes_ready(config)
    return up == known == len(found) and not unready_pods(host)


def unready_pods(host: str) -> list[str]:
    """System pods that are late; what is older than the start of its node is not believed."""
    since = containers.started(host, containers.find(host))
    return kubectl.pods_unready(paths.kubeconfig(), *SYSTEM, restarted=since)


def wait_ready(host: str, wanted: int, seconds: float) -> None:
    """Wait until nodes and system pods are ready; names what is late when they are not."""
    config = paths.kubeconfig()
    wait_until("the API server", lambda: kubectl.answers(config), seconds)
    wait_until("every node", lambda: kubectl.nodes_ready(config) == (wanted, wanted), seconds)
    late: list[str] = []

    def settled() -> bool:
        late[:] = unready_pods(host)
        return not late

    try:
        wait_until("the system's pods", settled, seconds, pause=0.5)
    except ClusterError as error:
        raise ClusterError(f"{error.cause}: {', '.join(late)}") from error
