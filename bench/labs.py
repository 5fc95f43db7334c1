"""The labs of a run, and what the operator makes of them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import yaml

from bench.client import Client
from bench.errors import BenchError
from bench.options import Options
from bench.owned import Json, applied_by, without_owner
from bench.waiting import is_true
from streaminglab_operator.adapters.kinds import SECRETS, WATCHED
from streaminglab_operator.api.reasons import Reason

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "lab.yaml"
GROUP = "/apis/streaminglab.dev/v1alpha1"
LAB_LABEL = "streaminglab.dev/lab"
LAB_NAME = "meteo"
MANAGER = "streaminglab-operator"
WORKLOADS = frozenset({"StatefulSet", "Deployment", "Job"})

COLLECTIONS = {
    kind.kind: (kind.api_version, kind.plural) for kind in (*WATCHED, SECRETS) if kind.kind != "Pod"
}
"""Every kind that a lab is made of: its version and its plural."""


def namespaces(count: int) -> list[str]:
    """One namespace for each student."""
    return [f"lab-{number:04}" for number in range(count)]


def lab(namespace: str, seed: int | None = None, file: Path = EXAMPLE) -> Json:
    """The example's lab in a namespace; with a seed of its own it is like no other lab."""
    document: Json = yaml.safe_load(file.read_text())
    document["metadata"] = {"name": LAB_NAME, "namespace": namespace}
    if seed is not None:
        _made_distinct(document["spec"], seed)
    return document


def _made_distinct(spec: Json, seed: int) -> None:
    if has_influxdb({"spec": spec}):
        spec.setdefault("inject", {})["seed"] = seed
    else:
        # Nothing is injected: the size of a topic's segments is what tells such labs apart.
        spec["kafka"]["topics"][0].setdefault("config", {})["segment.bytes"] = str(2**20 + seed)


def documents(options: Options) -> list[Json]:
    """The labs of a run, one in each namespace."""
    file = ROOT / "examples" / f"{options.example}.yaml"
    return [
        lab(name, number if options.distinct else None, file)
        for number, name in enumerate(namespaces(options.labs))
    ]


def has_influxdb(document: Json) -> bool:
    """Whether weather flows in a lab, so that its InfluxDB is set up."""
    return bool(document["spec"].get("weather", True))


def lab_path(namespace: str, name: str = LAB_NAME) -> str:
    """Where a lab is."""
    return f"{labs_path(namespace)}/{name}"


def labs_path(namespace: str) -> str:
    """Where the labs of a namespace are."""
    return f"{GROUP}/namespaces/{namespace}/streaminglabs"


def path_of(document: Json) -> str:
    """Where an object is."""
    version, plural = COLLECTIONS[document["kind"]]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    metadata = document["metadata"]
    return f"{root}/namespaces/{metadata['namespace']}/{plural}/{metadata['name']}"


async def custom_resource(client: Client) -> None:
    """Make the CRD and wait until it is served."""
    for file in sorted((ROOT / "crds").glob("*.yaml")):
        await serve(client, yaml.safe_load(file.read_text()))


async def serve(client: Client, definition: Json) -> None:
    """Make one CRD and wait until it is served."""
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    name = definition["metadata"]["name"]
    await client.create(path, definition)
    for _ in range(300):
        if is_true((await client.get(f"{path}/{name}")).get("status", {}), "Established"):
            return
        await asyncio.sleep(0.1)
    raise BenchError(f"{name} is not served after 30 s")


async def left(client: Client) -> str:
    """What is left of labs, as ``"12 pods"``; empty if nothing is."""
    for path, plural in ((f"{GROUP}/streaminglabs", "labs"), ("/api/v1/pods", "pods")):
        if found := await _count(client, path):
            return f"{found} {plural}"
    for version, plural in COLLECTIONS.values():
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if found := await _count(client, f"{root}/{plural}?labelSelector={LAB_LABEL}"):
            return f"{found} {plural}"
    return ""


async def _count(client: Client, path: str) -> int:
    """How many a collection has. One is read: a list says how many are left after its page, but
    not where it is selected by label (Kubernetes API, ListMeta.remainingItemCount)."""
    answer = await client.get(f"{path}{'&' if '?' in path else '?'}limit=1")
    return len(answer["items"]) + int(answer["metadata"].get("remainingItemCount", 0))


async def children(client: Client, namespace: str | None = None) -> list[Json]:
    """All that the operator applied, as it applied it but without owners: for the floor."""
    found: list[Json] = []
    for kind, (version, plural) in COLLECTIONS.items():
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        scope = f"/namespaces/{namespace}" if namespace else ""
        answer = await client.get(f"{root}{scope}/{plural}?labelSelector={LAB_LABEL}")
        for item in answer["items"]:
            live = {"apiVersion": version, "kind": kind, **item}
            applied = _secret(live) if kind == "Secret" else applied_by(MANAGER, live)
            if applied is not None:
                found.append(without_owner(applied))
    return found


def _secret(live: Json) -> Json:
    """The credentials are created, not applied; they hold nothing but what the operator drew."""
    metadata = {key: live["metadata"][key] for key in ("name", "namespace", "labels")}
    return {**{k: live[k] for k in ("apiVersion", "kind", "type", "data")}, "metadata": metadata}


def ready_condition(raw: dict[str, Any]) -> tuple[str, str]:
    """Status and message of a lab's Ready condition."""
    found = _ready(raw)
    return (found["status"], found.get("message", "")) if found else ("Unknown", "no status yet")


def is_ready(raw: dict[str, Any]) -> bool:
    """Whether a lab is Ready. One without an image never will be: :class:`BenchError`."""
    found = _ready(raw)
    if found.get("reason") == Reason.IMAGE_NOT_AVAILABLE:
        raise BenchError(f"a lab can never be Ready: {found['message']}")
    return found.get("status") == "True"


def _ready(raw: dict[str, Any]) -> dict[str, Any]:
    conditions: list[dict[str, Any]] = raw.get("status", {}).get("conditions", [])
    return next((found for found in conditions if found["type"] == "Ready"), {})


def body(document: Json) -> str:
    """An object as a request's body."""
    return json.dumps(document, separators=(",", ":"))
