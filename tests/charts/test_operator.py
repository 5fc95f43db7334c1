"""The operator's chart: rights as small as they can be, in both scopes, and a CRD that stays."""

from typing import Any

from streaminglab_operator.names import release
from streaminglab_operator.services.page import PAGE
from tests.charts.support import CHARTS, Manifest, environment, only, render, run_helm

CHART = "streaminglab-operator"
TWO = {"watchNamespaces": ["user-alice", "user-bob"]}
CHILDREN = {"statefulsets", "deployments", "jobs", "services", "configmaps", "networkpolicies",
            "poddisruptionbudgets", "serviceaccounts", "roles", "rolebindings"}  # fmt: skip


def lab_rules(values: dict[str, Any]) -> list[dict[str, Any]]:
    kind = "Role" if values.get("watchNamespaces") else "ClusterRole"
    roles = [o for o in render(CHART, values) if o["kind"] == kind]
    # The rights on labs' objects are the role that may write StatefulSets.
    found = [r for r in roles if "statefulsets" in str(r["rules"])]
    assert found
    rules: list[dict[str, Any]] = found[0]["rules"]
    return rules


def verbs_on(resource: str, values: dict[str, Any] | None = None) -> set[str]:
    rules = lab_rules(values or {})
    return {verb for rule in rules if resource in rule["resources"] for verb in rule["verbs"]}


def operator_pod(values: dict[str, Any] | None = None) -> Manifest:
    pod: Manifest = only(render(CHART, values), "Deployment")["spec"]["template"]["spec"]
    return pod


def test_no_rule_has_a_wildcard() -> None:
    for role in render(CHART) + render(CHART, TWO):
        for rule in role.get("rules", []):
            assert "*" not in rule["verbs"] + rule["resources"] + rule["apiGroups"]


def test_secrets_cannot_be_listed_or_deleted() -> None:
    assert verbs_on("secrets") == {"get", "create", "patch"}


def test_pods_are_never_made_and_the_labs_themselves_are_only_read() -> None:
    # delete: a broker's pod, when its turn in a roll has come.
    assert verbs_on("pods") == {"list", "watch", "delete"}
    # patch: to give it to the page of a lab; its own use of it the admission policy refuses.
    assert verbs_on("streaminglabs") == {"list", "watch", "patch"}
    assert verbs_on("streaminglabs/status") == {"patch"}


def test_each_kind_of_a_lab_can_be_watched_applied_and_pruned() -> None:
    for resource in CHILDREN:
        assert verbs_on(resource) == {"list", "watch", "create", "patch", "delete"}, resource


def test_the_operator_cannot_give_itself_rights_or_run_in_pods() -> None:
    resources = {resource for rule in lab_rules({}) for resource in rule["resources"]}
    forbidden = {"clusterroles", "clusterrolebindings", "pods/exec", "serviceaccounts/token",
                 "nodes", "namespaces"}  # fmt: skip
    assert not forbidden & resources
    # Who may write a Role and has none of these verbs gives away what he holds, and never more.
    for resource in ("roles", "rolebindings", "serviceaccounts"):
        assert not {"escalate", "bind", "impersonate", "*"} & verbs_on(resource)


def test_the_operator_holds_what_it_gives_the_page() -> None:
    (rule,) = only(render("page"), "Role")["rules"]
    assert rule["resources"] == ["streaminglabs"]
    assert set(rule["verbs"]) <= verbs_on("streaminglabs")


