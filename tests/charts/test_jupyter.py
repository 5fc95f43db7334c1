"""Jupyter: a home on the volume, a password from a file, and no secret in an address."""

import json
from typing import Any

import pytest

from tests.charts.support import Manifest, environment, only, render
from tools.generate.solutions import SOLUTIONS, solutions
from tools.shell.paths import ROOT


def pod(values: dict[str, Any] | None = None) -> Manifest:
    found: Manifest = only(render("jupyter", values), "StatefulSet")["spec"]["template"]["spec"]
    return found


def test_the_home_is_the_volume() -> None:
    claim = only(render("jupyter"), "StatefulSet")["spec"]["volumeClaimTemplates"][0]["metadata"]
    mounts = {m["name"]: m["mountPath"] for m in pod()["containers"][0]["volumeMounts"]}
    assert mounts[claim["name"]] == environment(pod()["containers"][0])["HOME"]


def test_the_password_is_a_file_of_one_key_and_in_no_variable() -> None:
    values = {"existingSecret": {"name": "meteo-credentials", "key": "jupyter-password"}}
    spec = pod(values)
    secret = next(v["secret"] for v in spec["volumes"] if v["name"] == "secrets")
    assert secret["secretName"] == "meteo-credentials"
    assert [item["key"] for item in secret["items"]] == ["jupyter-password"]
    mount = next(m for m in spec["containers"][0]["volumeMounts"] if m["name"] == "secrets")
    file = f"{mount['mountPath']}/{secret['items'][0]['path']}"
    assert environment(spec["containers"][0])["JUPYTER_PASSWORD_FILE"] == file


@pytest.mark.parametrize(
    ("given", "base", "probe"),
    [("/", "/", "/api"), ("/lab", "/lab/", "/lab/api"), ("/a/b/", "/a/b/", "/a/b/api")],
)
def test_the_probe_follows_the_path(given: str, base: str, probe: str) -> None:
    container = pod({"baseUrl": given})["containers"][0]
    assert environment(container)["JUPYTER_BASE_URL"] == base
    for name in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[name]["httpGet"]["path"] == probe


def test_notebooks_can_be_left_out() -> None:
    def source(values: dict[str, Any]) -> str:
        return environment(pod(values)["containers"][0])["JUPYTER_NOTEBOOKS"]

    assert source({}) == "/opt/notebooks"
    assert source({"notebooks": False}) == ""


def test_with_spark_another_image_runs_with_a_heap_and_more_scratch() -> None:
    plain, spark = pod(), pod({"spark": {"enabled": True, "memory": "614m"}})
    images = [found["containers"][0]["image"] for found in (plain, spark)]
    assert [image.partition(":")[0] for image in images] == [
        "streaminglab/jupyter",
        "streaminglab/jupyter-spark",
    ]
    assert environment(spark["containers"][0])["SPARK_DRIVER_MEMORY"] == "614m"
    assert "SPARK_DRIVER_MEMORY" not in environment(plain["containers"][0])
    scratch = [
        next(v["emptyDir"]["sizeLimit"] for v in found["volumes"] if v["name"] == "tmp")
        for found in (plain, spark)
    ]
    assert scratch == ["256Mi", "1Gi"]


def test_the_image_with_spark_follows_the_registry_and_its_own_digest() -> None:
    digest = f"sha256:{'a' * 64}"
    values = {"spark": {"enabled": True, "image": {"digest": digest}}}
    mirrored = pod({**values, "global": {"imageRegistry": "mirror.example.org"}})
    expected = f"mirror.example.org/streaminglab/jupyter-spark@{digest}"
    assert mirrored["containers"][0]["image"] == expected


def test_addresses_come_in_a_fixed_order_and_as_text() -> None:
    """The operator compares what it renders: an order that changes would restart the pod."""
    values = {"env": {"B": "2", "A": "1"}}
    names = [entry["name"] for entry in pod(values)["containers"][0]["env"]]
    assert names[-2:] == ["A", "B"]


def test_kubectl_works_with_an_account_alone_and_passes_by_a_proxy() -> None:
    found = pod({"serviceAccountName": "student", "egress": {"httpsProxy": "http://proxy:3128"}})
    assert found["serviceAccountName"] == "student"
    assert found["automountServiceAccountToken"] is True
    # The name is below .svc, which needs no proxy; the address that Kubernetes gives is not.
    server = environment(found["containers"][0])["KUBERNETES_SERVICE_HOST"]
    assert server == "kubernetes.default.svc"
    assert "KUBERNETES_SERVICE_HOST" not in environment(pod()["containers"][0])
    assert pod()["automountServiceAccountToken"] is False


