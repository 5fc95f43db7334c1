"""Jupyter: a home on the volume, a password from a file, and no secret in an address."""

from typing import Any

import pytest

from tests.charts.support import Manifest, environment, only, render


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


def test_tokens_are_references() -> None:
    wanted = {"name": "INFLUXDB_TOKEN", "secret": "meteo-credentials", "key": "token"}
    entry = pod({"secretEnv": [wanted]})["containers"][0]["env"][-1]
    assert entry["valueFrom"]["secretKeyRef"] == {"name": "meteo-credentials", "key": "token"}
