"""Command line: `python -m tools.artifacts list | get NAME... | fetch-all [--missing] | prune`."""

from __future__ import annotations

import argparse
import shutil
import sys

from tools.artifacts import fetch, get, store
from tools.artifacts.catalog import RECIPES
from tools.shell.progress import reported, say


def list_all() -> None:
    """Print each artefact, whether it is built, and what it is."""
    for name, recipe in RECIPES.items():
        try:
            state = "built" if store.path_of(recipe).is_dir() else "-"
        except OSError as error:
            state = f"no {error.filename}"
        print(f"{name:24} {state:8} {recipe.seconds or '?':>4} s  {recipe.about}")


def prune() -> None:
    """Remove artefacts whose inputs have changed since they were built."""
    for path in store.stale(list(RECIPES.values())):
        say(f"remove {path.name}")
        shutil.rmtree(path)


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(prog="python -m tools.artifacts", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="show the artefacts and their state")
    wanted = commands.add_parser("get", help="build what is missing and print the directories")
    wanted.add_argument("names", nargs="+", metavar="NAME")
    all_pins = commands.add_parser("fetch-all", help="fetch every pin; name those that are refused")
    all_pins.add_argument("--missing", action="store_true", help="only of what is not built yet")
    commands.add_parser("prune", help="remove artefacts of older inputs")
    return top


def run(arguments: argparse.Namespace) -> int:
    """Run one command."""
    if arguments.command == "list":
        list_all()
    elif arguments.command == "get":
        for name in arguments.names:
            print(get(name), flush=True)
    elif arguments.command == "fetch-all":
        recipes = list(RECIPES.values())
        return fetch.fetch_all(store.missing(recipes) if arguments.missing else recipes)
    else:
        prune()
    return 0


def main() -> int:
    """Run one command; 1 and a plain message when it cannot be done."""
    return reported(lambda: run(parser().parse_args()))


if __name__ == "__main__":
    sys.exit(main())
