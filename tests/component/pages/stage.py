"""Labs on a real API server without nodes: what the operator made of them in memory, put there.

So a command of a page meets the objects, keys and ports that a lab has, and only a pod does
nothing: there is no node that would run it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml

from streaminglab_operator.adapters.kinds import BY_KIND
from streaminglab_operator.api import LAB
from tests.component.api.control_plane import Client
from tests.fakes.world import World
from tools.cluster.api import Api
from tools.lab.stage import OPERATOR_NAMESPACE, render_operator
from tools.shell.paths import ROOT
from tools.shell.progress import wait_until

Json = dict[str, Any]
LABS = f"/apis/{LAB.api_version}/{LAB.plural}"
HOME, OTHER = "student", "user-alice"
"""Where the pages' labs are: the reader's namespace, and the one that the admin's page names."""
EVERY_SERVICE: Json = {
    "kafka": {"brokers": 3},
    "connect": {
        "plugins": [{"name": "file", "bundled": "file"}],
        "connectors": [
            {
                "name": "lines",
                "class": "org.apache.kafka.connect.file.FileStreamSinkConnector",
                "config": {"topics": "weather", "file": "/tmp/lines.txt"},
            }
        ],
    },
    "page": {},
    "kafkaUI": {},
    "toolbox": {},
    "jupyter": {},
    "grafana": {},
    "postgresql": {},
    "sftp": {},
    "access": {"kafka": {"localhost": {}}, "ingress": {"domain": "lab.example.org"}},
}
"""What the pages that speak of any lab ``meteo`` have switched on, one or the other."""
COURSES = {
    "docs/courses/001-measuring.md": "measuring.yaml",
    "docs/courses/002-onyxia-kafka.md": "onyxia-kafka.yaml",
    "docs/courses/003-source-of-truth.md": "jee.yaml",
    "docs/courses/004-liveconnect.md": "liveconnect.yaml",
    "docs/courses/006-ksqldb.md": "ksqldb.yaml",
    "docs/courses/007-semantics.md": "semantics.yaml",
}


ADDED: dict[str, Json] = {"onyxia-kafka.yaml": {"toolbox": {}}}
"""What a page lets one add to its example before a command."""
THREE = "three-brokers.yaml"
"""The lab ``cluster`` of docs/student.md, beside ``meteo``."""


def namespace_of(page: str, command: str = "") -> str:
    """The namespace in which somebody types a page's command. A page that speaks of all courses
    names the lab in the command."""
    example = COURSES.get(page.replace(".fr.md", ".md"))
    if example is not None:
        return Path(example).stem
    named = (Path(file).stem for file in COURSES.values())
    return next((lab for lab in named if re.search(rf"[/ ]{lab}\b", command)), HOME)


async def labs() -> list[Json]:
    """All objects of all labs of the pages, as a cluster would hold them when they are Ready."""
    world = World()
    world.add_lab(EVERY_SERVICE, "meteo", HOME)
    world.add_lab(EVERY_SERVICE, "meteo", OTHER)
    for file, namespace in {THREE: HOME, **{f: Path(f).stem for f in COURSES.values()}}.items():
        body = yaml.safe_load_all((ROOT / "examples" / file).read_text(encoding="utf-8"))
        (lab,) = (found for found in body if found["kind"] == LAB.kind)
        spec = lab["spec"] | ADDED.get(file, {})
        world.add_lab(spec, lab["metadata"]["name"], namespace)
    await world.settle(seconds=120)
    assert world.errors == []
    return [_plain(kind, raw) for (kind, _, _), raw in world.server.objects.items()]


def _plain(kind: str, raw: Mapping[str, Any]) -> Json:
    """An object as somebody else may make it anew, without what the server itself writes."""
    kept = {
        k: v
        for k, v in raw["metadata"].items()
        if k in ("name", "namespace", "labels", "annotations")
    }
    version = raw.get("apiVersion") or BY_KIND[kind].api_version
    spec: Any = raw.get("spec")
    if kind == "Pod":
        spec = {"containers": [_bare(container) for container in raw["spec"]["containers"]]}
    elif kind == "Service" and spec.get("clusterIP") != "None":
        spec = {k: v for k, v in spec.items() if k not in ("clusterIP", "clusterIPs")}
    raw = raw if spec is None else {**raw, "spec": spec}
    return {**raw, "apiVersion": version, "kind": kind, "metadata": kept}


def _bare(container: Json) -> Json:
    """What a command names of a container; what it mounts is its StatefulSet's affair."""
    return {name: container[name] for name in ("name", "image", "ports") if name in container}


def put(server: Client, api: Api, objects: list[Json]) -> None:
    """The operator's own objects and those of its labs, which keep their status."""
    where = {body["metadata"]["namespace"] for body in objects} | {OPERATOR_NAMESPACE}
    for name in sorted(where):
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for document in render_operator({"image": {"repository": "x", "tag": "1"}}):
        api.apply(document, OPERATOR_NAMESPACE, manager="test")
        if document["kind"] == "Deployment":
            api.create(_pod_of(document), OPERATOR_NAMESPACE)
    api.create(_master_key(), OPERATOR_NAMESPACE)
    api.create(_pod("mine", {}, [{"name": "mine", "image": "mine"}]), HOME)
    wait_until("the CRD", lambda: server.call("GET", LABS).status == HTTPStatus.OK, 30)
    for body in objects:
        _make(api, body)
        if body["kind"] == LAB.kind:
            _write_status(server, body)


def _make(api: Api, body: Json) -> None:
    api.create({k: v for k, v in body.items() if k != "status"}, body["metadata"]["namespace"])


def _write_status(server: Client, body: Json) -> None:
    metadata = body["metadata"]
    path = f"/apis/{LAB.api_version}/namespaces/{metadata['namespace']}/{LAB.plural}"
    said = server.call("PATCH", f"{path}/{metadata['name']}/status", {"status": body["status"]})
    assert said.accepted, said.message


def _pod_of(deployment: Json) -> Json:
    template = deployment["spec"]["template"]
    containers = [_bare(container) for container in template["spec"]["containers"]]
    return _pod(f"{deployment['metadata']['name']}-0", template["metadata"], containers)


def _pod(name: str, metadata: Json, containers: list[Json]) -> Json:
    named = {"name": name, **metadata}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": named,
        "spec": {"containers": containers},
    }


def _master_key() -> Json:
    name = "streaminglab-master-key"
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": {}}
