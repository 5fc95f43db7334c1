"""The engine that uses a cluster which somebody else made."""

from __future__ import annotations

import os
from pathlib import Path

from kubernetes import config as kubeconfigs
from kubernetes.config.config_exception import ConfigException

from tools import machine
from tools.cluster import containers, loading
from tools.cluster.api import Api
from tools.cluster.engine import Status
from tools.cluster.readiness import default_class, nodes_ready
from tools.shell.errors import ToolError
from tools.shell.progress import say

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
            raise ToolError(
                f"the kubeconfig {path} does not exist",
                "set KUBECONFIG to a file, or unset it for a local cluster",
            )
        return path

    def up(self, nodes: int) -> Path:  # noqa: ARG002 - it has the nodes it has
        """Check that the cluster answers and has a ready node and a default StorageClass."""
        config = self.kubeconfig()
        api = Api.of(config)
        if not api.answers():
            raise ToolError(
                f"the cluster of {config} does not answer",
                "check it with `kubectl version`, or unset KUBECONFIG for a local cluster",
            )
        ready, known = nodes_ready(api)
        say(f"{ready} of {known} node(s) are ready (NODES is not looked at here)")
        if ready == 0:
            raise ToolError("no node of the cluster is ready", "see `kubectl get nodes`")
        if not default_class(api):
            say("  it has no default StorageClass: name one in the lab, or volumes stay pending")
        return config

    def load(self, images: list[str]) -> None:
        """Load into the nodes of a kind cluster; other clusters pull from a registry."""
        docker = machine.find()
        cluster = self.kind_cluster()
        if docker and cluster and (found := containers.find(docker, cluster)):
            loading.load(docker, [node.name for node in found], images)
            return
        raise ToolError(
            "images cannot be put into the nodes of this cluster from here",
            "push them to a registry that it can reach: `make publish REGISTRY=host/path`; then "
            "`REGISTRY=host/path make lab`",
        )

    def kind_cluster(self) -> str:
        """Name of the kind cluster that the kubeconfig's current context is, or nothing."""
        try:
            _, active = kubeconfigs.list_kube_config_contexts(str(self.kubeconfig()))
        except ConfigException:
            return ""
        context = str(active["name"])
        return context.removeprefix(KIND_CONTEXT) if context.startswith(KIND_CONTEXT) else ""

    def status(self) -> Status:
        """Whether it answers."""
        config = self.kubeconfig()
        return Status(self.name, Api.of(config).answers(), config)

    def down(self) -> None:
        """Nothing: it is not ours."""
        say("this cluster was there before: nothing is removed")
