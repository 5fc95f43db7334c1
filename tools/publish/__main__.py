"""Command line: `python -m tools.publish images|charts|all REGISTRY | mirror-list [REGISTRY]`."""

from __future__ import annotations

import argparse
import sys

from tools.publish import charts, images, mirror
from tools.publish.registry import Registry
from tools.shell.progress import reported, say


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(prog="python -m tools.publish", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    for command, text in (
        ("images", "push the images of this machine's platform"),
        ("charts", "push the charts, with the digests that the registry has"),
        ("all", "both"),
    ):
        sub = commands.add_parser(command, help=text)
        sub.add_argument("registry", metavar="REGISTRY", help="host[:port]/path")
    sub = commands.add_parser("mirror-list", help="print every image that an installation pulls")
    sub.add_argument("registry", metavar="REGISTRY", nargs="?", default="")
    return top


def run(arguments: argparse.Namespace) -> int:
    """Run one command. What was published goes to standard output, one a line, with its digest."""
    if arguments.command == "mirror-list":
        chosen = Registry(arguments.registry) if arguments.registry else None
        for line in (*mirror.own(chosen), *mirror.foreign()):
            print(line)
        return 0
    registry = Registry(arguments.registry)
    if arguments.command in ("images", "all"):
        for pin in images.push(registry):
            print(registry.reference(pin.reference), flush=True)
        for platform, names in images.missing(registry).items():
            say(f"no {platform} of {', '.join(names)}: PART=images on such a machine adds it")
    if arguments.command in ("charts", "all"):
        for name, digest in charts.push(registry, images.pins(registry)):
            print(f"oci://{registry.address}/charts/{name}@{digest}", flush=True)
    return 0


def main() -> int:
    """1 and a plain message when it cannot be done."""
    return reported(lambda: run(parser().parse_args()))


if __name__ == "__main__":
    sys.exit(main())
