"""python -m tools.cluster up|load IMAGE...|status|down|kubeconfig|kubectl-path"""

from __future__ import annotations

import argparse
import os
import sys
import time

from tools.artifacts.errors import ArtifactError
from tools.cluster import engine, kubectl
from tools.cluster.errors import ClusterError
from tools.cluster.report import table
from tools.cluster.run import say


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
    choice = engine.choose(os.environ)
    chosen = engine.create(choice)
    if args.verb in ("up", "down"):
        say(f"engine: {choice.name} ({choice.reason})")
    start = time.monotonic()
    if args.verb == "up":
        config = chosen.up(engine.node_count(os.environ))
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
    try:
        return run(parser().parse_args())
    except (ClusterError, ArtifactError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; run the same again and it goes on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
