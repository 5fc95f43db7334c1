"""The few docker calls that images need, against the engine that tools.cluster finds."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path

from tools.artifacts import host, process
from tools.artifacts.errors import CommandFailedError
from tools.cluster import docker


@cache
def env() -> dict[str, str]:
    """Environment of every docker call; starts an engine where there is none.

    No BuildKit: Debian's docker 20.10 comes without the buildx plugin.
    """
    return {"DOCKER_HOST": docker.ensure(), "DOCKER_BUILDKIT": "0"}


def image_id(reference: str) -> str:
    """The id of an image that the engine holds, or an empty string."""
    try:
        return process.output(
            ["docker", "image", "inspect", "--format", "{{.Id}}", reference], env=env()
        )
    except CommandFailedError:
        return ""


def repository_digest(reference: str) -> str:
    """`name@sha256:...` as the registry knows an image that was pulled, or an empty string."""
    template = "{{range .RepoDigests}}{{println .}}{{end}}"
    try:
        found = process.output(
            ["docker", "image", "inspect", "--format", template, reference], env=env()
        )
    except CommandFailedError:
        return ""
    return found.split()[0] if found.split() else ""


def pull(reference: str, log: Path, seconds: int) -> bool:
    """Try to pull an image; False when no registry answers within `seconds`."""
    try:
        process.run(["timeout", str(seconds), "docker", "pull", "-q", reference], log, env=env())
    except CommandFailedError:
        return False
    return True


def import_tar(tar: Path, reference: str, log: Path) -> None:
    """Make an image of one root file system."""
    change = ["--change", 'CMD ["bash"]', "--change", "ENV PATH=/usr/local/bin:/usr/bin:/bin:/sbin"]
    process.run(["docker", "import", *change, tar, reference], log, env=env())


def build(context: Path, reference: str, base: str, log: Path) -> None:
    """Build `context`/Containerfile on the image `base`.

    The host's network is used, because the build has only apt to fetch for, and an engine
    in a sandbox may have no network of its own.
    """
    host.require("docker", log=log)
    process.run(
        ["docker", "build", "--network=host", "--force-rm", "--build-arg", f"BASE={base}",
         "--label", "dev.streaminglab.key=" + reference.rpartition("-")[2],
         "-t", reference, "-f", context / "Containerfile", context],
        log, env=env(),
    )  # fmt: skip


def save(reference: str, archive: Path, log: Path) -> None:
    """Write an image as a docker archive, which keeps its name."""
    process.run(["docker", "save", "-o", archive, reference], log, env=env())


def load(archive: Path, log: Path) -> None:
    """Read a docker archive back into the engine."""
    process.run(["docker", "load", "-q", "-i", archive], log, env=env())


def remove(reference: str) -> None:
    """Remove an image's name, and its layers when nothing else uses them; absent is fine."""
    with suppress(CommandFailedError):
        process.output(["docker", "image", "rm", reference], env=env())
