"""How the API server is told to sort the operator's calls: its Lease waits behind nothing."""

from typing import Any

from tests.charts.support import CHARTS, Manifest, render, run_helm

CHART = "streaminglab-operator"
ON: dict[str, Any] = {"flowSchema": {"enabled": True}}
ACCOUNT = {
    "kind": "ServiceAccount",
    "serviceAccount": {"name": "meteo", "namespace": "user-alice"},
}


def made(values: dict[str, Any]) -> list[Manifest]:
    return [o for o in render(CHART, values) if o["apiVersion"].startswith("flowcontrol.")]


def test_it_is_made_where_the_cluster_knows_the_kind() -> None:
    assert made({}) == [], "helm template knows of no cluster"
    assert [o["kind"] for o in made(ON)] == ["FlowSchema"]
    known = "flowcontrol.apiserver.k8s.io/v1/FlowSchema"
    flags = ("template", "meteo", str(CHARTS / CHART), "--api-versions", known)
    for scope, expected in (({}, True), ({"watchNamespaces": ["user-alice"]}, False)):
        assert ("kind: FlowSchema\n" in run_helm(*flags, values=scope).stdout) is expected


def test_the_operators_own_lease_is_in_the_level_of_leases() -> None:
    (schema,) = made(ON)
    assert schema["spec"]["priorityLevelConfiguration"] == {"name": "leader-election"}
    (rule,) = schema["spec"]["rules"]
    assert rule["subjects"] == [ACCOUNT]
    (calls,) = rule["resourceRules"]
    assert calls == {
        "apiGroups": ["coordination.k8s.io"],
        "resources": ["leases"],
        "namespaces": ["user-alice"],
        "verbs": ["get", "create", "update"],
    }


def test_the_rest_has_a_level_of_its_own_where_it_is_asked_for() -> None:
    level = {"enabled": True, "shares": 40}
    found = made({"flowSchema": {"enabled": True, "level": level}})
    (own,) = [o for o in found if o["kind"] == "PriorityLevelConfiguration"]
    lease, rest = [o for o in found if o["kind"] == "FlowSchema"]
    assert own["spec"]["limited"]["nominalConcurrencyShares"] == 40
    assert rest["spec"]["priorityLevelConfiguration"]["name"] == own["metadata"]["name"]
    assert [rule["subjects"] for rule in rest["spec"]["rules"]] == [[ACCOUNT]]
    assert lease["spec"]["matchingPrecedence"] < rest["spec"]["matchingPrecedence"] < 9000


def test_two_operators_do_not_fight_over_one_name() -> None:
    names = [o["metadata"]["name"] for o in render(CHART, ON, "a") + render(CHART, ON, "b")]
    flows = [name for name in names if name.startswith("lease.")]
    assert len(set(flows)) == 2


def test_none_is_made_without_an_operator() -> None:
    assert made({**ON, "operator": {"enabled": False}}) == []
