"""Carrying images from the local Docker engine into nodes."""

from __future__ import annotations

import json
import subprocess

from tools.cluster import containers
from tools.cluster.errors import ClusterError, CommandError
from tools.cluster.run import call, say, step

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


def image_id(host: str, reference: str) -> str:
    """Docker's id of an image; raises ClusterError when Docker has no such image."""
    args = ["docker", "--host", host, "image", "inspect", "--format", "{{.Id}}", reference]
    done = call(args, check=False)
    if done.returncode != 0:
        raise ClusterError(f"Docker has no image {reference}", "build it with `make images`")
    return done.stdout.strip()


def ctr(host: str, node: str) -> list[str]:
    """The command that reaches a node's containerd."""
    return ["docker", "--host", host, "exec", "-i", node, "ctr", "--namespace", "k8s.io"]


def has(host: str, node: str, reference: str, wanted: str) -> bool:
    """Whether a node has this very image."""
    query = f"name=={full_name(reference)}"
    listed = call([*ctr(host, node), "images", "ls", query], check=False).stdout
    return f"{ID_LABEL}={wanted}" in listed


def load(host: str, targets: list[str], references: list[str]) -> None:
    """Load each image into each node that lacks it; says what it skips."""
    ids = {reference: image_id(host, reference) for reference in dict.fromkeys(references)}
    for node in targets:
        due = [ref for ref, wanted in ids.items() if not has(host, node, ref, wanted)]
        if len(due) < len(ids):
            say(f"{node} has {len(ids) - len(due)} of {len(ids)} image(s)")
        if due:
            with step(f"load {len(due)} image(s) into {node}"):
                transfer(host, node, due)
            for reference in due:
                label = f"{ID_LABEL}={ids[reference]}"
                call([*ctr(host, node), "images", "label", full_name(reference), label])


def transfer(host: str, node: str, references: list[str]) -> None:
    """`docker save` straight into the node's containerd: shared layers travel once."""
    save = ["docker", "--host", host, "save", *references]
    load_args = [*ctr(host, node), "images", "import", "--all-platforms", "--digests",
                 "--snapshotter=overlayfs", "-"]  # fmt: skip
    with subprocess.Popen(save, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as source:
        done = subprocess.run(load_args, stdin=source.stdout, capture_output=True, check=False)
        if source.stdout:
            source.stdout.close()
        problem = source.stderr.read().decode() if source.stderr else ""
    if source.returncode != 0:
        raise CommandError(save, source.returncode, problem)
    if done.returncode != 0:
        raise CommandError(load_args, done.returncode, (done.stderr + done.stdout).decode())


def listed(host: str, node: str) -> list[str]:
    """Images in a node that were loaded from Docker, by their short names."""
    query = f"labels.{json.dumps(ID_LABEL)}"
    names = call([*ctr(host, node), "images", "ls", "-q", query], check=False).stdout.split()
    return sorted(name.removeprefix("docker.io/") for name in names if "@" not in name)


def into(host: str, cluster: str, images: list[str]) -> None:
    """Load images into every node of a kind cluster."""
    load(host, [node.name for node in containers.find(host, cluster)], images)
