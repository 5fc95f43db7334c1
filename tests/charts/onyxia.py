"""What Onyxia's launcher makes of a chart's schema, as its web application 5 does it.

Written from `computeHelmValues.ts`, `resolveXOnyxiaValueReference.ts` and
`validateValueAgainstJSONSchema.ts` of InseeFrLab/onyxia: each value is what `overwriteDefaultWith`
finds in the context, else the schema's default, else that of values.yaml; a value that does not
fit its schema is passed over, and where nothing is left the launcher fails.
"""

import copy
import itertools
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

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


def follow(link: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values after a launch link (`route.ts`, `applyDiffPatch.ts`)."""
    found = copy.deepcopy(values)
    for part in urlsplit(link).query.split("&"):
        key, value = part.split("=")
        if "." in key:
            _assign(found, _path(key), _value(value))
    without: dict[str, Any] = _without_deleted(found)
    return without


def _path(key: str) -> list[str | int]:
    """The key is not decoded, but for a dot after a backslash."""
    words = re.sub(r"(?i)(?:\\|%5c)\.", "\0", key)
    words = re.sub(r"\[(\d+)\]", "._index_\\1", words)
    return [
        int(word[7:]) if word.startswith("_index_") else word.replace("\0", ".")
        for word in words.split(".")
    ]


_DELETED = object()


def _value(text: str) -> Any:
    if text in ("true", "false", "null", "-"):
        return {"true": True, "false": False, "null": None, "-": _DELETED}[text]
    number = re.match(r"-?[0-9]+(\.[0-9]+)?", text)
    if number:  # parseFloat, which reads as far as it can
        return float(number[0]) if number[1] else int(number[0])
    match = re.fullmatch(r"«([^»]*)»", unquote(text))
    if match is None:
        raise LauncherError(f"no value of a link: {text}")
    return match[1]


def _assign(target: Any, path: list[str | int], value: Any) -> None:
    for step, following in itertools.pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int) and step == len(target):
            target.append(empty)
        elif not isinstance(step, int):
            target.setdefault(step, empty)
        target = target[step]
    last = path[-1]
    if isinstance(last, int) and last == len(target):
        target.append(value)
    else:
        target[last] = value


def _without_deleted(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_deleted(v) for k, v in value.items() if v is not _DELETED}
    if not isinstance(value, list):
        return value
    kept = [_without_deleted(item) for item in value if item is not _DELETED]
    if _DELETED in value[: len(kept)]:
        raise LauncherError("only the end of a list can be deleted")
    return kept


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


def urls(objects: list[dict[str, Any]], *, ingress: bool = True, route: bool = False) -> list[str]:
    """The addresses that Onyxia finds in a release's manifest (`ServiceUrlResolver.java`), by what
    the region's `expose` has."""
    found = [
        f"https://{rule['host']}{path['path']}"
        for manifest in objects
        if ingress and manifest["kind"] == "Ingress"
        for rule in manifest["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]
    routes = (o["spec"]["host"] for o in objects if route and o["kind"] == "Route")
    return found + [f"https://{host}" for host in routes]


def open_url(found: list[str], notes: str) -> str:
    """The address behind the Open button: the first one in the notes, else by alphabet."""
    pattern = "|".join(re.escape(url.removesuffix("/")) + r"(?:[/?#][^\s)]*)?" for url in found)
    match = re.search(pattern, notes, re.IGNORECASE)
    return match[0] if match else min(found)


def copied_password(notes: str) -> str | None:
    """What the copy button takes for the service's password."""
    match = re.search(r"password: ?([^\n ]+)", notes, re.IGNORECASE)
    return match[1] if match else None
