"""Putting a node image together: images first, then a node that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tools.machine import Docker
from tools.node import content, parts
from tools.shell.progress import step, wait_until
from tools.shell.run import call

BUILDER = "streaminglab-node-build"
ENTRYPOINT = 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]'


@dataclass(frozen=True, kw_only=True)
class NodeBuild:
    """One assembly: where, from what, and what it is called."""

    docker: Docker
    work: Path
    """An empty directory to work in."""
    found: parts.Parts
    kubernetes: str
    """Version with its v."""
    reference: str

    def assemble(self) -> None:
        """Make every image, then one node image that holds them."""
        kubeadm = parts.program(self.found, "kubernetes", "kubeadm")
        flags = ["--kubernetes-version", self.kubernetes]
        wanted = call([kubeadm, "config", "images", "list", *flags]).stdout.split()
        named = {ref.split(":")[0].rsplit("/", 1)[1]: ref for ref in wanted}
        with step("Debian's root file system"):
            base = "streaminglab/node-base:build"
            self.docker.import_tar(parts.rootfs(self.found), base)
        with step("images of the control plane"):
            images = content.control_plane(self.docker, self.work, self.found, wanted)
        with step("images of network and storage"):
            proxy = named["kube-proxy"]
            images += content.plumbing(self.docker, self.work, self.found, base, proxy)
        with step("node: packages and files"), content.tree(self.work) as root:
            content.node_files(self.found, root, named["pause"], self.kubernetes)
            bare = "streaminglab/node-bare:build"
            content.build_image(self.docker, "node", bare, base, root.parent)
        with step("node: put the images into it"):
            self.bake(bare, images)
        self.docker.remove(bare, content.NET_IMAGE, base, *images)

    def bake(self, bare: str, images: list[str]) -> None:
        """Import images into the node's own containerd, and commit that as the node image."""
        archive = self.work / "images.tar"
        self.docker.save(archive, *images)
        self.docker.run("rm", "-f", "-v", BUILDER, check=False)
        unconfined = ["--security-opt", "seccomp=unconfined"]
        self.docker.run(
            "run", "-d", "--name", BUILDER, *unconfined, "--entrypoint=sleep", bare, "infinity"
        )
        self.docker.run("exec", "-d", BUILDER, "containerd")
        ctr = ["exec", "-i", BUILDER, "ctr", "-n", "k8s.io"]
        wait_until("containerd", lambda: self.docker.succeeds(*ctr, "version"), 30)
        load = ["images", "import", "--no-unpack", "--all-platforms", "--digests", "-"]
        call(self.docker.words(*ctr, *load), stdin=archive)
        for name in self.docker.run(*ctr, "images", "ls", "-q").split():
            self.docker.run(*ctr, "images", "label", name, "io.cri-containerd.pinned=pinned")
        self.docker.run("exec", BUILDER, "sh", "-c", "kill $(pidof containerd)")
        self.docker.run("commit", "--change", ENTRYPOINT, BUILDER, self.reference)
        self.docker.run("rm", "-f", "-v", BUILDER)
