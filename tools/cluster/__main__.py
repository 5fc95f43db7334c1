"""python -m tools.cluster up|load IMAGE...|status|down|kubeconfig|kubectl-path"""

from __future__ import annotations

import argparse
import os
import sys
import time

from tools.cluster import choice, kubectl
from tools.cluster.report import table
from tools.shell.progress import reported, say


def parser() -> argparse.ArgumentParser:
    """The command line; ENGINE, NODES, NODE_IMAGE and API_PORT come from the environment."""
    top = argparse.ArgumentParser(prog="python -m tools.cluster", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up", help="have a cluster that answers")
    load = verbs.add_parser("load", help="make images known to every node")
    load.add_argument("images", nargs="+", metavar="IMAGE")
    verbs.add_parser("status", help="what is there; status 1 when no cluster answers")
    verbs.add_parser("down", help="remove what `up` made")
    verbs.add_parser("kubeconfig", help="print the path of the kubeconfig in use")
    verbs.add_parser("kubectl-path", help="print the path of kubectl")
    return top


def run(args: argparse.Namespace) -> int:
    """Carry out one verb."""
    why = choice.choose(os.environ)
    chosen = choice.create(why)
    if args.verb in ("up", "down"):
        say(f"engine: {why.name} ({why.reason})")
    start = time.monotonic()
    if args.verb == "up":
        config = chosen.up(choice.node_count(os.environ))
        say(f"up in {time.monotonic() - start:.1f} s; KUBECONFIG={config}")
    elif args.verb == "load":
        chosen.load(args.images)
    elif args.verb == "status":
        status = chosen.status()
        print(table(status))
        return 0 if status.up else 1
    elif args.verb == "down":
        chosen.down()
        say(f"down in {time.monotonic() - start:.1f} s")
    elif args.verb == "kubeconfig":
        print(chosen.kubeconfig())
    else:
        print(kubectl.program())
    return 0


def main() -> int:
    """Status 0 when done, 1 when something is in the way (said with its cure)."""
    return reported(lambda: run(parser().parse_args()))


if __name__ == "__main__":
    sys.exit(main())
