"""Absence is a wish too: what a spec no longer names goes, and a correction alone is enough."""

from __future__ import annotations

import pytest

from tests.e2e.cluster import LabHandle

BARE = {"profile": "nano", "weather": False, "kafka": {"topics": []}, "page": {"enabled": False}}
ADDED = {"page": {}, "access": {"ingress": {"domain": "lab.example.org"}}}
KINDS = (
    "deployments",
    "statefulsets",
    "services",
    "configmaps",
    "ingresses",
    "networkpolicies",
    "serviceaccounts",
    "roles",
    "rolebindings",
)


def _objects(lab: LabHandle) -> set[str]:
    selector = f"streaminglab.dev/lab={lab.name}"
    found = lab.kubectl("get", ",".join(KINDS), "-n", lab.namespace, "-l", selector, "-o", "name")
    return set(found.stdout.split())


@pytest.mark.core
def test_a_pod_that_no_node_can_hold_is_cured_by_the_spec_and_parts_go_with_their_keys(
    lab: LabHandle,
) -> None:
    lab.apply(BARE)
    lab.wait("Ready")
    bare = _objects(lab)
    lab.apply({**BARE, **ADDED, "postgresql": {"resources": {"memory": "500Gi"}}})
    lab.until(
        lambda: lab.condition("PostgresqlReady")["reason"] == "Unschedulable",
        "a word about the memory",
    )
    lab.apply({**BARE, **ADDED, "postgresql": {}})
    lab.wait("PostgresqlReady")
    lab.serve_pages()
    lab.wait("Ready")
    assert {o.partition("/")[0] for o in _objects(lab) - bare} >= {
        "deployment.apps",
        "statefulset.apps",
        "service",
        "ingress.networking.k8s.io",
        "role.rbac.authorization.k8s.io",
        "rolebinding.rbac.authorization.k8s.io",
        "serviceaccount",
    }
    lab.apply(BARE)
    lab.until(lambda: _objects(lab) == bare, "only what the spec names is left")
    lab.wait("Ready")
