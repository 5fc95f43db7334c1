"""Rules on where the pods of a lab run, and what they carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.schema import units
from streaminglab_operator.schema.forms import keys_not, map_form
from streaminglab_operator.schema.pods import TolerationSpec
from streaminglab_operator.schema.rules import Case, Check, Rule, failing, matches

LABELS = ("spec.pods.labels", "spec.pods.nodeSelector")
TOLERATIONS = "spec.pods.tolerations[]"
# Services, NetworkPolicies and controllers find pods by these, and the operator what is a lab's.
OWNED_DOMAINS = ("kubernetes.io/", "k8s.io/", "helm.sh/", f"{names.GROUP}/")
OWNED_LABELS = ("pod-template-hash", "controller-revision-hash", "job-name", "controller-uid")
OWNED_ANNOTATIONS = (f"{names.GROUP}/", "checksum/")


def _plain_labels(found: Mapping[str, str]) -> bool:
    return all(
        units.fits(units.LABEL_KEY, key) and units.fits(units.LABEL_VALUE, value)
        for key, value in found.items()
    )


def _is_owned(key: str) -> bool:
    domain, slash, _ = key.partition("/")
    return key in OWNED_LABELS or (
        bool(slash) and f".{domain}/".endswith(tuple(f".{owned}" for owned in OWNED_DOMAINS))
    )


def _plain_annotations(found: Mapping[str, str]) -> bool:
    return all(
        units.fits(units.LABEL_KEY, key)
        and units.fits(units.ANNOTATION, value)
        and not key.startswith(OWNED_ANNOTATIONS)
        for key, value in found.items()
    )


def _broken(field: str, fine: Any) -> Check:
    """The check that names a field of each toleration that is not fine."""

    def check(case: Case[Any]) -> Iterator[str]:
        for i, toleration in enumerate(case.new.pods.tolerations):
            if not fine(toleration):
                yield f"{TOLERATIONS[:-2]}[{i}].{field}"

    return check


def _has_key(toleration: TolerationSpec) -> bool:
    return toleration.key is not None or toleration.operator == "Exists"


def _has_no_value(toleration: TolerationSpec) -> bool:
    return toleration.value is None or toleration.operator == "Equal"


def _may_end(toleration: TolerationSpec) -> bool:
    return toleration.toleration_seconds is None or toleration.effect == "NoExecute"


_OWNED = "|".join(domain.replace(".", "[.]") for domain in OWNED_DOMAINS)
_CEL_OWNED = " || ".join(
    [
        f"k.matches('^([a-z0-9.-]*[.])?({_OWNED})')",
        *(f"k == '{label}'" for label in OWNED_LABELS),
    ]
)
_CEL_OWNED_ANNOTATION = " || ".join(f"k.startsWith('{begin}')" for begin in OWNED_ANNOTATIONS)

POD_RULES: tuple[Rule, ...] = (
    Rule(
        id="pod-label-plain",
        at=LABELS,
        cel=f"self.all(k, {matches('k', units.LABEL_KEY)} && "
        f"{matches('self[k]', units.LABEL_VALUE)})",
        form=map_form(units.LABEL_KEY, units.LABEL_VALUE),
        message="a label is a key of letters, digits, '-', '_' and '.', such as pool or "
        "example.org/pool, with a value of at most 63 of these",
        check=failing(LABELS, _plain_labels),
    ),
    Rule(
        id="pod-label-not-owned",
        at=("spec.pods.labels",),
        cel=f"self.all(k, !({_CEL_OWNED}))",
        form=keys_not(OWNED_LABELS, pattern=f"^([a-z0-9.-]*[.])?({_OWNED})"),
        message="labels of kubernetes.io, helm.sh and the lab's own lead traffic and rights to "
        "its pods: take these out",
        check=failing(("spec.pods.labels",), lambda found: not any(map(_is_owned, found))),
    ),
    Rule(
        id="pod-annotation-plain",
        at=("spec.pods.annotations",),
        cel=f"self.all(k, {matches('k', units.LABEL_KEY)} && "
        f"{matches('self[k]', units.ANNOTATION)} && !({_CEL_OWNED_ANNOTATION}))",
        form={
            "allOf": [
                map_form(units.LABEL_KEY, units.ANNOTATION),
                keys_not(prefixes=OWNED_ANNOTATIONS),
            ]
        },
        message="an annotation is a key such as example.org/name, not the operator's own, with a "
        "value without control characters",
        check=failing(("spec.pods.annotations",), _plain_annotations),
    ),
    Rule(
        id="toleration-key",
        at=(TOLERATIONS,),
        field_path=".key",
        cel="has(self.key) || self.operator == 'Exists'",
        form={
            "anyOf": [
                {"required": ["key"]},
                {"required": ["operator"], "properties": {"operator": {"const": "Exists"}}},
            ]
        },
        message="give the key of the taint, or the operator Exists for every taint",
        check=_broken("key", _has_key),
    ),
    Rule(
        id="toleration-value",
        at=(TOLERATIONS,),
        field_path=".value",
        cel="!has(self.value) || self.operator == 'Equal'",
        form={
            "not": {
                "required": ["value", "operator"],
                "properties": {"operator": {"const": "Exists"}},
            }
        },
        message="the operator Exists looks at the key alone: take the value out",
        check=_broken("value", _has_no_value),
    ),
    Rule(
        id="toleration-seconds",
        at=(TOLERATIONS,),
        field_path=".tolerationSeconds",
        cel="!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
        form={
            "if": {"required": ["tolerationSeconds"]},
            "then": {"required": ["effect"], "properties": {"effect": {"const": "NoExecute"}}},
        },
        message="tolerationSeconds is for the effect NoExecute: set it, or take the seconds out",
        check=_broken("tolerationSeconds", _may_end),
    ),
)
