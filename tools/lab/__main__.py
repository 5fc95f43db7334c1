"""python -m tools.lab up|down|prepare|images|test-images|ports|records|influx"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import yaml

from tools.cluster import choice, kubectl
from tools.cluster.api import Api
from tools.lab import data, found, ports, stage, summary, wanted
from tools.shell.errors import ToolError
from tools.shell.paths import ROOT
from tools.shell.progress import reported, say

READY_SECONDS = 600.0
VERBS = ("up", "down", "prepare", "images", "test-images", "ports", "records", "influx")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m tools.lab", description=__doc__)
    top.add_argument("verb", choices=VERBS)
    top.add_argument("--file", type=Path, default=ROOT / "examples" / "lab.yaml")
    top.add_argument("--namespace", default="student")
    return top


def lab_of(file: Path) -> tuple[str, str]:
    """Name and producer's topic of the first StreamingLab in a file."""
    for document in yaml.safe_load_all(file.read_text()):
        if document and document.get("kind") == "StreamingLab":
            topic = (document.get("spec") or {}).get("producer", {}).get("topic", "weather")
            return str(document["metadata"]["name"]), str(topic)
    raise ToolError(f"{file} holds no StreamingLab")


def up(file: Path, namespace: str) -> int:
    """Everything up to verified data, and the summary."""
    name, _ = lab_of(file)
    config = stage.prepare(wanted.images_of(file))
    say(f"lab {name}: kubectl apply -f {file} -n {namespace}")
    start = time.monotonic()
    api = Api.of(config)
    stage.have_namespace(api, namespace)
    kubectl.kubectl(config, "apply", "-n", namespace, "-f", str(file))
    if code := data.until_ready(config, namespace, name, READY_SECONDS):
        return code
    lab = found.fetch(api, namespace, name)
    print(summary.text(lab, namespace, time.monotonic() - start, stage.left_out()))
    return 0


def down(file: Path, namespace: str) -> None:
    """The lab first, so that its end is seen; then the cluster, if it is ours."""
    chosen = choice.current()
    if chosen.status().up:
        config = chosen.kubeconfig()
        name, _ = lab_of(file)
        kubectl.kubectl(
            config, "delete", "streaminglab", name, "-n", namespace, "--ignore-not-found",
            check=False,
        )  # fmt: skip
        kubectl.kubectl(config, "delete", "namespace", namespace, "--ignore-not-found", check=False)
    chosen.down()


def show(verb: str, file: Path, namespace: str) -> int:
    """Verbs that look at what runs, or at images alone."""
    chosen = choice.current()
    if verb == "images":
        for component, image in stage.have_images(chosen).items():
            print(f"{component:10} {image}")
        return 0
    if verb == "test-images":
        print(*stage.have_test_images(chosen), sep="\n")
        return 0
    name, topic = lab_of(file)
    if verb == "ports":
        print(ports.table(ports.running(Api.of(chosen.kubeconfig()), namespace, name)))
        return 0
    if verb == "records":
        return data.records(chosen.kubeconfig(), namespace, name, topic)
    return data.influx(chosen.kubeconfig(), namespace, name)


def run(args: argparse.Namespace) -> int:
    """Carry out one verb."""
    if args.verb == "up":
        return up(args.file, args.namespace)
    if args.verb == "down":
        down(args.file, args.namespace)
    elif args.verb == "prepare":
        stage.prepare()
    else:
        return show(args.verb, args.file, args.namespace)
    return 0


def main() -> int:
    """Status 0 when done, 1 when something is in the way (said with its cure)."""
    return reported(lambda: run(parser().parse_args()))


if __name__ == "__main__":
    sys.exit(main())
