"""Carrying images from the local Docker engine into nodes."""

from __future__ import annotations

import json

from tools.machine import Docker
from tools.shell.errors import ToolError
from tools.shell.progress import say, step
from tools.shell.run import pipe

ID_LABEL = "streaminglab.dev/image-id"
"""Label on a node's image: the id that it had in Docker, to see whether a load is due."""


def full_name(reference: str) -> str:
    """The name that containerd gives an image, with registry and tag spelled out."""
    head, slash, _ = reference.partition("/")
    if not slash:
        reference = f"docker.io/library/{reference}"
    elif "." not in head and ":" not in head and head != "localhost":
        reference = f"docker.io/{reference}"
    if ":" not in reference.rsplit("/", 1)[1] and "@" not in reference:
        reference += ":latest"
    return reference


def image_id(docker: Docker, reference: str) -> str:
    """Docker's id of an image; raises ToolError when Docker has no such image."""
    if found := docker.image_id(reference):
        return found
    raise ToolError(f"Docker has no image {reference}", "build it with `make images`")


def ctr(node: str) -> list[str]:
    """The docker arguments that reach a node's containerd."""
    return ["exec", "-i", node, "ctr", "--namespace", "k8s.io"]


def has(docker: Docker, node: str, reference: str, wanted: str) -> bool:
    """Whether a node has this very image."""
    query = f"name=={full_name(reference)}"
    return f"{ID_LABEL}={wanted}" in docker.run(*ctr(node), "images", "ls", query, check=False)


def load(docker: Docker, targets: list[str], references: list[str]) -> None:
    """Load each image into each node that lacks it; says what it skips."""
    ids = {reference: image_id(docker, reference) for reference in dict.fromkeys(references)}
    for node in targets:
        due = [ref for ref, wanted in ids.items() if not has(docker, node, ref, wanted)]
        if len(due) < len(ids):
            say(f"{node} has {len(ids) - len(due)} of {len(ids)} image(s)")
        if due:
            with step(f"load {len(due)} image(s) into {node}"):
                transfer(docker, node, due)
            for reference in due:
                label = f"{ID_LABEL}={ids[reference]}"
                docker.run(*ctr(node), "images", "label", full_name(reference), label)


def transfer(docker: Docker, node: str, references: list[str]) -> None:
    """`docker save` straight into the node's containerd: shared layers travel once."""
    load_flags = ["--all-platforms", "--digests", "--snapshotter=overlayfs", "-"]
    into = docker.words(*ctr(node), "images", "import", *load_flags)
    pipe(docker.words("save", *references), into)


def listed(docker: Docker, node: str) -> list[str]:
    """Images in a node that were loaded from Docker, by their short names."""
    query = f"labels.{json.dumps(ID_LABEL)}"
    names = docker.run(*ctr(node), "images", "ls", "-q", query, check=False).split()
    return sorted(name.removeprefix("docker.io/") for name in names if "@" not in name)
