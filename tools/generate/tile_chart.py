"""charts/streaminglab: its values.schema.json and its values.yaml, from the models of the spec."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from streaminglab_operator.api import LAB
from streaminglab_operator.api.crd import schema_at
from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.api.structural import Schema, structural
from streaminglab_operator.placeholders import RESERVED
from streaminglab_operator.schema import units
from streaminglab_operator.schema.forms import map_form
from streaminglab_operator.services import OPTIONAL
from streaminglab_operator.services.page import PAGE
from tools.charts.schema import schema_text as schema_text_of
from tools.generate import tile_onyxia
from tools.generate.tile_onyxia import filled
from tools.generate.tile_spec import spec_form, strict

ROOT = Path(__file__).resolve().parents[2]
CHART = Path("charts/streaminglab")
PATTERN = ROOT / "charts" / "toolbox"
"""Whose description of the values that all charts share is taken over."""

SWITCHES = {service.part.key for service in OPTIONAL}
NEEDS = [
    *(
        (service.part.key, other.key)
        for service in OPTIONAL
        for other in service.requires
        if other.key in SWITCHES
    ),
    ("exercises", PAGE.part.key),
]
"""The parts of the spec that need another one."""
COMPARED = frozenset(
    {
        "written-topics-differ",
        "topics-unique",
        "topics-do-not-collide",
        "alerts-unique",
        "cpu-limit-not-below-cpu",
        "exercises-of-one-set",
        "no-placeholder",
        *(f"{part}-needs-{other}" for part, other in NEEDS),
    }
)
"""Rules that compare values, which no schema does."""
TOLD = frozenset({"ca-bundle-readable"})
"""What the API server lets in and the operator does not: the tile sees as much."""
DOMAIN = schema_at(
    {"properties": {"spec": structural(StreamingLabSpec.model_json_schema())}},
    "spec.access.ingress.domain",
)
OBJECT = f"^$|{units.DNS_SUBDOMAIN}"
FILE = r"^[.]?[-_a-zA-Z0-9][-._a-zA-Z0-9]*$"
"""A key of a ConfigMap."""
ANNOTATION = units.LABEL_KEY.replace("a-z0-9", "A-Za-z0-9")
"""A key of an annotation, whose domain may have capitals."""
SHARED: Mapping[str, Any] = {"commonLabels": {}, "managedBy": ""}
"""Of the values that all charts share."""


def tile_schema() -> Schema:
    """values.schema.json as data.

    Without a default for what is hidden: Onyxia prefers it to values.yaml (`computeHelmValues.ts`),
    which is where a catalog's administrator changes such a value.
    """
    return _without_hiddendefaults(described())


def _without_hiddendefaults(node: Schema, *, hidden: bool = False) -> Schema:
    hidden = hidden or node.get("x-onyxia", {}).get("hidden", False)
    kept = {key: value for key, value in node.items() if not (hidden and key == "default")}
    if "properties" in kept:
        kept["properties"] = {
            name: _without_hiddendefaults(child, hidden=hidden)
            for name, child in kept["properties"].items()
        }
    return kept


@cache
def described() -> Schema:
    """The same with every default, which values.yaml holds. Not to be changed: it is made once."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Values of the streaminglab chart",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "language": _language(),
            "lab": spec_form(),
            "ingress": _ingress(),
            "projectId": filled(
                "Beginning of the pages' host names; empty: the namespace.",
                "{{project.id}}",
                pattern="^([a-z0-9][-.a-z0-9]*)?$",
            ),
            "security": tile_onyxia.security(),
            "discovery": _discovery(),
            "s3": tile_onyxia.s3(),
            "kubernetes": tile_onyxia.kubernetes(),
            "route": tile_onyxia.route(),
            "proxy": tile_onyxia.proxy(),
            "repository": tile_onyxia.repository(),
            "certificates": tile_onyxia.certificates(),
            "configMaps": {
                **_free(
                    "ConfigMaps to make, such as a database's tables: a map of texts by name; the"
                    " lab's `...ConfigMapName` that names one here gets that one."
                ),
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "allOf": [map_form(FILE), _keys_up_to(253)],
                },
                # After the lab's own name.
                "allOf": [map_form(units.DNS_SUBDOMAIN), _keys_up_to(200)],
            },
            **_shared(),
            "onyxia": _free("What some versions of Onyxia add; not read."),
            "global": _global(),
            "common": _free("The library chart's key; it has no values."),
        },
    }


