"""values.schema.json of a chart: its own values.schema.yaml, and what all charts share.

Both are JSON Schema (draft 7, which Helm checks values against) with the three shorter words that
charts/common/values.shared.yaml explains: `use`, closed `properties`, `shared`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.charts import lab_images

OWN = "values.schema.yaml"
"""A chart's own part, in the chart's directory."""
SHARED = Path("common/values.shared.yaml")
"""What charts share, in the directory of the charts."""

Schema = dict[str, Any]


def schema_text(chart: Path) -> str:
    """values.schema.json of the chart in this directory, as it must be.

    Raises ValueError, with the chart's name, for a `shared` or `use` that names nothing.
    """
    charts = chart.parent
    shared = yaml.safe_load((charts / SHARED).read_text(encoding="utf-8"))
    own = yaml.safe_load((chart / OWN).read_text(encoding="utf-8"))
    shared["blocks"] |= {"imagesOfLabs": lab_images.block(), "partsOfLabs": lab_images.parts()}
    try:
        schema = chart_schema(chart.name, own, shared)
    except KeyError as error:
        raise ValueError(f"{chart.name}/{OWN}: {SHARED} has no {error.args[0]!r}") from None
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def chart_schema(name: str, own: Mapping[str, Any], shared: Mapping[str, Any]) -> Schema:
    """The whole schema; a KeyError names the set or block that `shared` lacks.

    A chart's own word about a shared value (`networkPolicy`, say) wins over the shared one, and the
    value keeps its place among the shared ones.
    """
    blocks = shared["blocks"]
    rest = {key: value for key, value in own.items() if key not in ("shared", "properties")}
    common = {key: blocks[key] for key in _members(own["shared"], shared["sets"])}
    mine = {key: value for key, value in own["properties"].items() if key not in common}
    changed = {key: own["properties"][key] for key in common if key in own["properties"]}
    properties = {**mine, **_merged(common, changed), **shared["helm"]}
    head = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Values of the {name} chart",
    }
    return {**head, **written_out({"properties": properties, **rest}, blocks)}


def _members(name: str, sets: Mapping[str, Any]) -> list[str]:
    """The values of a set, those of the sets that it names among them."""
    nested = (_members(entry, sets) if entry in sets else [entry] for entry in sets[name])
    return [value for values in nested for value in values]


def written_out(node: Mapping[str, Any], blocks: Mapping[str, Any]) -> Schema:
    """`node` as plain JSON Schema: each `use` replaced, each object with properties closed."""
    if "use" in node:
        beside = {key: value for key, value in node.items() if key != "use"}
        return written_out(_merged(blocks[node["use"]], beside), blocks)
    plain = {key: _part(key, value, blocks) for key, value in node.items()}
    closed = {"type": "object", "additionalProperties": False} if "properties" in plain else {}
    whole = {**closed, **plain}
    return {key: whole[key] for key in sorted(whole, key=_place)}


def _place(word: str) -> int:
    """What a word of a schema is sorted by: what it is comes first, what it holds last."""
    order = ("type", "description", "additionalProperties", "required")
    return order.index(word) if word in order else len(order)


def _part(word: str, value: Any, blocks: Mapping[str, Any]) -> Any:
    """What stands below one word of a schema; conditions (`allOf`, `if`) are left as they are."""
    if word in ("properties", "patternProperties"):
        return {key: _part("items", child, blocks) for key, child in value.items()}
    if word in ("items", "additionalProperties") and isinstance(value, Mapping):
        return written_out(value, blocks)
    return value


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> Schema:
    """`base` with what `over` says; a word that `over` sets to null goes."""
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _merged(merged[key], value) if both else value
    return {key: value for key, value in merged.items() if value is not None}
