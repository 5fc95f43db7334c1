"""Rights and their use: what the roles give is what the whole run has used, and nothing more.

Read from the API server's audit log, when all other tests are done. What this run had no use for is
named below with the reason; everything else that is given and was not used fails.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl
from tests.rights import Right, given, used_by_event, words
from tools.checks.e2e import STARTED
from tools.cluster import audit
from tools.cluster.kind import KindEngine
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE

pytestmark = pytest.mark.audit

RBAC = "rbac.authorization.k8s.io/v1"
PAGE = "-page"

NOT_USED: dict[Right, str] = {
    ("coordination.k8s.io", "leases", "create"): "the Lease is there where an operator ran before",
    ("streaminglab.dev", "streaminglabs", "patch"): "given to the pages; the policy refuses it to "
    "the operator itself",
    ("policy", "poddisruptionbudgets", "delete"): "brokers cannot be taken out of a lab; pruned "
    "when a later chart makes none",
    **{
        ("gateway.networking.k8s.io", "httproutes", verb): "the test cluster has no Gateway API"
        for verb in ("list", "watch", "create", "patch", "delete")
    },
}
"""Right -> why no test of this tier uses it."""


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    """The audit log from the beginning of this run on."""
    started = os.environ.get(STARTED, "")
    found = [e for e in KindEngine().audited() if e["requestReceivedTimestamp"] >= started]
    assert found, "no audit log: the cluster is older than it; `make cluster-down`, then `make e2e`"
    return found


def _used(events: Iterable[dict[str, Any]]) -> set[Right]:
    return {right for event in events for right in used_by_event(event)}


def _granted(kubectl: Kubectl, kind: str, name: str, namespace: str | None = None) -> set[Right]:
    role = kubectl.api.get((RBAC, kind), name, namespace)
    assert role, f"there is no {kind} {name}"
    return given(role["rules"])


def test_the_operator_uses_every_right_that_it_has(
    events: list[dict[str, Any]], kubectl: Kubectl
) -> None:
    rights = _granted(kubectl, "ClusterRole", f"{OPERATOR_NAMESPACE}:{OPERATOR}")
    rights |= _granted(kubectl, "Role", OPERATOR, OPERATOR_NAMESPACE)
    used = _used(e for e in events if e["user"]["username"] == audit.OPERATOR)
    assert words(rights - used - NOT_USED.keys()) == [], "given, and not used by the whole run"
    assert words(NOT_USED.keys() - rights) == [], "not given at all: take it off the list"


def test_the_operator_asked_for_nothing_that_it_may_not(events: list[dict[str, Any]]) -> None:
    """A right that is missing shows as well: the authorizer, or the admission policy, says no."""
    refused = [
        f"{event['verb']} {event['requestURI']}"
        for event in events
        if event["user"]["username"] == audit.OPERATOR
        and event.get("annotations", {}).get("authorization.k8s.io/decision") == "forbid"
    ]
    assert refused == []


def test_the_pages_use_every_right_that_they_have(events: list[dict[str, Any]]) -> None:
    used = _used(e for e in events if e["user"]["username"].endswith(PAGE))
    assert words(used) == [
        "list streaminglab.dev/streaminglabs",
        "patch streaminglab.dev/streaminglabs",
        "watch streaminglab.dev/streaminglabs",
    ]
