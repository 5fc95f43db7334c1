"""From the schema of a lab's spec to the form that Onyxia draws.

Onyxia's launcher (web 5, `computeHelmValues.ts`, `computeRootFormFieldGroup.ts`) is narrower than
JSON Schema: every value needs a default, a type is one word, a slider is a text with a unit, and a
default list must name every property of its items. So a part of the spec that may be unset becomes
a switch, and what a list or a map may hold stands under `allOf`, which Helm checks and Onyxia
passes over: it shows one editor for the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from streaminglab_operator.api import LAB
from streaminglab_operator.api.crd import schema_at
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.api.structural import Schema, structural
from streaminglab_operator.services import PROGRAMS, SERVICES
from streaminglab_operator.services.size import PROFILES
from tools.generate import tile_words
from tools.generate.tile_told import told, told_of_part

LEFT_OUT = frozenset(
    {
        # No number stands for "as the profile says", and a form has no empty number.
        "kafka.brokers",
        # Made by the tile itself, from what Onyxia knows of the cluster.
        "access.ingress",
        "access.discoverable",
        "access.gateway",
        # For a laptop with kubectl, which few who come by a catalog have.
        "access.kafka",
        # Ports of nodes are given out by who runs the cluster.
        "access.outside",
        # Made by the tile, of security.password.
        "passwordsSecretName",
        # Done to a lab that runs; and it needs brokers, whose number is not in the form either.
        "chaos",
        # Onyxia has a button of its own for it: global.suspend.
        "suspend",
    }
)
HIDDEN = frozenset(
    {
        *("resources", "storageClassName", "mavenRepository", "access", "pods", "egress"),
        "readyWithLab",
        *(p.part.key for p in PROGRAMS if p.part.model.model_fields.keys() == {"resources"}),
    }
)
"""Not shown to students; a launch link or an administrator may still set them."""
FILLED = {
    "pods.nodeSelector": "{{region.nodeSelector}}",
    "pods.tolerations": "{{region.tolerations}}",
}
"""What Onyxia knows of its region (regions.services in its values), and a lab must obey."""
SWITCHED_ON = frozenset(service.part.key for service in SERVICES if service.on_in_tile)
"""On by default, other than in the spec: whoever clicks on a tile looks for a page."""
OTHERWISE: Mapping[str, Any] = {
    # Onyxia's card is green when the page's container is ready, and only then (HelmAppsService).
    "page.readyWithLab": True,
}
"""Defaults that are other than the spec's."""
WEATHER = frozenset(
    {
        *(service.part.key for service in SERVICES if service.needs_weather),
        *(p.part.key for p in PROGRAMS if p.weather),
    }
)
TITLES = {"cpu": "CPU", "cpuLimit": "CPU limit", "schemasInJson": "Schemas in JSON"} | {
    service.part.key: service.title for service in SERVICES
}
FRENCH = {service.part.key: service.french for service in SERVICES}
GIGABYTES = {
    "render": "slider",
    "sliderMin": 1,
    "sliderMax": 20,
    "sliderStep": 1,
    "sliderUnit": "Gi",
}
RULES = "x-rules"
"""Where the rules of a value are kept on the way to the form."""
EMPTY: Mapping[str, Any] = {"string": "", "array": [], "boolean": False}


def spec_form() -> Schema:
    """The `lab` part of the tile's values."""
    spec = structural(StreamingLabSpec.model_json_schema())
    for rule in LAB.rules:
        for place in rule.at if rule.form else ():
            node = schema_at({"properties": {"spec": spec}}, place)
            said = told_of_part if "properties" in node else told
            node.setdefault(RULES, []).append(said(rule.form or {}, rule.message))
    return _group(spec, "", "What the lab should be.")


def _group(node: Schema, path: str, text: str) -> Schema:
    children = {}
    for name, child in node["properties"].items():
        full = f"{path}.{name}".lstrip(".")
        if full not in LEFT_OUT:
            children[name] = _shown(_field(name, child, full), name, full)
    return {
        "type": "object",
        "title": title(path.rpartition(".")[2]) if path else "Lab",
        "description": text,
        "additionalProperties": False,
        "properties": children,
        **rules(node),
    }


