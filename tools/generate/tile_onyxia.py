"""What Onyxia fills in of the tile's values, by itself and by its region, beside the lab's spec.

The names on the right are those of its `XOnyxiaContext` (web 5). A value that does not fit its
schema is passed over by Onyxia, which then takes that of values.yaml.
"""

from __future__ import annotations

from typing import Any

from streaminglab_operator.api.structural import Schema
from streaminglab_operator.schema import units


def filled(text: str, source: str, **more: Any) -> Schema:
    """A text that students do not see and Onyxia fills in."""
    onyxia = {"hidden": True, "overwriteDefaultWith": source}
    return {"type": "string", "description": text, "default": "", **more, "x-onyxia": onyxia}


def group(title: str, text: str, **properties: Schema) -> Schema:
    """Values that belong together."""
    return {
        "type": "object",
        "title": title,
        "description": text,
        "additionalProperties": False,
        "properties": properties,
    }


def security() -> Schema:
    """Where Insee's own charts have it, and so where Onyxia's users look for it."""
    password = {
        "type": "string",
        "title": "Password · Mot de passe",
        "description": "Of every page of the lab that has a login: 8 to 64 letters and digits — De "
        "toutes les pages du lab qui en demandent un : 8 à 64 lettres et chiffres",
        "default": "",
        "render": "password",
        "pattern": f"^$|{units.PASSWORD}",
        "x-onyxia": {"overwriteDefaultWith": "{{service.oneTimePassword}}"},
    }
    return group("Security", "How you come in.", password=password)


def _flag(text: str, source: str) -> Schema:
    onyxia = {"hidden": True, "overwriteDefaultWith": source}
    return {"type": "boolean", "description": text, "default": False, "x-onyxia": onyxia}


def route() -> Schema:
    """OpenShift's own way in, in the place of an Ingress."""
    text = "OpenShift's Routes for the pages, in the place of an Ingress."
    make = "Make them, whatever `ingress.enabled` says. Needs `ingress.domain`."
    return group("Route", text, enabled=_flag(make, "{{k8s.route}}")) | {
        "x-onyxia": {"hidden": True}
    }


def proxy() -> Schema:
    """For `lab.egress`, where that says nothing."""
    address, fits = "{{{{proxyInjection.{}}}}}", f"^$|{units.PROXY}"
    return group(
        "Proxy",
        "The region's proxy, for what a lab fetches.",
        enabled=_flag("Take it.", address.format("enabled")),
        httpProxy=filled("For http://.", address.format("httpProxyUrl"), pattern=fits),
        httpsProxy=filled("For https://.", address.format("httpsProxyUrl"), pattern=fits),
        noProxy=filled(
            "Hosts and domains without it, with commas; what a lab cannot take is left out.",
            address.format("noProxy"),
        ),
    ) | {"x-onyxia": {"hidden": True}}


def repository() -> Schema:
    """The region's mirrors; of Onyxia's four a lab has use for this one."""
    mirror = filled(
        "Index that pip has packages from.",
        "{{packageRepositoryInjection.pypiProxyUrl}}",
        pattern=f"^$|{units.URL}",
        maxLength=512,
    )
    text = "The region's package mirrors."
    return group("Mirrors", text, pipRepository=mirror) | {"x-onyxia": {"hidden": True}}


def certificates() -> Schema:
    """For `lab.egress.caBundle`, where that says nothing."""
    authorities = filled(
        "Certificates of authorities, as PEM or that in base64; an address of a file is not taken.",
        "{{certificateAuthorityInjection.cacerts}}",
    )
    text = "The region's own certificate authorities."
    return group("Certificates", text, cacerts=authorities) | {"x-onyxia": {"hidden": True}}


def kubernetes() -> Schema:
    """As Insee's own charts have it: an account of the release, bound to a role of Kubernetes by
    the rights of whoever launches it."""
    return group(
        "Kubernetes",
        "What a terminal of the lab's Jupyter may do in this namespace.",
        enabled={
            "type": "boolean",
            "title": "kubectl",
            "description": "Let Jupyter's terminal use kubectl in this namespace — Permettre au "
            "terminal de Jupyter d'utiliser kubectl dans cet espace de noms",
            "default": False,
            "hidden": {"value": False, "path": "lab/jupyter/enabled"},
        },
        role={
            "type": "string",
            "title": "Role · Rôle",
            "description": "Kubernetes' role that it has there — Rôle Kubernetes qu'il y a",
            "enum": ["view", "edit", "admin"],
            "default": "edit",
            "hidden": {"value": False, "path": "kubernetes/enabled"},
        },
    )


def s3() -> Schema:
    """The user's storage: environment variables of Jupyter, and a Secret for connectors."""
    return group(
        "S3",
        "Object storage.",
        enabled={
            "type": "boolean",
            "title": "S3",
            "description": "Give notebooks and connectors the keys of your S3 storage — Donner "
            "aux notebooks et aux connecteurs les clés de votre stockage S3",
            "default": True,
        },
        accessKeyId=filled("Access key.", "{{s3.AWS_ACCESS_KEY_ID}}"),
        secretAccessKey=filled("Secret key.", "{{s3.AWS_SECRET_ACCESS_KEY}}"),
        sessionToken=filled("Token of keys that expire.", "{{s3.AWS_SESSION_TOKEN}}"),
        endpoint=filled(
            "Host name of the storage; http:// before it where it has no https.",
            "{{s3.AWS_S3_ENDPOINT}}",
        ),
        port={
            "type": "integer",
            "description": "Its port. 80 is one of http.",
            "default": 443,
            "minimum": 1,
            "maximum": 65535,
            "x-onyxia": {"hidden": True, "overwriteDefaultWith": "{{s3.port}}"},
        },
        defaultRegion=filled("Its region.", "{{s3.AWS_DEFAULT_REGION}}"),
    )
