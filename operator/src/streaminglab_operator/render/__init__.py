"""From a chart's output to the manifests of one lab.

Labs of a class differ in little but their names. So the real Helm renders each distinct shape
once, with placeholder names, and :func:`personalise` fills in the names: a class of 300 identical
labs costs the time of one ``helm template``. A property test holds it to the real Helm's output.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from streaminglab_operator.api import LAB
from streaminglab_operator.names import (
    DIGEST_ANNOTATION,
    FIELD_MANAGER,
    LAB_LABEL,
    LIMITS_ANNOTATION,
    OPERATOR_ANNOTATION,
)
from streaminglab_operator.observed import ClaimTemplate
from streaminglab_operator.placeholders import PLACEHOLDER, Identity
from streaminglab_operator.render import volumes

__all__ = [
    "PLACEHOLDER",
    "Identity",
    "Manifest",
    "Template",
    "owner_reference",
    "personalise",
    "template",
    "templates",
]

_DIGEST = "slab0annotationdigest"
_OPERATOR = "slab0annotationoperator"


_PLACEHOLDERS = {
    getattr(PLACEHOLDER, name): name
    for name in ("lab", "namespace", "uid", "cluster_id", "digest", "credentials")
}
_PATTERN = re.compile(f"({'|'.join(map(re.escape, sorted(_PLACEHOLDERS, reverse=True)))})")


@dataclass(frozen=True, slots=True)
class Template:
    """One object of a chart, as JSON text with placeholders in it."""

    api_version: str
    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object of one lab, ready to be applied."""

    api_version: str
    kind: str
    name: str
    namespace: str
    digest: str
    body: str


_SIZED = ("StatefulSet", "Deployment", "Job")


def templates(document: Mapping[str, Any], *, limits: str = "") -> tuple[Template, ...]:
    """Prepare one rendered object, and the claims of a StatefulSet before it.

    A claim goes with its lab, and not with the StatefulSet; one that the chart keeps has no owner.
    ``limits``: as of :func:`template`.
    """
    claims = (_claim(body, kept=kept) for body, kept in volumes.claims(document))
    return (*claims, template(volumes.without_owners(document), limits=limits))


def _claim(document: dict[str, Any], *, kept: bool) -> Template:
    """Without our annotations, which a volume that is kept would carry about."""
    metadata = document["metadata"]
    metadata["namespace"] = PLACEHOLDER.namespace
    metadata["labels"] |= {LAB_LABEL: PLACEHOLDER.lab}
    if not kept:
        metadata["ownerReferences"] = [volume_owner(PLACEHOLDER)]
    return Template("v1", volumes.KIND, metadata["name"], _text(document))


def template(document: Mapping[str, Any], *, owned: bool = True, limits: str = "") -> Template:
    """Prepare one rendered object: owner reference, lab label and digest annotation are added.

    ``owned`` false leaves the owner reference out, for what must outlive its lab. ``limits``: what
    a workload is marked with of the bounds that its size follows.
    """
    body = json.loads(json.dumps(document))
    metadata = body["metadata"]
    metadata["namespace"] = PLACEHOLDER.namespace
    metadata.setdefault("labels", {})[LAB_LABEL] = PLACEHOLDER.lab
    metadata["labels"]["app.kubernetes.io/managed-by"] = FIELD_MANAGER
    annotations = metadata.setdefault("annotations", {})
    annotations |= {DIGEST_ANNOTATION: _DIGEST, OPERATOR_ANNOTATION: _OPERATOR}
    if limits and body["kind"] in _SIZED:
        annotations[LIMITS_ANNOTATION] = limits
    if owned:
        metadata["ownerReferences"] = [owner_reference(PLACEHOLDER)]
    return Template(
        api_version=body["apiVersion"],
        kind=body["kind"],
        name=metadata["name"],
        text=_text(body),
    )


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def owner_reference(identity: Identity) -> dict[str, Any]:
    """What makes Kubernetes delete an object with its lab, without any finalizer of ours."""
    return {
        **LAB.reference(identity.lab, identity.uid),
        "controller": True,
        "blockOwnerDeletion": False,
    }


def volume_owner(identity: Identity) -> dict[str, Any]:
    """What makes a volume claim go with its lab. The lab is not its controller: of those an object
    has one, and it can be the StatefulSet that made the claim before an upgrade."""
    return owner_reference(identity) | {"controller": False}


Made = Mapping[str, Mapping[str, ClaimTemplate]]
"""By StatefulSet that is there: its claim templates, as it was made with them."""


def personalise(
    templates: Iterable[Template], identity: Identity, made: Made | None = None
) -> list[Manifest]:
    """The objects of one lab. Names are DNS labels or hex, so plain replacement is safe JSON."""
    words = {p: getattr(identity, field) for p, field in _PLACEHOLDERS.items()}
    return [_one(t, identity, words, made or {}) for t in templates]


def _one(item: Template, identity: Identity, words: Mapping[str, str], made: Made) -> Manifest:
    text, name = _fill(item.text, words), _fill(item.name, words)
    if item.kind == "StatefulSet" and made.get(name):
        text = volumes.as_made(text, made[name])
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Manifest(
        api_version=item.api_version,
        kind=item.kind,
        name=name,
        namespace=identity.namespace,
        digest=digest,
        # Who writes it makes it no other object: two operators that agree have no quarrel.
        body=text.replace(_DIGEST, digest).replace(_OPERATOR, identity.operator),
    )


def _fill(text: str, words: Mapping[str, str]) -> str:
    # One pass, so that a name that looks like a placeholder is never replaced again.
    pieces = _pieces(text)
    return "".join([words[p] if i % 2 else p for i, p in enumerate(pieces)])


@lru_cache(maxsize=256)
def _pieces(text: str) -> tuple[str, ...]:
    """A template, cut once: every second piece is a placeholder."""
    return tuple(_PATTERN.split(text))
