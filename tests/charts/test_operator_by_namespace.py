"""An operator that the admin of one namespace installs without the cluster's admin.

Kubernetes lets nobody make a Role that holds more than he has himself (RBAC's escalation
prevention). What its role `admin` holds is read from the pinned Kubernetes' own source.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts.support import Manifest, environment, only, render
from tools.artifacts.golang import GO_DIRECTORY, module_directory

CHART = "streaminglab-operator"
AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
ROLES = "plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata/cluster-roles.yaml"
OWN: dict[str, Any] = {
    "watchNamespaces": ["user-alice"],
    "crds": {"install": False},
    "rbac": {"aggregate": False},
    "gatewayRoutes": False,
}
"""What docs/onyxia.md tells the admin of user-alice to install it with."""

SHARED: dict[str, Any] = {"rbac": {"namespaceOperators": True}}
"""What the cluster's administrator installs CRD and people's rights with, to let him do so."""

Right = tuple[str, str, str]


def rights(rules: list[dict[str, Any]]) -> Iterator[Right]:
    """(group, resource, verb) of rules; whether one is bound to a name makes no difference here."""
    for rule in rules:
        for group in rule.get("apiGroups", []):
            for resource in rule.get("resources", []):
                yield from ((group, resource, verb) for verb in rule["verbs"])


def aggregated(roles: list[Manifest], *to: str) -> set[Right]:
    """The rights of all roles that Kubernetes adds to one of its own."""
    return {
        right
        for role in roles
        if any(f"{AGGREGATE}{name}" in role["metadata"].get("labels", {}) for name in to)
        for right in rights(role["rules"] or [])
    }


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> set[Right]:
    """What the admin of a namespace may do there, in a cluster with our chart's roles."""
    log = tmp_path_factory.mktemp("go") / "log"
    module = module_directory("k8s.io/kubernetes", GO_DIRECTORY / "kubernetes", log)
    items: list[Manifest] = yaml.safe_load((module / Path(ROLES)).read_text())["items"]
    ours = [o for o in render(CHART, SHARED) if o["kind"] == "ClusterRole"]
    kubernetes = aggregated(items, "admin", "edit", "view")
    assert ("", "secrets", "create") in kubernetes
    return kubernetes | aggregated(ours, "admin", "edit", "view")


def given(values: dict[str, Any]) -> set[Right]:
    """The rights that installing the chart gives away in the namespace."""
    return {
        right
        for role in render(CHART, values)
        if role["kind"] == "Role"
        for right in rights(role["rules"])
    }


def test_it_gives_no_right_that_a_namespace_admin_has_not(admin: set[Right]) -> None:
    assert len(given(OWN)) > 40
    assert given(OWN) - admin == set()


def test_routes_of_the_gateway_api_are_the_one_right_that_an_admin_may_lack(
    admin: set[Right],
) -> None:
    assert {(r[0], r[1]) for r in given({**OWN, "gatewayRoutes": True}) - admin} == {
        ("gateway.networking.k8s.io", "httproutes")
    }


def test_without_our_role_an_admin_could_not_let_an_operator_write_the_status(
    admin: set[Right],
) -> None:
    ours = [o for o in render(CHART, SHARED) if o["metadata"]["name"].endswith(":admin")]
    needed = given(OWN) & aggregated(ours, "admin")
    assert needed == {("streaminglab.dev", "streaminglabs/status", "patch")}
    assert not aggregated(ours, "edit", "view")


def test_it_makes_nothing_outside_the_namespace() -> None:
    for manifest in render(CHART, OWN):
        assert manifest["metadata"]["namespace"] == "user-alice"
        assert not manifest["kind"].startswith(("Cluster", "CustomResource"))


def test_an_operator_without_the_right_leaves_routes_alone() -> None:
    container = only(render(CHART, OWN), "Deployment")["spec"]["template"]["spec"]["containers"][0]
    assert environment(container)["STREAMINGLAB_GATEWAY_ROUTES"] == "false"


def test_a_cluster_can_have_crd_and_roles_without_an_operator_for_all() -> None:
    kinds = {o["kind"] for o in render(CHART, {"operator": {"enabled": False}})}
    assert kinds == {"CustomResourceDefinition", "ClusterRole"}
