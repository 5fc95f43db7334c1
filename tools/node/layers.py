"""Making small images without a registry: a tar of files becomes an image by one command."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from tools.machine import Docker


def add_file(archive: tarfile.TarFile, name: str, source: Path, mode: int = 0o755) -> None:
    """Add a file as root's, with a fixed time, so that equal files make equal layers."""
    info = tarfile.TarInfo(name.lstrip("/"))
    info.size, info.mode = source.stat().st_size, mode
    with source.open("rb") as stream:
        archive.addfile(info, stream)


def add_text(archive: tarfile.TarFile, name: str, text: str, mode: int = 0o644) -> None:
    """Add a file with this text."""
    data = text.encode()
    info = tarfile.TarInfo(name.lstrip("/"))
    info.size, info.mode = len(data), mode
    archive.addfile(info, io.BytesIO(data))


def write(path: Path, files: Mapping[str, Path | str], mode: int = 0o755) -> None:
    """Write a tar: name inside -> file on disk, or text."""
    with tarfile.open(path, "w") as archive:
        for name, content in sorted(files.items()):
            if isinstance(content, Path):
                add_file(archive, name, content, mode)
            else:
                add_text(archive, name, content)


def program(
    docker: Docker, work: Path, reference: str, files: Mapping[str, Path], entrypoint: str = ""
) -> str:
    """Make an image that holds programs in /usr/local/bin and nothing else.

    kubeadm's manifests call the control plane's programs by their bare name: hence PATH.
    """
    tar = work / "program.tar"
    write(tar, {f"usr/local/bin/{name}": source for name, source in files.items()})
    changes = ["ENV PATH=/usr/local/bin"]
    if entrypoint:
        changes.append(f'ENTRYPOINT ["/usr/local/bin/{entrypoint}"]')
    docker.import_tar(tar, reference, tuple(changes))
    tar.unlink()
    return reference