def _shown(field: Schema, name: str, path: str) -> Schema:
    """The same, with the word that hides what does not matter now."""
    if "properties" not in field and path not in tile_words.TABLE and path not in FILLED:
        return {**field, "x-onyxia": {"hidden": True}}
    if path in FILLED:
        return {**field, "x-onyxia": {"hidden": True, "overwriteDefaultWith": FILLED[path]}}
    if name in HIDDEN:
        return {**field, "x-onyxia": {"hidden": True}}
    if path in WEATHER:
        return {**field, "hidden": {"value": False, "path": "lab/weather"}}
    return field


def _field(name: str, node: Schema, path: str) -> Schema:
    if "properties" in node:
        return (
            _switch(name, node, path)
            if is_switch(name, node)
            else _group(node, path, words(node["description"]))
        )
    shown = path in tile_words.TABLE
    field: Schema = {
        "type": node["type"],
        "title": tile_words.title(path) if shown else title(name),
        "description": tile_words.help_text(path) if shown else words(node["description"]),
        "default": OTHERWISE.get(path, node.get("default", EMPTY.get(node["type"], {}))),
    }
    if node["type"] == "array":
        # Without items of its own: see the module's text.
        return {**field, "maxItems": node["maxItems"], "allOf": [{"items": strict(node["items"])}]}
    if node["type"] == "object":
        limits = ("additionalProperties", "maxProperties")
        return field | {word: node[word] for word in limits} | rules(node)
    if path == "profile":
        # Those of every site; an administrator who has made more lists them in his catalog.
        return field | {"enum": list(PROFILES)}
    kept = ("enum", "minimum", "maximum", "maxLength")
    field |= {word: node[word] for word in kept if word in node}
    if "enum" in field and field.get("default") == "":
        field["enum"] = ["", *field["enum"]]
    field |= rules(node, empty=True)
    return field | GIGABYTES if name == "storage" and "enum" not in node else field


def rules(node: Mapping[str, Any], *, empty: bool = False) -> Schema:
    """What the API server's rules say of a value, as JSON Schema; ``empty``: a text may be left
    empty, which is "unset".

    Onyxia marks a text that does not fit its ``pattern``, the first of them; Helm checks all.
    """
    said = [dict(rule) for rule in node.get(RULES, ())]
    for rule in said if empty else ():
        if "pattern" in rule:
            rule["pattern"] = f"^$|{rule['pattern']}"
    first = {"pattern": said[0].pop("pattern")} if said and "pattern" in said[0] else {}
    rest = [rule for rule in said if rule]
    return {**first, **({"allOf": rest} if rest else {})}


def is_switch(name: str, node: Mapping[str, Any]) -> bool:
    """Whether a part of the spec may be off: its key is not there, or its `enabled` is false."""
    if "properties" not in node:
        return False
    return "enabled" in node["properties"] or ("default" not in node and name != "resources")


def _switch(name: str, node: Schema, path: str) -> Schema:
    group = _group(node, path, words(node["description"]))
    off = {"hidden": {"value": False, "path": f"lab/{path.replace('.', '/')}/enabled"}}
    enabled = {
        "type": "boolean",
        "title": title(name),
        "description": tile_words.both(words(node["description"]), FRENCH.get(name, "")),
        "default": name in SWITCHED_ON,
    }
    fields = {
        key: child if "x-onyxia" in child else {**child, **off}
        for key, child in group["properties"].items()
        if key != "enabled"
    }
    return {**group, "properties": {"enabled": enabled, **fields}}


def strict(node: Mapping[str, Any]) -> Schema:
    """Part of a structural schema as draft-07, with unknown keys refused."""
    left = (RULES, *(key for key in node if key.startswith("x-kubernetes")))
    kept = {key: value for key, value in node.items() if key not in left} | rules(node)
    if "properties" in kept:
        kept["properties"] = {key: strict(child) for key, child in kept["properties"].items()}
        kept["additionalProperties"] = False
    if "items" in kept:
        kept["items"] = strict(kept["items"])
    return kept


def title(name: str) -> str:
    """`storageClassName` as `Storage class name`."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
    return TITLES.get(name, split)


def words(description: str) -> str:
    """A description of the spec in the tile's words."""
    text = re.sub(r" ?Unset: (?:none|there is one)\.(?: Example: \{.*\})?$", "", description)
    return text.replace("Unset: ", "Empty: ").replace("spec.", "lab.")
