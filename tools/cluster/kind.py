"""The engine that makes a local cluster with kind."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools import machine, node
from tools.artifacts import get
from tools.cluster import audit, containers, loading
from tools.cluster.api import Api
from tools.cluster.engine import Status
from tools.cluster.waiting import ready, wait_ready
from tools.machine import Docker, cleanup, preflight
from tools.shell import paths
from tools.shell.errors import ToolError
from tools.shell.lock import hold
from tools.shell.progress import say, step
from tools.shell.run import stream

READY_SECONDS = 180
RESTART_SECONDS = 120
BUSY = "makes or removes the cluster"


class KindEngine:
    """A cluster in containers of this machine; Docker and the node image are had on the way."""

    name = "kind"

    def kubeconfig(self) -> Path:
        """The kubeconfig that kind wrote."""
        path = paths.kubeconfig()
        if not path.exists():
            raise ToolError("there is no local cluster", "make one with `make cluster`")
        return path

    def up(self, nodes: int) -> Path:
        """Have a cluster whose nodes, DNS, network and storage are ready."""
        if machine.find() is None:
            preflight.refuse(preflight.free_disk(), preflight.available_memory())
        docker = machine.ensure()
        say(f"Docker: {docker.host}")
        with hold(lock_file(), BUSY) as lock:
            found = containers.find(docker)
            if found and self.keep(docker, found, nodes):
                return paths.kubeconfig()
            if found:
                self.delete(docker)
            self.create(docker, nodes, lock)
        return paths.kubeconfig()

    def keep(self, docker: Docker, found: list[containers.Node], wanted: int) -> bool:
        """Whether the cluster that is there can go on; starts its nodes when they stopped."""
        if not complete_marker().exists():
            say("an earlier `up` was interrupted while it made the cluster: made anew")
            return False
        if len(found) != wanted:
            raise ToolError(
                f"the cluster has {len(found)} node(s), and NODES={wanted} is asked for",
                "remove it first with `make cluster-down`, or ask for what is there",
            )
        if node.outdated(docker, found[0].image):
            say("  its nodes are older than this checkout: `make cluster-down` renews them")
        if all(each.state == "running" for each in found) and ready(docker, found):
            say("the cluster is up")
            return True
        with step("start the nodes of the cluster that is there"):
            try:
                containers.start(docker, found)
                wait_ready(docker, wanted, RESTART_SECONDS)
            except ToolError as error:
                say(f"it does not come back ({error.cause.splitlines()[0]}): made anew")
                return False
        return True

    def create(self, docker: Docker, wanted: int, lock: int) -> None:
        """Make the cluster from nothing; kind holds our lock too."""
        preflight.refuse(
            preflight.free_disk(), preflight.available_memory(), preflight.CLUSTER_DISK_BYTES
        )
        preflight.refuse_port(wanted_port())
        image = node.ensure(docker)
        kind = get("kind") / "bin" / "kind"
        state = paths.state_dir()
        state.mkdir(parents=True, exist_ok=True)
        policy = state / "audit-policy.yaml"
        policy.write_text(audit.policy_text())
        (state / "kind.yaml").write_text(config_text(wanted, wanted_port(), policy))
        containers.ensure_network(docker)
        args = ["create", "cluster", "--name", containers.CLUSTER, "--image", image]
        files = ["--config", str(state / "kind.yaml"), "--kubeconfig", str(paths.kubeconfig())]
        with step(f"kind makes {wanted} node(s)"):
            # kind marks what it has done; the rest of its words is for people who call it.
            words = [str(kind), *args, *files, "--wait", "0s"]
            stream(words, wanted="✓", env=environment(docker), inherit=(lock,))
        with step("nodes, network, DNS and storage become ready"):
            wait_ready(docker, wanted, READY_SECONDS)
        facts = {"image": image, "nodes": wanted, "host": docker.host}
        complete_marker().write_text(json.dumps(facts))

    def delete(self, docker: Docker) -> None:
        """Remove the nodes and what they held."""
        complete_marker().unlink(missing_ok=True)
        with step("remove the nodes"):
            for found in containers.find(docker):
                docker.run("rm", "-f", "-v", found.name)
            paths.kubeconfig().unlink(missing_ok=True)

    def load(self, images: list[str]) -> None:
        """Put images of the local Docker into every node that lacks them."""
        docker = machine.ensure()
        found = containers.find(docker)
        if not found:
            raise ToolError("there is no local cluster", "make one with `make cluster`")
        loading.load(docker, [each.name for each in found], images)

    def audited(self) -> Iterator[dict[str, Any]]:
        """The events of the API server's audit log; nothing of a cluster made before it had one."""
        docker = machine.ensure()
        for found in containers.find(docker):
            if found.name.endswith("control-plane"):
                yield from audit.entries(docker, found.name)

    def status(self) -> Status:
        """What runs; starts nothing."""
        docker = machine.find()
        found = containers.find(docker) if docker else []
        facts = {"Docker": docker.host if docker else "none answers"}
        for each in found:
            facts[f"node {each.name}"] = f"{each.state}, {each.image}"
        if not found:
            return Status(self.name, False, facts=facts)
        running = [each.name for each in found if each.state == "running"]
        if docker and running:
            facts["images loaded"] = ", ".join(loading.listed(docker, running[0])) or "none"
        config = paths.kubeconfig()
        up = config.exists() and Api.of(config).answers()
        return Status(self.name, up, config if config.exists() else None, facts)

    def down(self) -> None:
        """Remove cluster and network; and Docker's engine, when it was ours."""
        with hold(lock_file(), BUSY):
            docker = machine.find()
            if docker:
                if containers.find(docker):
                    self.delete(docker)
                containers.remove_network(docker)
            cleanup.remove_everything()


def complete_marker() -> Path:
    """Written last by `up`; without it the cluster is half made."""
    return paths.state_dir() / "complete.json"


def lock_file() -> Path:
    """The lock of everything that makes or removes the cluster."""
    return paths.cache_dir() / "cluster.lock"


def environment(docker: Docker) -> dict[str, str]:
    """What kind reads from its environment."""
    return {
        "DOCKER_HOST": docker.host,
        "KIND_EXPERIMENTAL_PROVIDER": "docker",
        "KIND_EXPERIMENTAL_DOCKER_NETWORK": containers.CLUSTER,
    }


def wanted_port() -> int:
    """Port of 127.0.0.1 for the API server, from API_PORT; 0 lets a free one be found."""
    text = os.environ.get("API_PORT", "0")
    if not text.isdigit() or int(text) > 65535:  # noqa: PLR2004 - the last port there is
        raise ToolError(f"API_PORT={text} is no port", "give a number from 1024 to 65535")
    return int(text)


def config_text(nodes: int, port: int, policy: Path) -> str:
    """kind's configuration, as JSON, which is YAML too: one control plane, the others workers.

    ``policy``: the file with the API server's audit policy.
    """
    control_plane = {"role": "control-plane", **audit.control_plane(str(policy))}
    networking: dict[str, str | int] = {"apiServerAddress": "127.0.0.1"}
    if port:
        networking["apiServerPort"] = port
    document = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "networking": networking,
        "nodes": [control_plane, *[{"role": "worker"}] * (nodes - 1)],
    }
    return json.dumps(document, indent=2) + "\n"
