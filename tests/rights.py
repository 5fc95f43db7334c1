"""Rights of Kubernetes as plain triples: those that roles give, and those that requests use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Right = tuple[str, str, str]
"""API group, resource (with its subresource), verb."""

_PATH = re.compile(
    r"^/(?:api|apis/(?P<group>[^/]+))/[^/]+(?:/namespaces/[^/]+)?/(?P<resource>[a-z]+)"
    r"(?:/(?P<name>[^/]+))?(?:/(?P<sub>[a-z]+))?$"
)
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_CREATED = 201


def given(rules: Iterable[Mapping[str, Any]]) -> set[Right]:
    """The rights of RBAC rules; whether one is bound to a name makes no difference here."""
    return {
        (group, resource, verb)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def used_by_request(method: str, path: str, content_type: str = "") -> set[Right]:
    """What one request needs. Server-side apply makes what is not there, and needs both verbs."""
    found = _PATH.match(path)
    assert found, f"{path} is no path of an object or a list"
    resource = "/".join(part for part in (found["resource"], found["sub"]) if part)
    verbs = {_VERBS.get(method) or ("get" if found["name"] else "list")}
    if "apply-patch" in content_type:
        verbs.add("create")
    return {(found["group"] or "", resource, verb) for verb in verbs}


def used_by_event(event: Mapping[str, Any]) -> Iterator[Right]:
    """What one event of an audit log needed, if it was let in.

    The log calls server-side apply a patch, whether it makes the object or changes it; the answer
    tells one from the other.
    """
    about = event.get("objectRef")
    if about is None or not _allowed(event):
        return
    resource = "/".join(part for part in (about["resource"], about.get("subresource")) if part)
    group = about.get("apiGroup", "")
    yield group, resource, event["verb"]
    if event["verb"] == "patch" and event.get("responseStatus", {}).get("code") == _CREATED:
        yield group, resource, "create"


def _allowed(event: Mapping[str, Any]) -> bool:
    decision: str = event.get("annotations", {}).get("authorization.k8s.io/decision", "")
    return decision == "allow"


def words(rights: Iterable[Right]) -> list[str]:
    """As people read them: ``delete pods``, ``patch apps/statefulsets``."""
    return sorted(f"{verb} {f'{group}/' if group else ''}{what}" for group, what, verb in rights)