def schema_text() -> str:
    """values.schema.json."""
    return json.dumps(tile_schema(), indent=2, ensure_ascii=False) + "\n"


def values_text(notice: str) -> str:
    """values.yaml: the schema's defaults, and what has its defaults only here."""
    properties = described()["properties"]
    own = {k: defaults(v) for k, v in properties.items()}
    values = own | deepcopy(dict(SHARED))
    text = yaml.safe_dump(values, sort_keys=False, width=100, default_flow_style=False)
    return f"# {notice}\n# Every key is described in values.schema.json and in README.md.\n{text}"


def every_service_text(notice: str) -> str:
    """ci/every-service-values.yaml: a lab with all that there is."""
    lab = {service.part.key: {"enabled": True} for service in OPTIONAL}
    return f"# {notice}\n" + yaml.safe_dump({"lab": lab}, sort_keys=False)


def pages_text() -> str:
    """files/pages.json: the pages with a login that a form can switch on, the lab's own first."""
    pages = [s for s in OPTIONAL if s.page is not None and s.page.login]
    pages.sort(key=lambda service: service is not PAGE)
    rows = [{"field": s.part.key, "name": s.component, "port": s.port} for s in pages]
    return json.dumps(rows, indent=2) + "\n"


def rules_text() -> str:
    """files/rules.json: what templates/_refuse.tpl needs, which holds values against each other.

    ``words``: of those rules; ``written``: the fields that name a topic which the lab writes;
    ``needs``: parts that need another one; ``byDefault``: those that a lab has unless it says
    no; ``needWeather``: those that come only with the weather; ``noProxy``: what may stand in the
    list of what needs no proxy; ``reserved``: the word that no text may hold; ``most``: of lists
    that the tile itself adds to, how long they may be.
    """
    words = {rule.id: rule.message for rule in LAB.rules if rule.id in COMPARED | TOLD}
    fields = (("producer", "topic"), ("telegraf", "topic"), ("telegraf", "alertTopic"))
    lab = described()["properties"]["lab"]["properties"]
    written = [
        {"part": part, "field": field, "default": lab[part]["properties"][field]["default"]}
        for part, field in fields
    ]
    weather = [s.part.key for s in OPTIONAL if s.needs_weather]
    needs = [{"part": part, "other": other} for part, other in NEEDS]
    rules = {
        "words": words,
        "written": written,
        "needs": needs,
        "byDefault": [s.part.key for s in OPTIONAL if s.part.by_default],
        "needWeather": weather,
        "noProxy": units.NO_PROXY,
        "reserved": RESERVED,
        "most": {
            part: {field: lab[part]["properties"][field]["maxItems"]}
            for part, field in (("connect", "secrets"), ("jupyter", "envSecrets"))
        },
    }
    return json.dumps(rules, indent=2) + "\n"


def _language() -> Schema:
    return {
        "type": "string",
        "title": "Language",
        "description": "Language of the notes; the lab's page speaks the browser's.",
        "enum": ["en", "fr"],
        "default": "en",
        "x-onyxia": {"hidden": True, "overwriteDefaultWith": "{{user.lang}}"},
    }


def _ingress() -> Schema:
    flag = {"type": "boolean", "x-onyxia": {"hidden": True}}
    return {
        "type": "object",
        "title": "Pages",
        "description": "Host names of the lab's pages.",
        "additionalProperties": False,
        "x-onyxia": {"hidden": True},
        "properties": {
            "enabled": {
                **flag,
                "description": "Give the pages host names. Needs `ingress.domain`.",
                "default": True,
                "x-onyxia": {"hidden": True, "overwriteDefaultWith": "{{k8s.ingress}}"},
            },
            **_place(),
            "tls": {
                **flag,
                "description": "Pages by https, with the ingress controller's own certificate. "
                "Onyxia takes every page for one of https.",
                "default": True,
            },
            **_certificates(),
            "tlsSecret": {
                "type": "string",
                "description": "Secret with the certificate; empty: the controller's own.",
                "default": "",
                "pattern": OBJECT,
                "maxLength": 253,
                "x-onyxia": {"hidden": True},
            },
            "annotations": {
                **_free("Annotations of the Ingress object, for its controller."),
                "additionalProperties": {"type": "string"},
                "allOf": [map_form(ANNOTATION)],
            },
        },
    }


