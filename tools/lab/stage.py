"""The stage a lab needs: a cluster, images that its nodes know, and the operator."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml

from tools import images
from tools.artifacts import get
from tools.cluster import choice
from tools.cluster.api import Api, Json, condition, is_true
from tools.cluster.engine import Engine
from tools.lab.ahead import built_ahead
from tools.publish.images import pins
from tools.publish.registry import Registry
from tools.shell.errors import CommandError, ToolError
from tools.shell.paths import ROOT
from tools.shell.progress import say, step, wait_until
from tools.shell.run import call

OPERATOR_NAMESPACE = "streaminglab-system"
OPERATOR = "streaminglab-operator"
OPERATOR_IMAGE = "operator"
MANAGER = "streaminglab-install"
CRD = "streaminglabs.streaminglab.dev"
ASKED_FOR = (("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"),)
"""Kinds of the operator's chart that a cluster may lack: it has them where they are served."""
CRD_SECONDS, OPERATOR_SECONDS = 60, 180


def prepare(wanted: frozenset[str] | None = None) -> Path:
    """Cluster, images and operator, each only if needed; the kubeconfig.

    ``wanted``: the components whose images are built; None: all of them.
    """
    why = choice.choose(os.environ)
    chosen = choice.create(why)
    say(f"engine: {why.name} ({why.reason})")
    with built_ahead(certain(chosen, wanted), of_node=chosen.name == "kind"):
        with step("cluster"):
            config = chosen.up(choice.node_count(os.environ))
        with step("images"):
            found = have_images(chosen, wanted)
    with step("operator"):
        install_operator(Api.of(config), found)
    return config


def certain(chosen: Engine, wanted: frozenset[str] | None) -> list[str]:
    """Images that :func:`have_images` builds, whatever the engine holds."""
    if pulls(chosen):
        return []
    return [name for name in _local() if _is_asked_for(name, wanted)]


def _local() -> list[str]:
    """All that an installation runs and that can be built here."""
    return [name for name in (*images.components(), OPERATOR_IMAGE) if images.local(name)]


def pulls(chosen: Engine) -> bool:
    """Whether a cluster has its images from a registry of ours."""
    return chosen.name == "existing" and bool(os.environ.get("REGISTRY"))


def have_images(chosen: Engine, wanted: frozenset[str] | None = None) -> Mapping[str, str]:
    """Component -> image that the cluster can run, or "none" where there is none.

    Of a component that nobody has wanted yet the operator gets the name that its image will have:
    a lab that asks for it says that the image is not there, and goes on once it is built.

    Our own cluster, and a kind cluster of yours, get local images. With REGISTRY a cluster of
    yours pulls what `make publish` has put there, and the rest from upstream.
    """
    if pulls(chosen):
        registry = Registry(os.environ["REGISTRY"])
        return {name: registry.reference(pin.reference) for name, pin in pins(registry).items()}
    # Asked before anything is built: can images be put into this cluster's nodes at all?
    chosen.load([])
    names = (*images.components(), OPERATOR_IMAGE)
    built = {name: images.build(name) for name in _local() if is_due(name, wanted)}
    chosen.load(list(built.values()))
    return {name: built.get(name) or images.reference(name) for name in names}


def is_due(name: str, wanted: frozenset[str] | None) -> bool:
    """Whether an image is built now. One that is there already is never left out of the nodes."""
    return _is_asked_for(name, wanted) or images.is_built(name)


def _is_asked_for(name: str, wanted: frozenset[str] | None) -> bool:
    return wanted is None or name in wanted or name == OPERATOR_IMAGE


def left_out() -> list[str]:
    """Components whose local image nobody has built yet."""
    known = (name for name in images.components() if images.local(name))
    return sorted(name for name in known if not images.is_built(name))


def have_test_images(chosen: Engine) -> list[str]:
    """Images that tests alone run, put into the nodes; their references."""
    built = [images.build(name) for name in images.for_tests()]
    chosen.load(built)
    return built


