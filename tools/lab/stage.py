"""The stage a lab needs: a cluster, images that its nodes know, and the operator."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from streaminglab_operator import __version__
from tools.artifacts import get
from tools.cluster import engine, kubectl
from tools.cluster.run import say

ROOT = Path(__file__).resolve().parents[2]
OPERATOR_NAMESPACE = "streaminglab-system"
OPERATOR = "streaminglab-operator"
OPERATOR_IMAGE = "operator"

T = TypeVar("T")


class LabError(Exception):
    """Something is in the way; the text says what, and what to do."""


def step(name: str, work: Callable[[], T]) -> T:
    """Do one step, saying its name before and its time after."""
    say(f"==> {name}")
    start = time.monotonic()
    result = work()
    say(f"    {name}: {time.monotonic() - start:.1f} s")
    return result


def prepare() -> Path:
    """Cluster, images and operator, each only if needed; the kubeconfig."""
    choice = engine.choose(os.environ)
    chosen = engine.create(choice)
    say(f"engine: {choice.name} ({choice.reason})")
    config = step("cluster", lambda: chosen.up(engine.node_count(os.environ)))
    images = step("images", lambda: have_images(choice.name, chosen))
    step("operator", lambda: install_operator(config, images))
    return config


def have_images(engine_name: str, chosen: engine.Engine) -> Mapping[str, str]:
    """Component -> image that the cluster can run, or "none" where there is none.

    Our own cluster, and a kind cluster of yours, get local images. Any other cluster pulls the
    upstream images, and operator and jobs from where you put them (IMAGE_PREFIX).
    """
    prefix = os.environ.get("IMAGE_PREFIX", "").rstrip("/")
    if engine_name == "existing" and prefix:
        return {name: f"{prefix}/{name}:{__version__}" for name in ("operator", "jobs")}
    from tools.images import build, components, local, reference

    # Asked before anything is built: can images be put into this cluster's nodes at all?
    chosen.load([])
    names = (*components(), OPERATOR_IMAGE)
    built = {name: build(name) for name in names if local(name)}
    chosen.load(list(built.values()))
    return {name: built.get(name) or reference(name) for name in names}


def have_test_images(chosen: engine.Engine) -> list[str]:
    """Images that tests alone run, put into the nodes; their references."""
    from tools.images import build, for_tests

    built = [build(name) for name in for_tests()]
    chosen.load(built)
    return built


def install_operator(config: Path, images: Mapping[str, str]) -> None:
    """Install or upgrade the operator by its chart, and wait until it answers."""
    repository, _, tag = images[OPERATOR_IMAGE].rpartition(":")
    values = {
        "image": {"repository": repository, "tag": tag},
        "images": {name: found for name, found in images.items() if name != OPERATOR_IMAGE},
    }
    have_namespace(config, OPERATOR_NAMESPACE)
    manifests = render_operator(values)
    kubectl.kubectl(
        config,
        "apply",
        "--server-side",
        "--force-conflicts",
        "--field-manager=streaminglab-install",
        "-n",
        OPERATOR_NAMESPACE,
        "-f",
        "-",
        stdin=manifests,
    )
    kubectl.kubectl(
        config,
        "wait",
        "--for=condition=Established",
        "crd/streaminglabs.streaminglab.dev",
        "--timeout=60s",
    )
    rollout(config)


def render_operator(values: Mapping[str, object]) -> str:
    """The operator's chart, rendered by the real Helm."""
    command = [
        str(get("helm") / "bin" / "helm"),
        "template",
        OPERATOR,
        str(ROOT / "charts" / "streaminglab-operator"),
        "--namespace",
        OPERATOR_NAMESPACE,
        "--values",
        "-",
    ]
    done = subprocess.run(
        command, input=json.dumps(values), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LabError(f"the operator's chart does not render: {done.stderr.strip()}")
    return done.stdout


def rollout(config: Path) -> None:
    """Wait for the operator's Deployment; say why it does not come."""
    done = subprocess.run(
        [
            kubectl.program(),
            f"--kubeconfig={config}",
            "rollout",
            "status",
            f"deployment/{OPERATOR}",
            "-n",
            OPERATOR_NAMESPACE,
            "--timeout=180s",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        logs = kubectl.kubectl(
            config, "logs", "-n", OPERATOR_NAMESPACE, f"deployment/{OPERATOR}", "--tail=15",
            check=False,
        )  # fmt: skip
        raise LabError(f"the operator does not start: {done.stderr.strip()}\n{logs}")


def have_namespace(config: Path, name: str) -> None:
    """A namespace that admits only restricted pods."""
    body = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": name,
            "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
        },
    }
    kubectl.kubectl(config, "apply", "--server-side", "-f", "-", stdin=json.dumps(body))
