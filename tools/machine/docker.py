"""The docker command at one engine: the only place from which it is called."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tools.shell.run import Arg, call, logged

NO_BUILDKIT = {"DOCKER_BUILDKIT": "0"}
"""Debian's docker 20.10 comes without the buildx plugin that BuildKit needs."""


@dataclass(frozen=True)
class Docker:
    """One engine. A method raises CommandError when its command fails, unless it says otherwise."""

    host: str
    """DOCKER_HOST."""

    def words(self, *args: Arg) -> list[Arg]:
        """The whole command line of a docker command."""
        return ["docker", "--host", self.host, *args]

    def run(self, *args: Arg, check: bool = True, timeout: float | None = None) -> str:
        """What a command prints on stdout; with ``check=False`` also that of one that failed."""
        return call(self.words(*args), check=check, timeout=timeout).stdout.strip()

    def succeeds(self, *args: Arg, timeout: float | None = None) -> bool:
        """Whether a command ends well."""
        return call(self.words(*args), check=False, timeout=timeout).returncode == 0

    def image_id(self, reference: str) -> str:
        """The id of an image that the engine holds, or an empty string."""
        return self._inspected(reference, "{{.Id}}")

    def repository_digest(self, reference: str) -> str:
        """`name@sha256:...` as a registry knows an image that was pulled, or an empty string."""
        digests = json.loads(self._inspected(reference, "{{json .RepoDigests}}") or "null")
        return str(digests[0]) if digests else ""

    def _inspected(self, reference: str, template: str) -> str:
        args = self.words("image", "inspect", "--format", template, reference)
        done = call(args, check=False)
        # Docker prints an empty line for an image that it has not.
        return done.stdout.strip() if done.returncode == 0 else ""

    def pull(self, reference: str, seconds: float) -> bool:
        """Try to pull an image; False when no registry answers within `seconds`."""
        return self.succeeds("pull", "-q", reference, timeout=seconds)

    def import_tar(self, tar: Path, reference: str, changes: tuple[str, ...] = ()) -> None:
        """Make an image of one tar; `changes` are Containerfile lines such as ENTRYPOINT."""
        flags = [word for change in changes for word in ("--change", change)]
        self.run("import", *flags, tar, reference)

    def build(self, context: Path, reference: str, base: str, log: Path, *flags: str) -> None:
        """Build `context`/Containerfile on the image `base`."""
        args = self.words(
            "build", *flags, "--build-arg", f"BASE={base}",
            "-t", reference, "-f", context / "Containerfile", context,
        )  # fmt: skip
        logged(args, log, env=NO_BUILDKIT)

    def save(self, archive: Path, *references: str) -> None:
        """Write images as a docker archive, which keeps their names."""
        self.run("save", "-o", archive, *references)

    def load(self, archive: Path) -> None:
        """Read a docker archive back into the engine."""
        self.run("load", "-q", "-i", archive)

    def remove(self, *references: str) -> None:
        """Remove names of images, and layers that nothing else uses; absent is fine."""
        self.run("image", "rm", *references, check=False)
