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
from tools.machine import Docker
from tools.node import parts
from tools.node.build import NodeBuild
from tools.shell.progress import step

ARCHIVE = "node.tar"
CODE = ("layers.py", "build.py", "content.py", "parts.py")
"""Sources that decide what the image holds."""


@dataclass(frozen=True, kw_only=True)
class NodeImage(Recipe):
    """Debian, containerd, Kubernetes and every image that a bare cluster runs."""

    part_keys: dict[str, str]
    """Name -> key of the artefacts it is assembled from."""
    docker: Docker
    """The engine to assemble with; not an input."""
    kubernetes: str = f"v{pin('go', 'kubernetes')}"

    def inputs(self) -> dict[str, str | bytes]:
        here = Path(__file__).parent
        return {
            **{f"node/{name}": data for name, data in files_of(here / "files").items()},
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
                docker=self.docker, work=Path(work), found=found,
                kubernetes=self.kubernetes, reference=reference,
            ).assemble()  # fmt: skip
        with step("save the node image in the cache"):
            self.docker.save(target / ARCHIVE, reference)


def meaning(source: str) -> str:
    """What a Python source does: without comments, layout, and where it imports from.

    So a module may move, and what is made by it keeps its key.
    """
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return ast.dump(tree)