def _place() -> Schema:
    """Below which domain, and by which controller."""
    # With capitals, which some regions write and no host name needs.
    domain = units.HOST.removeprefix("^").removesuffix("$").replace("a-z", "A-Za-z")
    return {
        "domain": filled(
            "Each page is `<project>-<release>-<service>.<domain>`; empty: no pages.",
            "{{k8s.domain}}",
            pattern=f"^({domain})?$",
            # Onyxia does not look at this, and Helm refuses the release.
            maxLength=DOMAIN["maxLength"],
        ),
        "className": filled(
            "IngressClass; empty: the cluster's default.",
            "{{k8s.ingressClassName}}",
            pattern=OBJECT,
            maxLength=253,
        ),
    }


def _certificates() -> Schema:
    """Where cert-manager gives the pages their certificate."""
    return {
        "useCertManager": {
            "type": "boolean",
            "description": "Pages by https, with a certificate that cert-manager gets.",
            "default": False,
            "x-onyxia": {"hidden": True, "overwriteDefaultWith": "{{k8s.useCertManager}}"},
        },
        "certManagerClusterIssuer": filled(
            "ClusterIssuer of cert-manager that the certificate is got from.",
            "{{k8s.certManagerClusterIssuer}}",
            pattern=OBJECT,
            maxLength=253,
        ),
    }


def _discovery() -> Schema:
    return {
        "type": "object",
        "title": "Discovery",
        "description": "What other services of the catalog may find.",
        "additionalProperties": False,
        "properties": {
            "enabled": {
                "type": "boolean",
                "title": "Discovery · Découverte",
                "description": "Tell your other services where the lab's Kafka and databases are — "
                "Dire à vos autres services où sont Kafka et les bases de données du lab",
                "default": True,
            }
        },
    }


def _global() -> Schema:
    """Helm's own key. Onyxia's button for a pause appears where it has `suspend`, and sets it by
    `helm upgrade --reuse-values` (its HelmInstallService)."""
    pause = {
        "type": "boolean",
        "description": "Whether the lab rests: no pods, and its data is kept.",
        "default": False,
        "x-onyxia": {"hidden": True},
    }
    return {
        "type": "object",
        "description": "Helm's own key.",
        "properties": {"suspend": pause},
        "x-onyxia": {"hidden": True},
    }


def _keys_up_to(characters: int) -> Schema:
    return map_form(f"^.{{0,{characters}}}$")


def _free(text: str) -> Schema:
    return {"type": "object", "description": text, "default": {}, "x-onyxia": {"hidden": True}}


def _shared() -> Schema:
    theirs = json.loads(schema_text_of(PATTERN))["properties"]
    return {name: {**_plain(theirs[name]), "x-onyxia": {"hidden": True}} for name in SHARED}


def _plain(node: Mapping[str, Any]) -> Schema:
    """The same for Onyxia: one type, no value that values.yaml lacks, no items of a list."""
    kept = dict(node)
    if isinstance(kept.get("type"), list):
        kept["type"] = "string"
    if "properties" in kept:
        kept["properties"] = {
            name: _plain(child)
            for name, child in kept["properties"].items()
            if name != "ephemeral-storage"
        }
    if "items" in kept:
        kept["allOf"] = [{"items": strict(kept.pop("items"))}]
    return kept


def defaults(node: Mapping[str, Any]) -> Any:
    """The values that a part of the schema describes, where nobody says anything else."""
    if "properties" in node:
        return {name: defaults(child) for name, child in node["properties"].items()}
    return deepcopy(node.get("default"))
