"""Command line: `python -m tools.images build [NAME...] | list | references | archives`."""

from __future__ import annotations

import argparse
import json
import sys

from tools.artifacts import store
from tools.artifacts.errors import ArtifactError
from tools.artifacts.progress import say
from tools.cluster.errors import ClusterError
from tools.images import archive, build, recipe, reference
from tools.images.catalog import load


def list_all() -> None:
    """Print each image: its state, what charts use elsewhere, what it holds."""
    for name, image in load().items():
        state = "built" if store.path_of(recipe.of(name)).is_dir() else "-"
        print(f"{name:10} {state:6} {image.upstream or '(our own)':22} {image.about}")


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(prog="python -m tools.images", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    for command, text in (
        ("build", "build what changed, print the references"),
        ("references", "print component -> reference as JSON, build nothing"),
        ("archives", "build what changed, print the archives' paths"),
    ):
        sub = commands.add_parser(command, help=text)
        sub.add_argument("names", nargs="*", metavar="NAME", help="all when none is given")
    commands.add_parser("list", help="show the images and their state")
    return top


def run(command: str, names: list[str]) -> None:
    """Run one command for the named images."""
    if command == "references":
        print(json.dumps({name: reference(name) for name in names}, indent=2))
        return
    for name in names:
        print(build(name) if command == "build" else archive(name), flush=True)


def main() -> int:
    """1 and a plain message when it cannot be done."""
    arguments = parser().parse_args()
    try:
        if arguments.command == "list":
            list_all()
        else:
            run(arguments.command, arguments.names or list(load()))
    except (ArtifactError, ClusterError) as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; nothing half done was kept, run the same command again")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
