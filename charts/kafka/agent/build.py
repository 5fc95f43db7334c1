"""Build the Java agents of the charts, and the reader of `kubectl slab records`, the same bytes
every time.

`python charts/kafka/agent/build.py` writes the jars (needs javac 17 or newer, and Kafka's own jars
to compile against, which `tools.artifacts` brings); with `--check` it only says whether the
committed jars belong to the sources (exit 1 when not, no javac needed): the manifest carries their
digest, because another javac may write other class files. The class files are for Java 17, the
oldest Java that runs Kafka 4's brokers.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

CHARTS = Path(__file__).resolve().parents[2]
ROOT = CHARTS.parent
MANIFEST = "Manifest-Version: 1.0\r\n{begins}\r\nSource-Digest: {digest}\r\n\r\n"


@dataclass(frozen=True)
class Jar:
    """Where its Java files are, where it goes, and the line of its manifest that begins it."""

    sources: Path
    path: Path
    begins: str


def agent(chart: str, name: str, premain: str) -> Jar:
    """The agent of a chart."""
    path = CHARTS / chart / "files" / name
    return Jar(CHARTS / chart / "agent" / "src", path, f"Premain-Class: {premain}")


JARS = (
    agent("kafka", "quorum-agent.jar", "dev.streaminglab.kafka.QuorumAgent"),
    agent("schema-registry", "root-path-agent.jar", "dev.streaminglab.registry.RootPathAgent"),
    Jar(
        ROOT / "cli" / "java" / "src",
        ROOT / "cli" / "src" / "streaminglab_cli" / "data" / "newest.jar",
        "Main-Class: dev.streaminglab.slab.Newest",
    ),
)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: no build time in the jar


def source_digest(sources: Path) -> str:
    """SHA-256 (first 40 hex digits: a manifest line ends at 72) of all sources with their paths."""
    digest = hashlib.sha256()
    for path in sorted(sources.rglob("*.java")):
        digest.update(path.relative_to(sources).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:40]


def recorded_digest(jar: Path) -> str:
    """The digest that a built jar carries; empty when there is no such jar."""
    if not jar.exists():
        return ""
    with zipfile.ZipFile(jar) as archive:
        lines = archive.read("META-INF/MANIFEST.MF").decode().splitlines()
    return next((line.split(": ")[1] for line in lines if line.startswith("Source-Digest")), "")


def kafka() -> Path:
    """Kafka's jars; made where there are none yet. Raises CalledProcessError."""
    command = [sys.executable, "-m", "tools.artifacts", "get", "kafka-jars"]
    made = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return Path(made.stdout.strip()) / "jars"


def compiled(sources: Path, jars: Path) -> dict[str, bytes]:
    """Class files by their path in the jar. Raises CalledProcessError with javac's words."""
    with tempfile.TemporaryDirectory() as out:
        files = [str(path) for path in sorted(sources.rglob("*.java"))]
        # -g:none and --release make the class files independent of who compiles them, and where.
        command = [
            "javac",
            "--release",
            "17",
            "-g:none",
            # Of the jars themselves javac warns, too: annotations that are not with them.
            "-Xlint:all,-classfile",
            "-Werror",
            "-cp",
            f"{jars}/*",
            "-d",
            out,
            *files,
        ]
        subprocess.run(command, check=True)
        classes = sorted(Path(out).rglob("*.class"))
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in classes}


def packed(wanted: Jar, classes: dict[str, bytes]) -> bytes:
    """The jar's bytes: fixed order, fixed times, fixed permissions."""
    digest = source_digest(wanted.sources)
    manifest = MANIFEST.format(begins=wanted.begins, digest=digest).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as jar:
        for name, content in {"META-INF/MANIFEST.MF": manifest, **classes}.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            jar.writestr(entry, content)
    return buffer.getvalue()


def main(arguments: list[str]) -> int:
    """Write or check the jars; returns the exit code."""
    stale = 0
    for jar in JARS:
        if "--check" in arguments:
            same = recorded_digest(jar.path) == source_digest(jar.sources)
            print(f"{jar.path.name}: {'up to date' if same else 'not built from these sources'}")
            stale += not same
        else:
            built = packed(jar, compiled(jar.sources, kafka()))
            jar.path.parent.mkdir(exist_ok=True)
            jar.path.write_bytes(built)
            print(f"{jar.path.name}: {len(built)} bytes")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
