"""JSON schemas for kubeconform, from the OpenAPI document that Kubernetes' own source carries.

kubeconform would download its schemas from the web. Kubernetes' module has them in another form
(api/openapi-spec/swagger.json): every kind's definition, rewritten here into one file per kind,
strict: a field that Kubernetes does not know fails.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.artifacts.golang import GO_DIRECTORY, module_directory

TEMPLATE = "{{ .ResourceKind }}{{ .KindSuffix }}.json"
"""kubeconform's -schema-location for a directory written by this module."""

PREFIX = "#/definitions/"
# Definitions whose OpenAPI type is only half the truth: both read numbers as well.
SCALARS = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": ["string", "number"]},
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["string", "integer"]},
}
# What a validator needs; the rest is documentation, or Kubernetes' own.
KEEP = {"type", "properties", "items", "required", "additionalProperties", "enum", "$ref"}


def swagger(log: Path, pinned: str = "kubernetes") -> dict[str, Any]:
    """A pinned Kubernetes' OpenAPI document; downloads the Go module when it is missing.

    ``pinned``: by which name of versions.toml.
    """
    module = module_directory("k8s.io/kubernetes", GO_DIRECTORY / pinned, log)
    document: dict[str, Any] = json.loads((module / "api/openapi-spec/swagger.json").read_text())
    return document


def gateway_crds(log: Path) -> list[dict[str, Any]]:
    """The CustomResourceDefinitions of the Gateway API's routes, from its own module.

    No cluster of the tests has them installed; the module comes with the network plugin's.
    """
    module = module_directory("sigs.k8s.io/gateway-api", GO_DIRECTORY / "cilium", log)
    file = module / "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"
    return [crd for crd in yaml.safe_load_all(file.read_text()) if crd]


def write_kinds(document: Mapping[str, Any], target: Path) -> int:
    """One file per kind into `target`; returns how many."""
    definitions = {name: _strict(name, part) for name, part in document["definitions"].items()}
    count = 0
    for name, definition in document["definitions"].items():
        for kind in definition.get("x-kubernetes-group-version-kind", []):
            needed = {n: definitions[n] for n in sorted(_closure(name, definitions))}
            schema = {"$ref": PREFIX + name, "definitions": needed}
            path = target / file_name(kind["kind"], kind["group"], kind["version"])
            path.write_text(json.dumps(schema))
            count += 1
    return count


def write_crd(crd: Mapping[str, Any], target: Path) -> None:
    """The kinds of one CustomResourceDefinition, as strict as Kubernetes' own."""
    spec = crd["spec"]
    for version in spec["versions"]:
        schema = _strict("", version["schema"]["openAPIV3Schema"])
        # Every object has these; a CRD's schema need not name them.
        for field in ("apiVersion", "kind", "metadata"):
            schema["properties"].setdefault(field, {})
        # A bound on one of its fields is no list of all.
        schema["properties"]["metadata"].pop("additionalProperties", None)
        name = file_name(spec["names"]["kind"], spec["group"], version["name"])
        (target / name).write_text(json.dumps(schema))


def file_name(kind: str, group: str, version: str) -> str:
    """kubeconform's {{ .ResourceKind }}{{ .KindSuffix }}: the group's first label only."""
    parts = [kind, group.split(".", maxsplit=1)[0], version]
    return "-".join(part for part in parts if part).lower() + ".json"


def _strict(name: str, part: Any) -> Any:
    """A definition without documentation that refuses unknown fields."""
    if name in SCALARS:
        return SCALARS[name]
    if not isinstance(part, dict):
        return part
    if part.get("x-kubernetes-int-or-string"):
        return {"type": ["string", "integer"]}
    schema = {key: value for key, value in part.items() if key in KEEP}
    if "properties" in schema:
        schema["properties"] = {k: _strict("", v) for k, v in schema["properties"].items()}
        if not part.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
    for key in ("items", "additionalProperties"):
        if key in schema:
            schema[key] = _strict("", schema[key])
    return schema


def _closure(name: str, definitions: Mapping[str, Any]) -> set[str]:
    """`name` and every definition it leads to."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(_references(definitions[current]))
    return seen


def _references(part: Any) -> list[str]:
    """Names of definitions that a schema refers to, at any depth."""
    if isinstance(part, list):
        return [found for item in part for found in _references(item)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"].removeprefix(PREFIX)] if isinstance(part.get("$ref"), str) else []
    return own + [found for item in part.values() for found in _references(item)]
