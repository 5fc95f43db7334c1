"""From a chart's output to the manifests of one lab.

Labs of a class differ in little but their names. So the real Helm renders each distinct shape
once, with placeholder names, and :func:`personalise` fills in the names: a class of 300 identical
labs costs the time of one ``helm template``. A property test holds it to the real Helm's output.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
from streaminglab_operator.placeholders import NUMBER, PLACEHOLDER, Identity, of_number
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
_NUMBER = rf'\\"{NUMBER}\d+\\"'
"""With its quotes, within a text that is a JSON document in a JSON document."""
_PATTERN = re.compile(
    f"({'|'.join((*map(re.escape, sorted(_PLACEHOLDERS, reverse=True)), _NUMBER))})"
)
_PIECE_BYTES = 64
"""What a piece of a text takes beside its letters, about."""

Pieces = tuple[str, ...]
"""A text with placeholders, cut once: every second piece is one."""


@dataclass(frozen=True, slots=True)
class Template:
    """One object of a chart: its name, and all of it as JSON text, with placeholders in them.

    They are cut here, and not in a cache of their own: what they take is counted with the shape
    that they belong to, and goes with it.
    """

    api_version: str
    kind: str
    name: Pieces
    text: Pieces

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return sum(_PIECE_BYTES + len(piece) for piece in (*self.name, *self.text))


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object of one lab, ready to be applied. ``text``: all of it but for what says who wrote
    it: that makes it no other object, and two operators that agree have no quarrel."""

    api_version: str
    kind: str
    name: str
    namespace: str
    digest: str
    text: str
    operator: str = ""

    @property
    def body(self) -> str:
        """All of it. Made when it is asked for: most passes write nothing."""
        return self.text.replace(_DIGEST, self.digest).replace(_OPERATOR, self.operator)


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
    return _template("v1", volumes.KIND, document)


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
    return _template(body["apiVersion"], body["kind"], body)


def _template(api_version: str, kind: str, body: Mapping[str, Any]) -> Template:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return Template(api_version, kind, _cut(body["metadata"]["name"]), _cut(text))


def _cut(text: str) -> Pieces:
    pieces = _PATTERN.split(text)
    return tuple(sys.intern(piece) if i % 2 else piece for i, piece in enumerate(pieces))


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
    words |= {f'\\"{of_number(i)}\\"': str(n) for i, n in enumerate(identity.numbers)}
    return [_one(t, identity, words, made or {}) for t in templates]


def _one(item: Template, identity: Identity, words: Mapping[str, str], made: Made) -> Manifest:
    text, name = _fill(item.text, words), _fill(item.name, words)
    if item.kind == "StatefulSet" and made.get(name):
        text = volumes.as_made(text, made[name])
    return Manifest(
        api_version=item.api_version,
        kind=item.kind,
        name=name,
        namespace=identity.namespace,
        digest=hashlib.sha256(text.encode()).hexdigest()[:16],
        text=text,
        operator=identity.operator,
    )


def _fill(pieces: Pieces, words: Mapping[str, str]) -> str:
    # One pass, so that a name that looks like a placeholder is never replaced again.
    return "".join([words[p] if i % 2 else p for i, p in enumerate(pieces)])
