"""The tile where Onyxia's region has OpenShift's Routes, and where Jupyter has kubectl."""

from __future__ import annotations

from typing import Any

import pytest

from tests.charts import onyxia
from tests.charts.support import only
from tests.charts.test_tile import (
    RELEASE,
    SCHEMA,
    admitted,
    lab_of,
    launched,
    notes_of,
    objects,
)


def with_kubectl(**jupyter: Any) -> dict[str, Any]:
    values = launched()
    values["lab"]["jupyter"] |= {"enabled": True, **jupyter}
    values["kubernetes"]["enabled"] = True
    return values


def kinds(values: dict[str, Any]) -> set[str]:
    return {found["kind"] for found in objects(values)}


def test_a_region_with_routes_has_one_for_each_page_and_no_ingress() -> None:
    values = launched(route=True)
    made = objects(values)
    routes = {o["spec"]["host"]: o["spec"] for o in made if o["kind"] == "Route"}
    assert "Ingress" not in kinds(values)
    lab = only(made, "StreamingLab")
    admitted(lab)
    assert lab["spec"]["access"]["ingress"]["external"] is True
    assert set(routes) == set(lab["spec"]["access"]["ingress"]["hosts"].values())
    page = next(spec for spec in routes.values() if spec["to"]["name"] == f"{RELEASE}-page")
    assert page["port"] == {"targetPort": 8080}
    assert page["tls"] == {"termination": "edge", "insecureEdgeTerminationPolicy": "Redirect"}
    values["ingress"]["tls"] = False
    assert all("tls" not in o["spec"] for o in objects(values) if o["kind"] == "Route")


def test_a_region_that_has_routes_alone_opens_the_labs_page() -> None:
    """`expose: {ingress: false, route: true}`, as a cluster of OpenShift alone is described."""
    values = launched(ingress=False, route=True)
    made = objects(values)
    assert {o["kind"] for o in made} >= {"Route", "StreamingLab"}
    found = onyxia.urls(made, ingress=False, route=True)
    page = f"https://user-alice-{RELEASE}-page.user.lab.example.org"
    assert onyxia.open_url(found, notes_of(values)).removesuffix("/") == page
    assert lab_of(values)["spec"]["access"]["ingress"]["external"] is True


def test_a_region_without_routes_has_none() -> None:
    assert "Route" not in kinds(launched())
    assert "Route" not in kinds(launched(route=True, domain=""))


@pytest.mark.parametrize("role", ["view", "edit", "admin"])
def test_kubectl_has_a_role_in_its_own_namespace_alone(role: str) -> None:
    values = with_kubectl()
    values["kubernetes"]["role"] = role
    made = objects(values)
    account = only(made, "ServiceAccount")["metadata"]["name"]
    lab = only(made, "StreamingLab")
    admitted(lab)
    assert lab["spec"]["jupyter"]["serviceAccountName"] == account == f"{RELEASE}-kubectl"
    binding = only(made, "RoleBinding")
    assert binding["roleRef"]["name"] == role
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": account, "namespace": "user-alice"}
    ]
    assert "ClusterRoleBinding" not in kinds(values)


def test_an_account_of_ones_own_is_taken_as_it_is() -> None:
    values = with_kubectl(serviceAccountName="mine")
    assert lab_of(values)["spec"]["jupyter"]["serviceAccountName"] == "mine"
    assert not kinds(values) & {"ServiceAccount", "RoleBinding"}


def test_by_default_and_without_jupyter_nobody_has_kubectl() -> None:
    plain = launched()
    plain["lab"]["jupyter"]["enabled"] = True
    off = with_kubectl(enabled=False)
    for values in (plain, off):
        assert not kinds(values) & {"ServiceAccount", "RoleBinding"}


def test_the_form_asks_for_a_role_where_kubectl_is_wanted() -> None:
    def shown(values: dict[str, Any]) -> list[str]:
        return [path for path in onyxia.fields(SCHEMA, values) if path.startswith("kubernetes")]

    plain = launched()
    assert shown(plain) == []
    plain["lab"]["jupyter"]["enabled"] = True
    assert shown(plain) == ["kubernetes/enabled"]
    assert shown(with_kubectl()) == ["kubernetes/enabled", "kubernetes/role"]