def test_the_api_server_is_reached_with_an_account_alone() -> None:
    def ways_out(values: dict[str, Any]) -> list[Manifest]:
        policy = only(render("jupyter", values), "NetworkPolicy")
        egress: list[Manifest] = policy["spec"]["egress"]
        return egress

    more = [way for way in ways_out({"serviceAccountName": "student"}) if way not in ways_out({})]
    assert [[port["port"] for port in way["ports"]] for way in more] == [[443, 6443]]
    near = {"apiServerCIDRs": ["10.96.0.1/32"]}
    (way,) = [
        way
        for way in ways_out({"serviceAccountName": "student", "networkPolicy": near})
        if {"port": 6443, "protocol": "TCP"} in way.get("ports", [])
    ]
    assert way["to"] == [{"ipBlock": {"cidr": "10.96.0.1/32"}}]


def test_tokens_are_references() -> None:
    wanted = {"name": "INFLUXDB_TOKEN", "secret": "meteo-credentials", "key": "token"}
    entry = pod({"secretEnv": [wanted]})["containers"][0]["env"][-1]
    assert entry["valueFrom"]["secretKeyRef"] == {"name": "meteo-credentials", "key": "token"}


CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
ARCHIVE = {"name": "tp2", "url": "https://git.example.org/v1.tar.gz", "sha256": "a" * 64}


def test_files_of_a_config_map_are_a_folder_beside_the_others() -> None:
    found = pod({"files": [{"name": "tp1", "configMap": "notebooks"}]})
    volume = next(v for v in found["volumes"] if v["name"] == "files-0")
    assert volume["configMap"]["name"] == "notebooks"
    container = found["containers"][0]
    mount = next(m for m in container["volumeMounts"] if m["name"] == "files-0")
    assert mount["mountPath"] == f"{environment(container)['JUPYTER_FILES']}/tp1"
    assert mount["readOnly"]
    assert "initContainers" not in found


def test_an_archive_is_fetched_before_jupyterlab_by_the_same_image() -> None:
    found = pod({"files": [ARCHIVE], "egress": {"httpsProxy": "http://proxy:3128"}})
    (fetch,) = found["initContainers"]
    assert fetch["image"] == found["containers"][0]["image"]
    assert json.loads(environment(fetch)["JUPYTER_ARCHIVES"]) == [ARCHIVE]
    assert environment(fetch)["HTTPS_PROXY"] == "http://proxy:3128"
    assert {"name": "home", "mountPath": "/home/jovyan"} in fetch["volumeMounts"]
    assert "secrets" not in {mount["name"] for mount in fetch["volumeMounts"]}


def test_it_trusts_the_sites_authority_which_is_joined_before() -> None:
    found = pod({"files": [ARCHIVE], "egress": {"caBundle": CERTIFICATE}})
    assert [one["name"] for one in found["initContainers"]] == ["trust", "fetch-files"]
    fetch = found["initContainers"][1]
    mounts = {mount["name"]: mount["mountPath"] for mount in fetch["volumeMounts"]}
    assert environment(fetch)["SSL_CERT_FILE"].startswith(mounts["trust"])


def test_no_solution_is_in_what_is_rendered_unless_it_is_asked_for() -> None:
    """The chart holds them; neither a ConfigMap nor a pod does."""
    plain = render("jupyter", {"files": [ARCHIVE]})
    asked = render("jupyter", {"solutions": True})
    assert "solutions" not in json.dumps(plain)
    (config,) = [one for one in asked if one["kind"] == "ConfigMap"]
    texts = {path.relative_to(SOLUTIONS).as_posix(): text for path, text in solutions().items()}
    assert config["data"] == {name.replace("/", "__"): text for name, text in texts.items()}
    spec = only(asked, "StatefulSet")["spec"]["template"]["spec"]
    volume = next(v["configMap"] for v in spec["volumes"] if v["name"] == "solutions")
    assert volume["name"] == config["metadata"]["name"]
    assert {item["path"]: texts[item["path"]] for item in volume["items"]} == texts


def test_the_charts_solutions_are_those_of_the_answers_and_fit_into_a_config_map() -> None:
    there = [path for path in (ROOT / SOLUTIONS).rglob("*") if path.is_file()]
    assert {path.relative_to(ROOT) for path in there} == set(solutions())
    assert sum(path.stat().st_size for path in there) < 500_000
