"""What Onyxia's launcher makes of a chart's schema, as its web application 5 does it.

Written from `computeHelmValues.ts`, `resolveXOnyxiaValueReference.ts` and
`validateValueAgainstJSONSchema.ts` of InseeFrLab/onyxia: each value is what `overwriteDefaultWith`
finds in the context, else the schema's default, else that of values.yaml; a value that does not
fit its schema is passed over, and where nothing is left the launcher fails.
"""

import re
from collections.abc import Mapping
from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def context(region: Mapping[str, Any] | None = None, **k8s: Any) -> dict[str, Any]:
    """What Onyxia knows when a student called alice opens the launcher (`XOnyxiaContext`)."""
    return {
        "user": {"idep": "alice", "name": "Alice", "email": "alice@example.org", "lang": "fr"},
        "service": {"oneTimePassword": "k2j4n5one7time9pass"},
        "project": {"id": "user-alice", "password": "project-password"},
        "k8s": {
            "domain": "user.lab.example.org",
            "ingressClassName": "onyxia",
            "ingress": True,
            "route": False,
            **k8s,
        },
        "s3": None,
        "proxyInjection": None,
        "packageRepositoryInjection": None,
        "certificateAuthorityInjection": None,
        "region": {"customValues": None, "from": None, **(region or {})},
    }


class LauncherError(Exception):
    """The launcher would show an error instead of a form."""


def launch(
    schema: Mapping[str, Any], defaults: Any, known: Mapping[str, Any], path: str = ""
) -> Any:
    """The values that the launcher begins with."""
    if schema["type"] == "object" and "properties" in schema:
        inner = defaults if isinstance(defaults, dict) else {}
        return {
            name: launch(part, inner.get(name), known, f"{path}/{name}")
            for name, part in schema["properties"].items()
        }
    expression = schema.get("x-onyxia", {}).get("overwriteDefaultWith")
    offered = [resolve(expression, known)] if expression else []
    for value in (*offered, schema.get("default"), defaults):
        if value is not None and fits(schema, value):
            return value
    if schema["type"] == "array":
        return []
    raise LauncherError(f"no value for {path}")


def resolve(expression: str, known: Mapping[str, Any]) -> Any:
    """`{{a.b}}` as the value itself, and within a text as text."""
    whole = re.fullmatch(r"{{([^}]+)}}", expression)
    if whole:
        found: Any = known
        for part in whole[1].split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found
    return re.sub(r"{{[^}]+}}", lambda m: str(resolve(m[0], known)), expression)


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Onyxia's own check of a default, which is narrower than JSON Schema."""
    kind = schema["type"]
    if not isinstance(kind, str):
        raise LauncherError(f"a type must be one word: {kind}")
    if not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool)):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, str):
        return _text_fits(schema, value)
    if isinstance(value, list) and "items" in schema:
        return all(_item_fits(schema["items"], item) for item in value)
    if isinstance(value, list):
        return bool(len(value) <= schema.get("maxItems", len(value)))
    return not isinstance(value, int) or bool(value >= schema.get("minimum", value))


def _text_fits(schema: Mapping[str, Any], value: str) -> bool:
    if not re.search(schema.get("pattern", ""), value):
        return False
    unit = schema.get("sliderUnit")
    if unit is None:
        return True
    number = float(value.removesuffix(unit))
    return value.endswith(unit) and schema["sliderMin"] <= number <= schema["sliderMax"]


def _item_fits(schema: Mapping[str, Any], item: Any) -> bool:
    """Every property of an item must be there."""
    names = schema.get("properties", {})
    return fits(schema, item) and all(name in item for name in names)


def fields(schema: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """Paths of the fields that the form shows for some values."""
    return list(_fields(schema, values, ()))


def _fields(
    schema: Mapping[str, Any], values: Mapping[str, Any], path: tuple[str, ...]
) -> list[str]:
    hidden = schema.get("hidden", False)
    if isinstance(hidden, dict):
        target: Any = values
        for part in hidden["path"].split("/"):
            target = target[part]
        hidden = target == hidden["value"]
    if hidden or schema.get("x-onyxia", {}).get("hidden"):
        return []
    if "properties" not in schema:
        if "sliderMin" in schema and schema["type"] not in ("string", "number"):
            raise LauncherError(f"a slider cannot be {schema['type']}: {'/'.join(path)}")
        return ["/".join(path)]
    return [
        shown
        for name, part in schema["properties"].items()
        for shown in _fields(part, values, (*path, name))
    ]


def urls(objects: list[dict[str, Any]]) -> list[str]:
    """The addresses that Onyxia finds in a release's manifest (`ServiceUrlResolver.java`)."""
    return [
        f"https://{rule['host']}{path['path']}"
        for manifest in objects
        if manifest["kind"] == "Ingress"
        for rule in manifest["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]


def open_url(found: list[str], notes: str) -> str:
    """The address behind the Open button: the first one in the notes, else by alphabet."""
    pattern = "|".join(re.escape(url.removesuffix("/")) + r"(?:[/?#][^\s)]*)?" for url in found)
    match = re.search(pattern, notes, re.IGNORECASE)
    return match[0] if match else min(found)


def copied_password(notes: str) -> str | None:
    """What the copy button takes for the service's password."""
    match = re.search(r"password: ?([^\n ]+)", notes, re.IGNORECASE)
    return match[1] if match else None
