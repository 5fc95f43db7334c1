"""Command line: `python -m tools.images build [NAME...] | list | references | archives`."""

from __future__ import annotations

import argparse
import json
import sys

from tools.artifacts import store
from tools.images import BUILDER, archive, build, reference
from tools.images.catalog import Image, built, components, load
from tools.shell.progress import reported


def state(image: Image) -> str:
    """One word: is it built, can it be."""
    if not image.local:
        return "none"
    return "built" if store.path_of(BUILDER.of(image.name)).is_dir() else "-"


def list_all() -> None:
    """Print each image: its state, what charts use elsewhere, what it holds."""
    for name, image in load().items():
        why = f"; not here: {image.reason}" if image.reason else ""
        print(f"{name:16} {state(image):6} {image.upstream or '(our own)':38} {image.about}{why}")


def whole(command: str) -> str:
    """What a command is about when no name is given."""
    return "what labs use" if command == "references" else "all that can be built"


def chosen(command: str, names: list[str]) -> list[str]:
    """The named images, or those that a command is about."""
    return names or list(components() if command == "references" else built())


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(prog="python -m tools.images", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    for command, text in (
        ("build", "build what changed, print the references"),
        ("references", "print component -> reference (or none) as JSON, build nothing"),
        ("archives", "build what changed, print the archives' paths"),
    ):
        sub = commands.add_parser(command, help=text)
        sub.add_argument("names", nargs="*", metavar="NAME", help=f"default: {whole(command)}")
    commands.add_parser("list", help="show the images and their state")
    return top


def run(arguments: argparse.Namespace) -> int:
    """Run one command, for the named images."""
    if arguments.command == "list":
        list_all()
        return 0
    names = chosen(arguments.command, arguments.names)
    if arguments.command == "references":
        print(json.dumps({name: reference(name) for name in names}, indent=2))
        return 0
    for name in names:
        print(build(name) if arguments.command == "build" else archive(name), flush=True)
    return 0


def main() -> int:
    """1 and a plain message when it cannot be done."""
    return reported(lambda: run(parser().parse_args()))


if __name__ == "__main__":
    sys.exit(main())