def install_operator(api: Api, found: Mapping[str, str]) -> None:
    """Install or upgrade the operator by its chart, and wait until it answers."""
    named, _, digest = found[OPERATOR_IMAGE].partition("@")
    repository, _, tag = named.rpartition(":")
    values = {
        "image": {"repository": repository, "tag": tag, "digest": digest},
        "images": {name: image for name, image in found.items() if name != OPERATOR_IMAGE},
        **not_offered(found),
    }
    have_namespace(api, OPERATOR_NAMESPACE)
    known = [kind for kind in ASKED_FOR if api.serves(*kind)]
    for document in render_operator(values, known):
        api.apply(document, OPERATOR_NAMESPACE, manager=MANAGER)
    wait_until("the CRD", lambda: established(api), CRD_SECONDS)
    rollout(api)


def not_offered(found: Mapping[str, str]) -> dict[str, list[str]]:
    """The declaration that labs do without the parts of which no image can be had here, and are
    Ready all the same: of a cluster of our own this tool is the administrator, and says so."""
    absent = sorted(name for name, image in found.items() if image == images.NONE)
    if not absent:
        return {}
    say(f"  not offered here, because there is no image of it: {', '.join(absent)}")
    return {"notOffered": absent}


def established(api: Api) -> bool:
    """Whether the API server serves labs."""
    return is_true(api.get("customresourcedefinition", CRD) or {}, "Established")


def render_operator(
    values: Mapping[str, object], known: Iterable[tuple[str, str]] = ()
) -> Iterator[Json]:
    """The operator's chart, rendered by the real Helm, which asks no cluster.

    ``known``: of the kinds that the chart asks for, those that the cluster serves. Values of the
    file that OPERATOR_VALUES names are taken up too, but for those that are set here.
    """
    helm = str(get("helm") / "bin" / "helm")
    chart = str(ROOT / "charts" / "streaminglab-operator")
    flags = ["--namespace", OPERATOR_NAMESPACE, *own_values(os.environ), "--values", "-"]
    for version, kind in known:
        flags += ["--api-versions", f"{version}/{kind}"]
    try:
        text = call([helm, "template", OPERATOR, chart, *flags], stdin=json.dumps(values)).stdout
    except CommandError as error:
        raise ToolError(f"the operator's chart does not render: {error.tail}") from error
    return (document for document in yaml.safe_load_all(text) if document)


def own_values(environment: Mapping[str, str]) -> list[str]:
    """Helm's flags for the file that OPERATOR_VALUES names. Raises ToolError if there is none."""
    named = environment.get("OPERATOR_VALUES", "")
    if named and not Path(named).is_file():
        raise ToolError(f"OPERATOR_VALUES={named} is no file", "name one, or unset it")
    return ["--values", named] if named else []


def rolled_out(deployment: Json) -> bool:
    """Whether every pod of a Deployment is of its newest template and available.

    As `kubectl rollout status` looks at it (kubectl's pkg/polymorphichelpers/rollout_status.go).
    """
    status = deployment.get("status", {})
    if status.get("observedGeneration", 0) < deployment["metadata"]["generation"]:
        return False
    counts = {status.get(name, 0) for name in ("replicas", "updatedReplicas", "availableReplicas")}
    return counts == {deployment["spec"]["replicas"]}


def rollout(api: Api) -> None:
    """Wait for the operator's Deployment; say why it does not come."""
    seen: Json = {}

    def done() -> bool:
        seen.update(api.get("deployment", OPERATOR, OPERATOR_NAMESPACE) or {})
        return bool(seen) and rolled_out(seen)

    try:
        wait_until("the operator", done, OPERATOR_SECONDS)
    except ToolError as error:
        said = condition(seen, "Progressing").get("message", "")
        pods = api.items("pods", OPERATOR_NAMESPACE, f"app.kubernetes.io/name={OPERATOR}")
        logs = "\n".join(api.logs(p["metadata"]["name"], OPERATOR_NAMESPACE, 15) for p in pods)
        raise ToolError(f"the operator does not start: {error.cause} {said}\n{logs}") from error


def have_namespace(api: Api, name: str) -> None:
    """A namespace that admits only restricted pods."""
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": name, "labels": labels}
    document = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    api.apply(document, manager=MANAGER)
