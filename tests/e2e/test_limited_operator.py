"""An operator limited to named namespaces (`watchNamespaces`): a release of its own, with rights
in those namespaces alone.

Two operators must not work on one lab, and the cluster-wide one works on all: it rests meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.e2e.cluster import SMALL, Kubectl, LabHandle
from tests.e2e.limited import RELEASE, LimitedOperator
from tools.lab.stage import OPERATOR_NAMESPACE

pytestmark = pytest.mark.exclusive

HEARD_SECONDS = 30.0
"""kopf retries what it may not do for about a minute; a lab must be heard of long before."""


@pytest.fixture
def limited(limited_operator: LimitedOperator) -> str:
    """Namespace of an operator that may work in the lab's namespace and nowhere else."""
    limited_operator.install()
    return limited_operator.home


def test_a_limited_operator_brings_its_labs_about_and_leaves_others_alone(
    lab: LabHandle, limited: str, make_namespace: Callable[[], str], kubectl: Kubectl
) -> None:
    elsewhere = LabHandle(kubectl, make_namespace(), "meteo")
    elsewhere.apply(SMALL)
    applied = time.monotonic()
    lab.apply(SMALL)
    assert _rights(kubectl, limited, lab.namespace) == {"its namespace"}
    lab.until(lambda: lab.get().get("status"), "a first word about the lab", HEARD_SECONDS)
    assert time.monotonic() - applied < HEARD_SECONDS
    lab.wait("Ready")
    assert lab.counts() == (600, 600, 600)
    assert "status" not in elsewhere.get()
    assert not elsewhere.items("pods")
    logs = kubectl("logs", f"deployment/{RELEASE}", "-n", limited, "--tail=-1").stdout.lower()
    assert "in sync" in logs
    assert not [line for line in logs.splitlines() if "forbidden" in line or "permission" in line]


def _rights(kubectl: Kubectl, home: str, watched: str) -> set[str]:
    """What the limited operator may list."""
    asked = {
        "its namespace": ("pods", "-n", watched),
        "another namespace": ("pods", "-n", OPERATOR_NAMESPACE),
        "namespaces": ("namespaces",),
        "CRDs": ("customresourcedefinitions",),
    }
    account = f"--as=system:serviceaccount:{home}:{RELEASE}"
    return {
        what
        for what, words in asked.items()
        if kubectl("auth", "can-i", "list", *words, account, check=False).stdout == "yes\n"
    }
