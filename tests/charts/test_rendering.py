"""What must hold for every object of every chart, whatever the values."""

import re

import pytest
import yaml

from tests.charts.support import (
    CHARTS,
    LABS,
    NAMESPACE,
    OURS,
    Case,
    cases,
    manifests,
    pod_templates,
    render,
    rendered,
    run_helm,
    template,
)

CLUSTER_KINDS = {
    "FlowSchema",
    "PriorityLevelConfiguration",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
}
LABELS = {
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/managed-by",
}
ENDINGS = (
    "brokers",
    "workers",
    "home",
    "authorities",
    "solutions",
    *(f"{kind}{broker}" for kind in ("", "nodeport-", "loadbalancer-") for broker in range(3)),
)
BROKER = "streaminglab.dev/broker"
SELECTOR = {"app.kubernetes.io/instance", "app.kubernetes.io/component"}


def lint(charts: tuple[str, ...], *words: str) -> None:
    done = run_helm("lint", "--strict", *(str(CHARTS / chart) for chart in charts), *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(charts)} chart(s) linted, 0 chart(s) failed" in done.stdout


def test_helm_lint_finds_nothing_in_the_defaults() -> None:
    lint(OURS)


@pytest.mark.parametrize("own", [case for case in cases() if case.values], ids=str)
def test_helm_lint_finds_nothing(own: Case) -> None:
    lint((own.chart,), "-f", str(own.values))


def test_every_object_names_its_namespace(case: Case) -> None:
    for manifest in manifests(rendered(case)):
        if manifest["kind"] in CLUSTER_KINDS:
            assert "namespace" not in manifest["metadata"]
        elif manifest["kind"] in {"Role", "RoleBinding"}:
            assert manifest["metadata"]["namespace"]
        else:
            assert manifest["metadata"]["namespace"] == NAMESPACE


def test_every_object_and_pod_carries_the_common_labels(case: Case) -> None:
    objects = [m for m in manifests(rendered(case)) if m["kind"] != "CustomResourceDefinition"]
    for manifest in [*objects, *(pod for _, pod in pod_templates(objects))]:
        labels = manifest["metadata"]["labels"]
        assert set(labels) >= LABELS
        assert labels["app.kubernetes.io/instance"] == "meteo"
        assert labels["app.kubernetes.io/part-of"] == "streaminglab"


def test_pods_and_volume_claims_carry_no_version(case: Case) -> None:
    for owner, pod in pod_templates(manifests(rendered(case))):
        claims = owner["spec"].get("volumeClaimTemplates", [])
        for metadata in [pod["metadata"], *(claim["metadata"] for claim in claims)]:
            assert "helm.sh/chart" not in metadata["labels"]
            assert "app.kubernetes.io/version" not in metadata["labels"]


def test_selectors_are_instance_and_component_and_match_the_pods(case: Case) -> None:
    objects = manifests(rendered(case))
    if case.chart == "access":
        # The pods of others: whoever gives the door says by which labels they are found.
        return
    pods = [pod["metadata"]["labels"] for _, pod in pod_templates(objects)]
    for manifest in objects:
        spec = manifest.get("spec", {})
        selector = spec.get("selector") or spec.get("podSelector")
        if not selector or manifest["kind"] == "CustomResourceDefinition":
            continue
        labels = dict(selector.get("matchLabels", selector))
        # What belongs to one broker names it besides.
        assert set(labels) - {BROKER} == SELECTOR
        assert BROKER not in labels or case.chart == "kafka"
        assert any(labels.items() <= pod.items() for pod in pods)


def test_values_for_labels_reach_every_object() -> None:
    values = {"managedBy": "somebody", "commonLabels": {"streaminglab.dev/lab": "meteo"}}
    for chart in LABS:
        for manifest in render(chart, values):
            labels = manifest["metadata"]["labels"]
            assert labels["app.kubernetes.io/managed-by"] == "somebody"
            assert labels["streaminglab.dev/lab"] == "meteo"


def test_no_object_is_a_hook(case: Case) -> None:
    assert "helm.sh/hook" not in rendered(case)


def test_names_are_the_release_name_with_fixed_endings(case: Case) -> None:
    objects = [m for m in manifests(rendered(case)) if m["kind"] not in CLUSTER_KINDS]
    values = yaml.safe_load(case.values.read_text()) if case.values else {}
    known = {"meteo", f"{NAMESPACE}:meteo", values.get("aliasService")}
    known |= {f"meteo-{ending}" for ending in ENDINGS}
    known |= {f"meteo-{door['name']}" for door in values.get("outside", ())}
    for manifest in objects:
        name = manifest["metadata"]["name"]
        if manifest["kind"] == "Secret":
            # Onyxia looks for this name.
            assert name == "discoverable-meteo-kafka"
            continue
        if manifest["kind"] == "HTTPRoute":
            # Names with dots are allowed there, and nothing else tells the hosts apart.
            assert [name] == [f"meteo-{host}" for host in manifest["spec"]["hostnames"]]
            continue
        assert name in known, f"{manifest['kind']} {name}"


def test_a_release_name_that_looks_like_a_number_stays_a_name() -> None:
    for chart in LABS:
        for manifest in manifests(template(chart, {}, release="123")):
            assert manifest["metadata"]["name"] in {"123", *(f"123-{e}" for e in ENDINGS)}
            assert manifest["metadata"]["labels"]["app.kubernetes.io/instance"] == "123"


def test_the_release_name_can_be_replaced_after_rendering() -> None:
    """The operator renders once with a placeholder and puts each lab's name in."""
    for chart in LABS:
        values = {"clusterId": "MkU3OEVBNTcwNTJENDM2Qg"} if chart == "kafka" else {}
        placeholder = _without_checksum(template(chart, values, release="placeholder-x"))
        assert placeholder.replace("placeholder-x", "meteo") == _without_checksum(
            template(chart, values, release="meteo")
        )


def _without_checksum(text: str) -> str:
    return re.sub(r"checksum/config: \w+", "", text)
