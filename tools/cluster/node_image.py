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
from tools.cluster import parts
from tools.cluster.node_build import NodeBuild
from tools.cluster.run import call, say, step

ARCHIVE = "node.tar"
CODE = ("layers.py", "node_build.py", "node_parts.py", "parts.py")
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
        reference = self.reference
        found = parts.collect()
        with tempfile.TemporaryDirectory(prefix="node-", dir=target) as work:
            NodeBuild(
                host=self.host, work=Path(work), found=found,
                kubernetes=self.kubernetes, reference=reference,
            ).assemble()  # fmt: skip
        with step("save the node image in the cache"):
            archive = target / ARCHIVE
            call(["docker", "--host", self.host, "save", "-o", archive, reference])


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
