"""The labs of a run, and what the operator makes of them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import yaml

from bench.client import Client
from bench.errors import BenchError
from bench.owned import Json, applied_by, without_owner

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "lab.yaml"
GROUP = "/apis/streaminglab.dev/v1alpha1"
LAB_LABEL = "streaminglab.dev/lab"
LAB_NAME = "meteo"
MANAGER = "streaminglab-operator"
WORKLOADS = frozenset({"StatefulSet", "Deployment", "Job"})

COLLECTIONS = {
    "Service": ("v1", "services"),
    "ConfigMap": ("v1", "configmaps"),
    "Secret": ("v1", "secrets"),
    "NetworkPolicy": ("networking.k8s.io/v1", "networkpolicies"),
    "PodDisruptionBudget": ("policy/v1", "poddisruptionbudgets"),
    "StatefulSet": ("apps/v1", "statefulsets"),
    "Deployment": ("apps/v1", "deployments"),
    "Job": ("batch/v1", "jobs"),
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
        document["spec"].setdefault("inject", {})["seed"] = seed
    return document


def lab_path(namespace: str, name: str = LAB_NAME) -> str:
    """Where a lab is."""
    return f"{GROUP}/namespaces/{namespace}/streaminglabs/{name}"


def path_of(document: Json) -> str:
    """Where an object is."""
    version, plural = COLLECTIONS[document["kind"]]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    metadata = document["metadata"]
    return f"{root}/namespaces/{metadata['namespace']}/{plural}/{metadata['name']}"


async def custom_resource(client: Client) -> None:
    """Make the CRD and wait until it is served."""
    for file in sorted((ROOT / "crds").glob("*.yaml")):
        document = yaml.safe_load(file.read_text())
        path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        await client.create(path, document)
        for _ in range(300):
            if _established(await client.get(f"{path}/{document['metadata']['name']}")):
                break
            await asyncio.sleep(0.1)
        else:
            raise BenchError(f"{file.name} is not served after 30 s")


def _established(crd: Json) -> bool:
    conditions = crd.get("status", {}).get("conditions") or []
    return any(c["type"] == "Established" and c["status"] == "True" for c in conditions)


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
    for condition in raw.get("status", {}).get("conditions", []):
        if condition["type"] == "Ready":
            return condition["status"], condition.get("message", "")
    return "Unknown", "no status yet"


def body(document: Json) -> str:
    """An object as a request's body."""
    return json.dumps(document, separators=(",", ":"))
