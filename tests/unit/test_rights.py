"""The reading of roles, requests and audit logs that tests of rights stand on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rights import Right, given, used_by_event, used_by_request, words


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/namespaces/a/secrets/b", ("", "secrets", "get")),
        ("GET", "/api/v1/pods", ("", "pods", "list")),
        ("POST", "/api/v1/namespaces/a/events", ("", "events", "create")),
        ("PATCH", "/apis/apps/v1/namespaces/a/deployments/b", ("apps", "deployments", "patch")),
        ("DELETE", "/api/v1/namespaces/a/pods/b", ("", "pods", "delete")),
        (
            "PATCH",
            "/apis/streaminglab.dev/v1alpha1/namespaces/a/streaminglabs/b/status",
            ("streaminglab.dev", "streaminglabs/status", "patch"),
        ),
        (
            "PUT",
            "/apis/coordination.k8s.io/v1/namespaces/a/leases/b",
            ("coordination.k8s.io", "leases", "update"),
        ),
    ],
)
def test_a_request_needs_one_right(method: str, path: str, expected: Right) -> None:
    assert used_by_request(method, path) == {expected}


def test_an_apply_needs_the_right_to_make_what_is_not_there() -> None:
    path = "/api/v1/namespaces/a/services/b"
    needed = used_by_request("PATCH", path, "application/apply-patch+yaml")
    assert words(needed) == ["create services", "patch services"]


def _event(verb: str, code: int = 200, decision: str = "allow", **about: str) -> dict[str, Any]:
    return {
        "verb": verb,
        "objectRef": {"resource": "services", **about},
        "responseStatus": {"code": code},
        "annotations": {"authorization.k8s.io/decision": decision},
    }


def test_an_apply_that_made_an_object_needed_two_rights() -> None:
    assert list(used_by_event(_event("patch"))) == [("", "services", "patch")]
    made = list(used_by_event(_event("patch", 201)))
    assert made == [("", "services", "patch"), ("", "services", "create")]


def test_what_was_forbidden_was_not_used() -> None:
    assert list(used_by_event(_event("get", 403, "forbid"))) == []
    assert list(used_by_event({"verb": "get", "requestURI": "/readyz"})) == []


def test_a_subresource_is_a_resource_of_its_own() -> None:
    event = _event("patch", apiGroup="streaminglab.dev", resource="streaminglabs")
    event["objectRef"]["subresource"] = "status"
    assert words(used_by_event(event)) == ["patch streaminglab.dev/streaminglabs/status"]


def test_rules_are_taken_apart() -> None:
    rules = [{"apiGroups": ["", "apps"], "resources": ["a", "b"], "verbs": ["get", "list"]}]
    assert len(given(rules)) == 8
    assert ("apps", "b", "list") in given(rules)
