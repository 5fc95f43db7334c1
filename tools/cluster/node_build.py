"""Putting a node image together: images first, then a node that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tools.cluster import node_parts, parts
from tools.cluster.run import call, pipe_file, step, wait_until

BUILDER = "streaminglab-node-build"
ENTRYPOINT = 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]'


@dataclass(frozen=True, kw_only=True)
class NodeBuild:
    """One assembly: where, from what, and what it is called."""

    host: str
    """DOCKER_HOST."""
    work: Path
    """An empty directory to work in."""
    found: parts.Parts
    kubernetes: str
    """Version with its v."""
    reference: str

    def docker(self, *args: str) -> str:
        """Run a docker command at our host."""
        return call(["docker", "--host", self.host, *args]).stdout.strip()

    def assemble(self) -> None:
        """Make every image, then one node image that holds them."""
        kubeadm = parts.program(self.found, "kubernetes", "kubeadm")
        flags = ["--kubernetes-version", self.kubernetes]
        wanted = call([kubeadm, "config", "images", "list", *flags]).stdout.split()
        named = {ref.split(":")[0].rsplit("/", 1)[1]: ref for ref in wanted}
        with step("Debian's root file system"):
            base = "streaminglab/node-base:build"
            self.docker("import", str(parts.rootfs(self.found)), base)
        with step("images of the control plane"):
            images = node_parts.control_plane(self.work, self.host, self.found, wanted)
        with step("images of network and storage"):
            proxy = named["kube-proxy"]
            images += node_parts.plumbing(self.work, self.host, self.found, base, proxy)
        with step("node: packages and files"), node_parts.tree(self.work) as root:
            node_parts.node_files(self.found, root, named["pause"], self.kubernetes)
            bare = "streaminglab/node-bare:build"
            node_parts.build_image(self.host, "node", bare, base, root)
        with step("node: put the images into it"):
            self.bake(bare, images)
        net = node_parts.NET_IMAGE
        call(["docker", "--host", self.host, "rmi", bare, net, base, *images], check=False)

    def bake(self, bare: str, images: list[str]) -> None:
        """Import images into the node's own containerd, and commit that as the node image."""
        archive = self.work / "images.tar"
        self.docker("save", "-o", str(archive), *images)
        call(["docker", "--host", self.host, "rm", "-f", "-v", BUILDER], check=False)
        unconfined = ["--security-opt", "seccomp=unconfined"]
        self.docker(
            "run", "-d", "--name", BUILDER, *unconfined, "--entrypoint=sleep", bare, "infinity"
        )
        self.docker("exec", "-d", BUILDER, "containerd")
        ctr = ["docker", "--host", self.host, "exec", "-i", BUILDER, "ctr", "-n", "k8s.io"]
        answers = [*ctr, "version"]
        wait_until("containerd", lambda: call(answers, check=False).returncode == 0, 30)
        load = ["images", "import", "--no-unpack", "--all-platforms", "--digests", "-"]
        pipe_file([*ctr, *load], archive)
        for name in call([*ctr, "images", "ls", "-q"]).stdout.split():
            call([*ctr, "images", "label", name, "io.cri-containerd.pinned=pinned"])
        self.docker("exec", BUILDER, "sh", "-c", "kill $(pidof containerd)")
        self.docker("commit", "--change", ENTRYPOINT, BUILDER, self.reference)
        self.docker("rm", "-f", "-v", BUILDER)