def test_the_rights_cover_every_kind_that_the_lab_charts_make() -> None:
    objects = render("kafka", {"replicas": 3}) + render("lab-job", {"kind": "Deployment"})
    for chart in ("influxdb", "telegraf", "lab-job", "page"):
        objects += render(chart)
    made = {manifest["kind"].lower() for manifest in objects}
    plurals = {f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s" for kind in made}
    assert plurals <= CHILDREN


def test_a_list_of_namespaces_leaves_no_cluster_wide_right_to_the_operator() -> None:
    objects = render(CHART, TWO)
    assert not [o for o in objects if o["kind"] == "ClusterRoleBinding"]
    bindings = [o for o in objects if o["kind"] == "RoleBinding"]
    places = {b["metadata"]["namespace"] for b in bindings if ":" in b["metadata"]["name"]}
    assert places == set(TWO["watchNamespaces"])
    assert environment(operator_pod(TWO)["containers"][0])["STREAMINGLAB_WATCH_NAMESPACES"] == (
        "user-alice,user-bob"
    )


def test_a_namespace_admin_can_install_it_with_namespaced_objects_alone() -> None:
    objects = render(CHART, {**TWO, "crds": {"install": False}, "rbac": {"aggregate": False}})
    assert not [o["kind"] for o in objects if o["kind"].startswith(("Cluster", "CustomResource"))]


def test_both_scopes_give_the_same_rights_in_a_namespace() -> None:
    everywhere = [rule for rule in lab_rules({}) if "apiextensions.k8s.io" not in rule["apiGroups"]]
    assert everywhere == lab_rules(TWO)


def test_the_lease_lies_in_the_operators_own_namespace() -> None:
    role = only(render(CHART), "Role")
    assert role["metadata"]["namespace"] == "user-alice"
    assert {r for rule in role["rules"] for r in rule["resources"]} == {"leases", "secrets"}


def test_of_its_own_namespaces_secrets_it_reads_the_master_key_alone() -> None:
    values = {"masterKeySecret": "kept-in-a-vault"}
    rules = [r for r in only(render(CHART, values), "Role")["rules"] if "secrets" in r["resources"]]
    named = {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["kept-in-a-vault"]}
    assert rules == [
        {**named, "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]},
    ]
    container = operator_pod(values)["containers"][0]
    assert environment(container)["STREAMINGLAB_MASTER_KEY_SECRET"] == "kept-in-a-vault"


def test_people_get_labs_through_kubernetes_own_roles() -> None:
    roles = {o["metadata"]["name"]: o for o in render(CHART) if o["kind"] == "ClusterRole"}
    edit, view = roles["user-alice:meteo:edit"], roles["user-alice:meteo:view"]
    prefix = "rbac.authorization.k8s.io/aggregate-to-"
    assert {f"{prefix}admin", f"{prefix}edit"} <= set(edit["metadata"]["labels"])
    assert set(view["rules"][0]["verbs"]) == {"get", "list", "watch"}
    assert all(
        rule["verbs"] == ["get"]
        for role in (edit, view)
        for rule in role["rules"]
        if "streaminglabs/status" in rule["resources"]
    )


def test_nobodys_role_can_forge_the_status_of_a_lab() -> None:
    """Not even the admin's, unless namespaces may have operators of their own."""
    for namespaces_own, writers in ((False, set()), (True, {"user-alice:meteo:admin"})):
        people = [
            o
            for o in render(CHART, {"rbac": {"namespaceOperators": namespaces_own}})
            if o["kind"] == "ClusterRole" and "user-alice:meteo:" in o["metadata"]["name"]
        ]
        can = {
            role["metadata"]["name"]
            for role in people
            for rule in role["rules"]
            if "streaminglabs/status" in rule["resources"] and set(rule["verbs"]) != {"get"}
        }
        assert can == writers
        assert all("aggregate-to-admin" in str(o) for o in people if o["metadata"]["name"] in can)


def policies(values: dict[str, Any]) -> list[Manifest]:
    found = render(CHART, values)
    return [o for o in found if o["kind"].startswith("ValidatingAdmissionPolicy")]


def policy_of(whom: str = "") -> tuple[Manifest, Manifest]:
    """The policy for the operator's account, or for those of `pages`, and its binding."""
    name = f"{whom}{'.' if whom else ''}meteo.user-alice.streaminglab.dev"
    found = policies({"admissionPolicy": {"enabled": True}})
    policy, binding = sorted(
        (o for o in found if o["metadata"]["name"] == name), key=lambda o: str(o["kind"])
    )
    return policy, binding


def test_the_admission_policy_is_made_where_the_cluster_knows_the_kind() -> None:
    assert policies({}) == [], "helm template knows of no cluster"
    kinds = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]
    found = policies({"admissionPolicy": {"enabled": True}})
    names = ["meteo.user-alice.streaminglab.dev", "pages.meteo.user-alice.streaminglab.dev"]
    assert sorted((o["metadata"]["name"], o["kind"]) for o in found) == [
        (name, kind) for name in names for kind in kinds
    ]
    known = "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy"
    flags = ("template", "meteo", str(CHARTS / CHART), "--api-versions", known)
    for scope, expected in (({}, True), (TWO, False)):
        text = run_helm(*flags, values=scope).stdout
        assert ("kind: ValidatingAdmissionPolicy\n" in text) is expected


def test_the_admission_policy_holds_the_operators_account_alone() -> None:
    policy, binding = policy_of()
    (condition,) = policy["spec"]["matchConditions"]
    assert condition["expression"] == (
        "request.userInfo.username == 'system:serviceaccount:user-alice:meteo'"
    )
    assert policy["spec"]["failurePolicy"] == "Fail"
    assert binding["spec"] == {
        "policyName": policy["metadata"]["name"],
        "validationActions": ["Deny"],
    }


def test_the_policy_for_pages_holds_the_account_that_a_labs_page_has() -> None:
    account = only(render("page", release="meteo-page"), "ServiceAccount")["metadata"]
    policy, binding = policy_of("pages")
    (condition,) = policy["spec"]["matchConditions"]
    assert condition["expression"] == (
        "has(request.name) && request.userInfo.username == "
        "'system:serviceaccount:' + request.namespace + ':' + request.name + '-page'"
    )
    lab = only(render("page", release="meteo-page"), "Role")["rules"][0]["resourceNames"][0]
    assert account["name"] == f"{lab}-page"
    assert release("meteo", PAGE.component) == account["name"]
    assert policy["spec"]["failurePolicy"] == "Fail"
    assert binding["spec"] == {
        "policyName": policy["metadata"]["name"],
        "validationActions": ["Deny"],
    }


def test_the_policy_for_pages_looks_at_every_write_of_labs_and_at_nothing_else() -> None:
    policy, _ = policy_of("pages")
    (rule,) = policy["spec"]["matchConstraints"]["resourceRules"]
    assert rule["apiGroups"] == ["streaminglab.dev"]
    assert rule["resources"] == ["streaminglabs", "streaminglabs/*"]
    assert rule["operations"] == ["CREATE", "UPDATE", "DELETE"]


def test_the_admission_policy_speaks_of_every_kind_that_the_operator_may_write() -> None:
    policy, _ = policy_of()
    (validation,) = policy["spec"]["validations"]
    for rule in lab_rules({}):
        if {"create", "patch", "delete"} & set(rule["verbs"]):
            for resource in rule["resources"]:
                assert f"'{rule['apiGroups'][0]}/{resource}'" in validation["expression"]


def test_uninstalling_the_operator_keeps_the_crd_and_so_everybodys_labs() -> None:
    crd = only(render(CHART), "CustomResourceDefinition")
    assert crd["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def test_images_of_the_components_reach_the_operator_as_one_setting() -> None:
    container = operator_pod({"images": {"kafka": "streaminglab/kafka:4.3.1-abc"}})["containers"][0]
    text = environment(container)["STREAMINGLAB_IMAGES"]
    assert '"kafka":"streaminglab/kafka:4.3.1-abc"' in text


def test_the_operator_reaches_the_api_server_and_every_labs_influxdb_and_connect() -> None:
    egress = only(render(CHART), "NetworkPolicy")["spec"]["egress"]
    open_ports = [{p["port"] for p in rule["ports"]} for rule in egress if "to" not in rule]
    assert {443, 6443} in open_ports
    named = [rule for rule in egress if "to" in rule]
    assert [rule["ports"] for rule in named] == [
        [{"port": 8086, "protocol": "TCP"}],
        [{"port": 8083, "protocol": "TCP"}],
    ]
    assert all(rule["to"][0]["namespaceSelector"] == {} for rule in named)


def test_two_operators_never_run_at_once() -> None:
    spec = only(render(CHART), "Deployment")["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}


def test_logins_of_registries_are_read_and_handed_on_only_where_that_is_asked_for() -> None:
    for values in ({}, {"labImagePullSecrets": ["registry"]}, {"copyPullSecrets": True}):
        found = [o for o in render(CHART, values) if o["kind"] == "Role"]
        assert "registry" not in str([rule.get("resourceNames") for rule in found[0]["rules"]])
    asked = {"labImagePullSecrets": ["registry"], "copyPullSecrets": True}
    (own,) = (o for o in render(CHART, asked) if o["kind"] == "Role")
    rule = {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["registry"]}
    assert {**rule, "verbs": ["get"]} in own["rules"]
    env = environment(operator_pod(asked)["containers"][0])
    assert env["STREAMINGLAB_COPY_PULL_SECRETS"] == "true"
    for copied in (True, False):
        chosen = {"admissionPolicy": {"enabled": True}, "copyPullSecrets": copied}
        assert ("-image-pull" in str(policies(chosen))) is copied
