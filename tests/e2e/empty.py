"""A second cluster, of one node that has no image of ours, beside the one that all tests share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.families import NETWORK, Families, connect_pods, network
from tools import machine, node
from tools.artifacts import get
from tools.cluster import containers
from tools.cluster.api import Api
from tools.cluster.kind import environment
from tools.cluster.readiness import nodes_ready, pods_unready
from tools.cluster.waiting import SYSTEM, patient
from tools.machine import Docker, preflight
from tools.shell.paths import ROOT
from tools.shell.progress import wait_until
from tools.shell.run import call, output

NAME = "streaminglab-empty"
READY_SECONDS = 240.0
PREPARE_SECONDS = 600.0
DISK_BYTES = 12 * 10**9
"""Every image of ours three times over: in the registry, and packed and unpacked in the node."""
NETWORK_OF_KIND = "KIND_EXPERIMENTAL_DOCKER_NETWORK"
_PINNED = "io.cri-containerd.pinned"
# https://github.com/containerd/containerd/blob/main/docs/cri/registry.md
_HOSTS = (
    '[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/etc/containerd/certs.d"\n'
)


@dataclass(frozen=True)
class Empty:
    """``kubeconfig``: of its own; ``node``: the container that is its one node."""

    docker: Docker
    kubeconfig: Path
    node: str

    def on_the_node(self, commands: str, ca: Path) -> None:
        """What an administrator types on a node as root, with the CA's file beside him."""
        self.docker.run("cp", ca, f"{self.node}:/root/ca.crt")
        self.docker.run("exec", "-w", "/root", self.node, "sh", "-euc", commands)

    def prepare(self) -> None:
        """Install the operator, and bring the images of this machine."""
        done = subprocess.run(
            [sys.executable, "-m", "tools.lab", "prepare"], cwd=ROOT, capture_output=True,
            text=True, env={**os.environ, "KUBECONFIG": str(self.kubeconfig)},
            timeout=PREPARE_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.fail(f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")

    def images(self) -> set[str]:
        """Names of the images that the node has and that came without the node."""
        ctr = ["exec", self.node, "ctr", "-n", "k8s.io", "images", "ls", "-q"]
        names = set(self.docker.run(*ctr).split())
        # Those of the node image are marked, so that the kubelet never collects them.
        pinned = set(self.docker.run(*ctr, f"labels.{json.dumps(_PINNED)}==pinned").split())
        return names - pinned


def bridge_address() -> str:
    """An address of this machine that the nodes of kind reach: their network's gateway."""
    docker = machine.ensure()
    containers.ensure_network(docker)
    form = "{{(index .IPAM.Config 0).Gateway}}"
    return docker.run("network", "inspect", containers.CLUSTER, "--format", form)


@contextmanager
def empty_cluster(
    folder: Path, families: Families | None = None, more: Mapping[str, Any] | None = None
) -> Iterator[Empty]:
    """Made now, and gone at the end. What a killed run left behind goes first.

    ``families``: of the addresses of pods, Services and the node, if not of IPv4 alone; ``more``:
    of kind's configuration.
    """
    preflight.refuse(preflight.free_disk(), preflight.available_memory(), DISK_BYTES)
    docker = machine.ensure()
    found = Empty(docker, folder / "kubeconfig", f"{NAME}-control-plane")
    kind = str(get("kind") / "bin" / "kind")
    env = environment(docker) | ({NETWORK_OF_KIND: NETWORK} if families else {})
    named = ["--name", NAME, "--kubeconfig", str(found.kubeconfig)]
    delete = [kind, "delete", "cluster", *named]
    call(delete, env=env)
    (folder / "kind.json").write_text(json.dumps(_document(families, more or {})))
    create = [kind, "create", "cluster", *named, "--image", node.ensure(docker), "--wait", "0s"]
    with network(docker) if families else nullcontext():
        try:
            output([*create, "--config", str(folder / "kind.json")], env=env)
            api = Api.of(found.kubeconfig)
            wait_until("the API server", api.answers, READY_SECONDS)
            if families:
                connect_pods(docker, found.node, families)
            _wait(api)
            yield found
        finally:
            call(delete, env=env)


def _document(families: Families | None, more: Mapping[str, Any]) -> dict[str, Any]:
    """kind's configuration: https://kind.sigs.k8s.io/docs/user/configuration/."""
    return {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "networking": {
            "apiServerAddress": "127.0.0.1",
            **(families.networking() if families else {}),
        },
        "nodes": [{"role": "control-plane"}],
        "containerdConfigPatches": [_HOSTS],
        **more,
    }


def _wait(api: Api) -> None:
    wait_until("the node", patient(lambda: nodes_ready(api) == (1, 1)), READY_SECONDS)
    settled = patient(lambda: not pods_unready(api, *SYSTEM, restarted={}))
    wait_until("the system's pods", settled, READY_SECONDS)
