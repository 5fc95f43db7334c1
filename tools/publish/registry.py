"""An OCI registry, spoken to by crane (images) and Helm (charts).

Both take logins from `docker login` (or `crane auth login`), and a private CA from SSL_CERT_FILE.
https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts import get
from tools.shell.errors import ToolError
from tools.shell.run import Arg, call

_NAME = re.compile(r"[A-Za-z0-9.\-\[\]:]+(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")
_LOOPBACK = re.compile(r"(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?(/|$)")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
CHARTS = "charts"
SECONDS = 1800.0
"""For one image or chart; the largest image has some 500 MB."""


@dataclass(frozen=True)
class Registry:
    """``address``: host and path, such as `registry.example.org/streaming`."""

    address: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.address):
            raise ToolError(
                f"REGISTRY={self.address} is no registry's name and path",
                "write host[:port]/path without https://, such as registry.example.org/streaming",
            )

    def reference(self, name: str) -> str:
        """`streaminglab/kafka:4` as it is called there."""
        return f"{self.address}/{name}"

    def push(self, archive: Path, name: str) -> None:
        """An image from its docker archive. What the registry has already is not sent again."""
        self._crane("push", archive, self.reference(name))

    def join(self, names: list[str], name: str) -> None:
        """One index of images of several platforms."""
        parts = [word for each in names for word in ("-m", self.reference(each))]
        self._crane("index", "append", *parts, "-t", self.reference(name))

    def digest(self, name: str) -> str:
        """What a tag leads to now; empty when there is no such image. Raises ToolError when the
        registry does not answer, or refuses."""
        return digest_of(self.reference(name))

    def push_chart(self, packed: Path) -> str:
        """A packed chart; its digest."""
        plain = ("--plain-http",) if _LOOPBACK.match(self.address) else ()
        program = get("helm") / "bin" / "helm"
        goal = f"oci://{self.address}/{CHARTS}"
        done = call([program, "push", packed, goal, *plain], timeout=SECONDS)
        found = _DIGEST.search(done.stdout + done.stderr)
        if found is None:
            raise ToolError(f"helm push {packed.name} named no digest: {done.stdout}{done.stderr}")
        return found[0]

    def _crane(self, *words: Arg) -> None:
        call([crane(), *words], timeout=SECONDS)


def crane() -> Path:
    """The program; it is built when it is missing."""
    return get("crane") / "bin" / "crane"


def digest_of(reference: str) -> str:
    """What an image's reference leads to in its registry; empty when it is not there."""
    done = call([crane(), "digest", reference], check=False, timeout=60)
    if done.returncode == 0:
        return done.stdout.strip()
    if "MANIFEST_UNKNOWN" in done.stderr or "NAME_UNKNOWN" in done.stderr:
        return ""
    lines = done.stderr.strip().splitlines()
    raise ToolError(
        f"the registry of {reference} does not answer as it should: {lines[-1] if lines else ''}",
        "log in (docker login), and name the CA of a private one in SSL_CERT_FILE",
    )
