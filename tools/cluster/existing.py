"""The engine that uses a cluster which somebody else made."""

from __future__ import annotations

import os
from pathlib import Path

from tools.cluster import containers, docker, kubectl, loading
from tools.cluster.engine import Status
from tools.cluster.errors import ClusterError
from tools.cluster.run import say

KIND_CONTEXT = "kind-"


class ExistingEngine:
    """A cluster named by a kubeconfig. It is used, and never changed or removed."""

    name = "existing"

    def __init__(self, named: str) -> None:
        self.named = named

    def kubeconfig(self) -> Path:
        """The file that KUBECONFIG names (its first, when it names several)."""
        first = self.named.split(os.pathsep)[0] or str(Path.home() / ".kube" / "config")
        path = Path(first).expanduser()
        if not path.exists():
            raise ClusterError(
                f"the kubeconfig {path} does not exist",
                "set KUBECONFIG to a file, or unset it for a local cluster",
            )
        return path

    def up(self, nodes: int) -> Path:  # noqa: ARG002 - it has the nodes it has
        """Check that the cluster answers and has a ready node and a default StorageClass."""
        config = self.kubeconfig()
        if not kubectl.answers(config):
            raise ClusterError(
                f"the cluster of {config} does not answer",
                "check it with `kubectl version`, or unset KUBECONFIG for a local cluster",
            )
        ready, known = kubectl.nodes_ready(config)
        say(f"{ready} of {known} node(s) are ready (NODES is not looked at here)")
        if ready == 0:
            raise ClusterError("no node of the cluster is ready", "see `kubectl get nodes`")
        if not default_class(config):
            say("  it has no default StorageClass: name one in the lab, or volumes stay pending")
        return config

    def load(self, images: list[str]) -> None:
        """Load into the nodes of a kind cluster; other clusters pull from a registry."""
        host = docker.find()
        cluster = self.kind_cluster()
        if host and cluster and containers.find(host, cluster):
            loading.into(host, cluster, images)
            return
        raise ClusterError(
            "images cannot be put into the nodes of this cluster from here",
            "push operator and jobs to a registry that it can reach and set IMAGE_PREFIX, for "
            "example IMAGE_PREFIX=registry.example/lab; all others are then pulled from upstream",
        )

    def kind_cluster(self) -> str:
        """Name of the kind cluster that the kubeconfig's current context is, or nothing."""
        context = kubectl.kubectl(self.kubeconfig(), "config", "current-context", check=False)
        context = context.strip()
        return context.removeprefix(KIND_CONTEXT) if context.startswith(KIND_CONTEXT) else ""

    def status(self) -> Status:
        """Whether it answers."""
        config = self.kubeconfig()
        return Status(self.name, kubectl.answers(config), config)

    def down(self) -> None:
        """Nothing: it is not ours."""
        say("this cluster was there before: nothing is removed")


def default_class(config: Path) -> str:
    """Name of the default StorageClass, or nothing."""
    found = kubectl.ask(config, "storageclasses")
    for item in found["items"] if found else []:
        notes = item["metadata"].get("annotations", {})
        if notes.get("storageclass.kubernetes.io/is-default-class") == "true":
            return str(item["metadata"]["name"])
    return ""
