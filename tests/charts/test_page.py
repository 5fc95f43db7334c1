"""The lab's page: an account of one lab, single keys of one Secret, and few edges."""

from typing import Any

import pytest

from tests.charts.support import Manifest, environment, only, render

KEYS = ["influxdb-password", "kafka-ui-password"]


def page(values: dict[str, Any] | None = None, release: str = "meteo-page") -> list[Manifest]:
    return render("page", values, release)


def pod(objects: list[Manifest]) -> Manifest:
    found: Manifest = only(objects, "Deployment")["spec"]["template"]["spec"]
    return found


def test_its_account_may_read_and_edit_the_one_lab_and_nothing_else() -> None:
    objects = page({"lab": "meteo"})
    assert only(objects, "Role")["rules"] == [
        {
            "apiGroups": ["streaminglab.dev"],
            "resources": ["streaminglabs"],
            "resourceNames": ["meteo"],
            "verbs": ["list", "watch", "patch"],
        }
    ]
    assert not [o for o in objects if o["kind"].startswith("Cluster")]


@pytest.mark.parametrize("asked", [{"set": "000"}, {"configMap": "mine"}])
def test_with_exercises_it_may_write_the_status_of_that_lab(asked: dict[str, str]) -> None:
    _, status = only(page({"lab": "meteo", "exercises": asked}), "Role")["rules"]
    assert status == {
        "apiGroups": ["streaminglab.dev"],
        "resources": ["streaminglabs/status"],
        "resourceNames": ["meteo"],
        "verbs": ["patch"],
    }


def test_a_set_that_comes_along_is_named() -> None:
    spec = pod(page({"exercises": {"set": "002"}}))
    settings = environment(spec["containers"][0])
    assert settings["PAGE_EXERCISES"] == "002"
    assert "PAGE_EXERCISES_CONFIG_MAP" not in settings
    assert "exercises" not in {volume["name"] for volume in spec["volumes"]}


def test_a_set_of_ones_own_is_mounted_as_soon_as_it_is_there() -> None:
    spec = pod(page({"exercises": {"configMap": "mine"}}))
    settings = environment(spec["containers"][0])
    assert settings["PAGE_EXERCISES_CONFIG_MAP"] == "mine"
    (mounted,) = (v["configMap"] for v in spec["volumes"] if v["name"] == "exercises")
    key = "exercises.yaml"
    items = [{"key": key, "path": key}]
    assert mounted == {"name": "mine", "defaultMode": 0o440, "optional": True, "items": items}
    mounts = {m["name"]: m["mountPath"] for m in spec["containers"][0]["volumeMounts"]}
    assert mounts["exercises"] == "/etc/streaminglab/exercises"


def test_the_pod_runs_as_that_account_and_nobody_else_gets_a_token_unasked() -> None:
    objects = page()
    binding = only(objects, "RoleBinding")
    account = only(objects, "ServiceAccount")
    assert account["automountServiceAccountToken"] is False
    assert pod(objects)["serviceAccountName"] == account["metadata"]["name"] == "meteo-page"
    assert binding["roleRef"]["name"] == only(objects, "Role")["metadata"]["name"]
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": "meteo-page", "namespace": "user-alice"}
    ]


def test_two_pages_of_one_namespace_share_no_object() -> None:
    def names(release: str) -> set[tuple[str, str]]:
        return {(o["kind"], o["metadata"]["name"]) for o in page(release=release)}

    assert not names("meteo-page") & names("other-page")


def test_only_the_keys_that_are_named_are_in_the_pod() -> None:
    objects = page({"credentials": {"keys": KEYS}})
    volumes = {v["name"]: v["secret"] for v in pod(objects)["volumes"] if "secret" in v}
    assert [item["key"] for item in volumes["login"]["items"]] == ["page-password"]
    assert [item["key"] for item in volumes["credentials"]["items"]] == KEYS
    assert {v["defaultMode"] for v in volumes.values()} == {0o440}
    assert {v["secretName"] for v in volumes.values()} == {"meteo-credentials"}


def test_the_password_of_the_page_is_not_among_what_it_hands_out() -> None:
    objects = page({"credentials": {"keys": KEYS}})
    settings = environment(pod(objects)["containers"][0])
    assert settings["PAGE_KEYS"] == ",".join(KEYS)
    assert not settings["PAGE_PASSWORD_FILE"].startswith(settings["PAGE_CREDENTIALS"])


def test_it_waits_for_its_password_and_not_for_those_of_others() -> None:
    volumes = {v["name"]: v for v in pod(page({"credentials": {"keys": KEYS}}))["volumes"]}
    assert "optional" not in volumes["login"]["secret"]
    assert volumes["credentials"]["secret"]["optional"] is True


def test_without_keys_there_is_no_folder_of_them() -> None:
    spec = pod(page())
    assert [v["name"] for v in spec["volumes"]] == ["login", "tmp"]
    assert [m["name"] for m in spec["containers"][0]["volumeMounts"]] == ["login", "tmp"]


def test_the_settings_hold_names_and_no_value_of_a_secret() -> None:
    container = pod(page({"credentials": {"keys": KEYS}}))["containers"][0]
    assert all("valueFrom" not in entry for entry in container["env"])
    assert "envFrom" not in container


def policy(**values: Any) -> Manifest:
    found: Manifest = only(page({"networkPolicy": values}), "NetworkPolicy")["spec"]
    return found


def test_browsers_come_in_by_one_port() -> None:
    (rule,) = policy(clients=[{"podLabels": {}, "anyNamespace": True}])["ingress"]
    assert [port["port"] for port in rule["ports"]] == [8080]
    assert rule["from"] == [{"podSelector": {}, "namespaceSelector": {}}]


def test_it_reaches_names_and_the_kubernetes_api() -> None:
    dns, api = policy()["egress"]
    assert {port["port"] for port in dns["ports"]} == {53, 5353}
    # By port only: Cilium knows the API server as a host, which no address range matches.
    assert api == {"ports": [{"port": p, "protocol": "TCP"} for p in (443, 6443)]}


def test_its_memory_is_bounded_as_promised() -> None:
    assert pod(page())["containers"][0]["resources"]["limits"]["memory"] == "96Mi"


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_probes_need_no_login(probe: str) -> None:
    assert pod(page())["containers"][0][probe]["httpGet"] == {"path": "/healthz", "port": "http"}


def test_service_and_pods_keep_together_under_a_name_of_the_catalog() -> None:
    objects = page({"instance": "meteo", "aliasService": "page"})
    deployment = only(objects, "Deployment")["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    selectors = [
        deployment["selector"]["matchLabels"],
        only(objects, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
        only(objects, "Service", "meteo-page")["spec"]["selector"],
        only(objects, "Service", "page")["spec"]["selector"],
    ]
    assert all(selector.items() <= labels.items() for selector in selectors)
    assert all(s["app.kubernetes.io/instance"] == "meteo" for s in selectors)
