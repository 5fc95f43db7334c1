"""The node image, assembled from packages where none can be pulled.

It is an artefact like the others: one archive, keyed by everything that goes into it.
"""

from __future__ import annotations

import ast
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts.recipe import Recipe, files_of
from tools.artifacts.versions import pin
from tools.cluster import node_parts, parts, paths
from tools.cluster.run import call, pipe_file, say, step, wait_until

ARCHIVE = "node.tar"
BUILDER = "streaminglab-node-build"
ENTRYPOINT = 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]'
CODE = ("layers.py", "node_image.py", "node_parts.py", "parts.py")
"""Sources that decide what the image holds."""


@dataclass(frozen=True, kw_only=True)
class NodeImage(Recipe):
    """Debian, containerd, Kubernetes and every image that a bare cluster runs."""

    part_keys: dict[str, str]
    """Name -> key of the artefacts it is assembled from."""
    host: str = ""
    """DOCKER_HOST to assemble with; not an input."""
    kubernetes: str = f"v{pin('go', 'kubernetes')}"

    def inputs(self) -> dict[str, str | bytes]:
        here = Path(__file__).parent
        return {
            **{f"node/{name}": data for name, data in files_of(here / "node").items()},
            **{f"code/{name}": meaning((here / name).read_text()) for name in CODE},
            **{f"part/{name}": key for name, key in self.part_keys.items()},
        }

    @property
    def reference(self) -> str:
        """The image's name in Docker."""
        return f"streaminglab/node:{self.kubernetes}-{self.key()}"

    def fetch(self, log: Path) -> None:
        """Nothing of its own: its parts are artefacts that are fetched by themselves."""

    def build(self, target: Path, log: Path) -> None:  # noqa: ARG002
        """Assemble the image and save it as one archive."""
        found = parts.collect()
        scratch = paths.cache_dir() / "tmp"
        scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=scratch) as directory:
            self.assemble(Path(directory), found)
        with step("save the node image in the cache"):
            self.docker("save", "-o", str(target / ARCHIVE), self.reference)

    def docker(self, *args: str) -> str:
        """Run a docker command at our host."""
        return call(["docker", "--host", self.host, *args]).stdout.strip()

    def assemble(self, work: Path, found: parts.Parts) -> None:
        """Make every image, then one node image that holds them."""
        kubeadm = parts.program(found, "kubernetes", "kubeadm")
        flags = ["--kubernetes-version", self.kubernetes]
        wanted = call([kubeadm, "config", "images", "list", *flags]).stdout.split()
        named = {ref.split(":")[0].rsplit("/", 1)[1]: ref for ref in wanted}
        with step("Debian's root file system"):
            base = "streaminglab/node-base:build"
            self.docker("import", str(parts.rootfs(found)), base)
        with step("images of the control plane"):
            images = node_parts.control_plane(work, self.host, found, wanted)
        with step("images of network and storage"):
            images += node_parts.plumbing(work, self.host, found, base, named["kube-proxy"])
        with step("node: packages and files"), node_parts.tree(work) as root:
            node_parts.node_files(found, root, named["pause"], self.kubernetes)
            bare = "streaminglab/node-bare:build"
            node_parts.build_image(self.host, "node", bare, base, root)
        with step("node: put the images into it"):
            self.bake(work, bare, images)
        call(["docker", "--host", self.host, "rmi", bare, base, *images], check=False)

    def bake(self, work: Path, bare: str, images: list[str]) -> None:
        """Import images into the node's own containerd, and commit that as the node image."""
        archive = work / "images.tar"
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


def meaning(source: str) -> str:
    """A Python source without comments and layout, so that only its sense is an input."""
    return ast.dump(ast.parse(source))


def present(host: str, reference: str) -> bool:
    """Whether Docker has the image."""
    args = ["docker", "--host", host, "image", "inspect", "--format", "{{.Id}}", reference]
    return call(args, check=False).returncode == 0


def load(host: str, reference: str, directory: Path) -> None:
    """Give Docker the image from its archive, unless it has it."""
    if present(host, reference):
        say(f"node image {reference} is there")
        return
    with step("load the node image from the cache"):
        call(["docker", "--host", host, "load", "-q", "-i", directory / ARCHIVE])
