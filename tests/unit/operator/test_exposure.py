"""What is open to other namespaces: what the spec exposes, and nothing else."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from streaminglab_operator.plan import Options, access
from streaminglab_operator.plan.ingress import IngressPolicy
from streaminglab_operator.services import CORE, OPTIONAL, SERVICES
from tests.admission_cases_services import smallest
from tests.labs import every_release, lab

DOMAIN = {"domain": "lab.example.org"}
NAMED = {
    s.part.key: f"{s.component}.example.org"
    for s in SERVICES
    if s.page is not None
}  # fmt: skip
INGRESSES: dict[str, dict[str, Any]] = {
    "no ingress": {},
    "ingress": {"ingress": DOMAIN},
    "external": {"ingress": {**DOMAIN, "external": True}},
    "gateway": {"ingress": DOMAIN, "gateway": {"name": "public"}},
    "open": {"ingress": {**DOMAIN, "open": ["connect", "ksqldb"]}},
    "all named": {"ingress": {**DOMAIN, "hosts": NAMED}},
    "all named, external": {"ingress": {**DOMAIN, "hosts": NAMED, "external": True}},
    **{
        f"{key} named": {"ingress": {**DOMAIN, "hosts": {key: host}}} for key, host in NAMED.items()
    },
}
SPECS: dict[str, dict[str, Any]] = {
    "core": {},
    "everything": {key: part for s in OPTIONAL for key, part in smallest(s).items()},
    **{s.component: smallest(s) for s in OPTIONAL},
}
LABELS = {"kubernetes.io/metadata.name": "ingress-nginx"}
NAMED_NAMESPACE = Options(ingress=IngressPolicy(namespace_labels=LABELS))


def _open_to_others(spec: dict[str, Any], options: Options) -> dict[str, list[dict[str, Any]]]:
    """By component: the clients from other namespaces, the operator excepted."""
    found = {}
    for release in every_release(lab(spec), options):
        clients = release.values.get("networkPolicy", {}).get("clients", [])
        foreign = [c for c in clients if "anyNamespace" in c or "namespaceLabels" in c]
        operator = [c for c in foreign if c["podLabels"]]
        found[release.component] = [c for c in foreign if c not in operator]
        for client in operator:
            assert client["podLabels"] == {"app.kubernetes.io/name": "streaminglab-operator"}
            assert release.component in {s.component for s in SERVICES if s.asked_by_operator}
    return found


@pytest.mark.parametrize("closed", [False, True], ids=["open namespace", "closed namespace"])
@pytest.mark.parametrize(("spec", "way"), list(product(SPECS, INGRESSES)))
def test_only_what_the_spec_exposes_is_open_to_other_namespaces(
    spec: str, way: str, closed: bool
) -> None:
    around = {**SPECS[spec], "access": {**INGRESSES[way], "namespacePods": not closed}}
    asked = lab(around)
    exposed = {page.component for page in access.exposed(asked.key, asked.spec)}
    for component, clients in _open_to_others(around, Options()).items():
        wanted = [{"podLabels": {}, "anyNamespace": True}] if component in exposed else []
        assert clients == wanted, component


@pytest.mark.parametrize("way", INGRESSES)
def test_with_a_namespace_of_the_controller_no_policy_is_open_to_any(way: str) -> None:
    around = {**SPECS["everything"], "access": INGRESSES[way]}
    asked = lab(around)
    exposed = {page.component for page in access.exposed(asked.key, asked.spec)}
    for component, clients in _open_to_others(around, NAMED_NAMESPACE).items():
        wanted = [{"podLabels": {}, "namespaceLabels": LABELS}] if component in exposed else []
        assert clients == wanted, component


@pytest.mark.parametrize("key", [s.part.key for s in SERVICES if s.page and not s.page.login])
def test_a_page_without_a_login_is_exposed_where_the_spec_asks_for_it_alone(key: str) -> None:
    component = next(s.component for s in SERVICES if s.part.key == key)
    for way, given in INGRESSES.items():
        asked = lab({**SPECS["everything"], "access": given})
        exposed = {page.component for page in access.exposed(asked.key, asked.spec)}
        ingress = given.get("ingress", {})
        asked_for = key in ingress.get("hosts", {}) or key in ingress.get("open", ())
        assert (component in exposed) is asked_for, way


def test_what_has_no_page_is_never_exposed() -> None:
    for given in INGRESSES.values():
        asked = lab({**SPECS["everything"], "access": given})
        pages = {page.component for page in access.exposed(asked.key, asked.spec)}
        assert pages <= {s.component for s in (*CORE, *OPTIONAL) if s.page is not None}
        assert "sftp" not in pages


def test_the_page_reaches_the_api_server_by_address_where_it_is_known() -> None:
    options = Options(api_server=("10.0.0.10/32",))
    for release in every_release(lab({**SPECS["everything"]}), options):
        cidrs = release.values.get("networkPolicy", {}).get("apiServerCIDRs")
        assert cidrs == (["10.0.0.10/32"] if release.component == "page" else None)
