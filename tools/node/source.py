"""Which node image to use: pulled where a registry answers, else assembled here."""

from __future__ import annotations

import os

from tools.artifacts import store
from tools.artifacts.versions import pin
from tools.machine import Docker, preflight
from tools.node import parts
from tools.node.image import ARCHIVE, NodeImage
from tools.shell.debian import is_debian
from tools.shell.errors import ToolError
from tools.shell.progress import say, step

PULL_SECONDS = 600
CHOICES = ("auto", "pull", "assemble")
NAME = "node-image"
"""Of the artefact that an assembled image is."""


def assembled(docker: Docker) -> NodeImage:
    """The recipe of the assembled image, as it is pinned now."""
    return NodeImage(
        name=NAME,
        about="a kind node, assembled",
        seconds=120,
        part_keys=parts.keys(),
        docker=docker,
    )


def outdated(docker: Docker, reference: str) -> bool:
    """Whether a node was assembled from other inputs than those of this checkout."""
    recipe = assembled(docker)
    ours = reference.startswith(recipe.reference.partition(":")[0] + ":")
    return ours and reference != recipe.reference


def assembling() -> list[str]:
    """The parts of a node image that somebody assembles now, in their order; some of them may be
    there."""
    return parts.names() if store.is_building(NAME) else []


def ensure(docker: Docker, *, debian: bool | None = None) -> str:
    """A reference that the engine has; NODE_IMAGE=pull or assemble forces the way.

    `debian` says whether an image can be assembled here; None: look at this machine.
    """
    way = os.environ.get("NODE_IMAGE", "") or "auto"
    if way not in CHOICES:
        raise ToolError(f"NODE_IMAGE={way} is unknown", f"use one of {', '.join(CHOICES)}")
    upstream = pin("upstream", "kind-node")
    recipe = assembled(docker)
    if way == "auto" and docker.image_id(upstream):
        way = "pull"
    have = bool(docker.image_id(recipe.reference)) or store.path_of(recipe).is_dir()
    if way == "auto" and have:
        way = "assemble"
    if way != "assemble":
        if pull(docker, upstream):
            return upstream
        if way == "pull":
            raise ToolError(f"{upstream} cannot be pulled", "use NODE_IMAGE=assemble on Debian")
        say("no image registry answers: the node image is assembled from packages")
    return assemble(docker, recipe, is_debian() if debian is None else debian)


def pull(docker: Docker, reference: str) -> bool:
    """Whether the engine has, or could pull, the image."""
    if docker.image_id(reference):
        return True
    with step(f"pull {reference.partition('@')[0]}"):
        return docker.pull(reference, PULL_SECONDS)


def assemble(docker: Docker, recipe: NodeImage, debian: bool) -> str:
    """Have the assembled image in the engine: there, from the cache, or made now."""
    if not debian and not store.path_of(recipe).is_dir():
        raise ToolError(
            "no image registry answers, and a node image is assembled on Debian only",
            "let Docker reach a registry, or name a cluster with KUBECONFIG=...",
        )
    if not store.path_of(recipe).is_dir():
        preflight.refuse(preflight.free_disk(), preflight.available_memory())
    directory = store.ensure(recipe)
    if docker.image_id(recipe.reference):
        say(f"node image {recipe.reference} is there")
    else:
        with step("load the node image from the cache"):
            docker.load(directory / ARCHIVE)
    return recipe.reference
