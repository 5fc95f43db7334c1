"""Which node image to use: pulled where a registry answers, else assembled here."""

from __future__ import annotations

import os

from tools.artifacts import store
from tools.artifacts.versions import pin
from tools.cluster import node_image, parts, preflight
from tools.cluster.docker import is_debian
from tools.cluster.errors import ClusterError
from tools.cluster.run import call, say, step

PULL_SECONDS = 600
CHOICES = ("auto", "pull", "assemble")


def assembled(host: str) -> node_image.NodeImage:
    """The recipe of the assembled image, as it is pinned now."""
    return node_image.NodeImage(
        name="node-image", about="a kind node, assembled", seconds=120,
        part_keys=parts.keys(), host=host,
    )  # fmt: skip


def outdated(host: str, reference: str) -> bool:
    """Whether a node was assembled from other inputs than those of this checkout."""
    recipe = assembled(host)
    ours = reference.startswith(recipe.reference.partition(":")[0] + ":")
    return ours and reference != recipe.reference


def ensure(host: str) -> str:
    """A reference that Docker at `host` has; NODE_IMAGE=pull or assemble forces the way."""
    wish = os.environ.get("NODE_IMAGE", "") or "auto"
    if wish not in CHOICES:
        raise ClusterError(f"NODE_IMAGE={wish} is unknown", f"use one of {', '.join(CHOICES)}")
    upstream = pin("upstream", "kind-node")
    recipe = assembled(host)
    if wish == "auto" and node_image.present(host, upstream):
        wish = "pull"
    have = node_image.present(host, recipe.reference) or store.path_of(recipe).is_dir()
    if wish == "auto" and have:
        wish = "assemble"
    if wish != "assemble":
        if pull(host, upstream):
            return upstream
        if wish == "pull":
            raise ClusterError(f"{upstream} cannot be pulled", "use NODE_IMAGE=assemble on Debian")
        say("no image registry answers: the node image is assembled from packages")
    return assemble(host, recipe)


def pull(host: str, reference: str) -> bool:
    """Whether Docker has, or could pull, the image."""
    if node_image.present(host, reference):
        return True
    with step(f"pull {reference.partition('@')[0]}"):
        args = ["docker", "--host", host, "pull", "-q", reference]
        return call(args, check=False, timeout=PULL_SECONDS).returncode == 0


def assemble(host: str, recipe: node_image.NodeImage) -> str:
    """Have the assembled image in Docker: there, from the cache, or made now."""
    if not is_debian() and not store.path_of(recipe).is_dir():
        raise ClusterError(
            "no image registry answers, and a node image is assembled on Debian only",
            "let Docker reach a registry, or name a cluster with KUBECONFIG=...",
        )
    if not store.path_of(recipe).is_dir():
        preflight.refuse(preflight.free_disk(), preflight.available_memory())
    directory = store.ensure(recipe)
    node_image.load(host, recipe.reference, directory)
    return recipe.reference
