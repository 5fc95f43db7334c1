"""Command line: `python -m tools.plugin [--to FOLDER] [--address URL]`."""

from __future__ import annotations

import argparse
import hashlib
import platform
import sys
from pathlib import Path

import yaml

from tools.artifacts.versions import pin
from tools.plugin import build, krew
from tools.shell.paths import cache_dir
from tools.shell.progress import reported, step


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(prog="python -m tools.plugin", description=__doc__)
    top.add_argument("--to", type=Path, default=cache_dir() / "cli", help="where the files go")
    top.add_argument(
        "--address", default="https://example.org/streaminglab",
        help="where the archives will be published: krew's manifest names it",
    )  # fmt: skip
    return top


def run(to: Path, address: str) -> int:
    """Build everything, and print the path of each file."""
    to.mkdir(parents=True, exist_ok=True)
    for old in to.glob("streaminglab_cli-*.whl"):
        old.unlink()
    with step("wheel"):
        wheel = build.wheel(to)
    with step("one file"):
        program = build.one_file(wheel, to)
        packed = build.archive(program, krew.archive_name(platform.system(), platform.machine()))
    digest = hashlib.sha256(packed.read_bytes()).hexdigest()
    manifest = to / "slab.yaml"
    said = krew.manifest(pin("streaminglab", "cli"), address, {packed.name: digest})
    manifest.write_text(yaml.safe_dump(said, sort_keys=False))
    print(*(wheel, program, packed, manifest), sep="\n")
    return 0


def main() -> int:
    """1 and a plain message when it cannot be done."""
    arguments = parser().parse_args()
    return reported(lambda: run(arguments.to, arguments.address))


if __name__ == "__main__":
    sys.exit(main())
