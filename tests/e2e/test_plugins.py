"""Plugins that Connect fetches: a good one runs, a bad one is told of in words a student knows."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl, LabHandle
from tests.e2e.courses import plain_pod
from tools.artifacts import get
from tools.images import reference

CSV = "dev.streaminglab.connect.CsvDirectorySourceConnector"
FILES = "http://files:8000"


def evil() -> bytes:
    """An archive that wants to write outside its folder."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        entry = tarfile.TarInfo("../../escaped.jar")
        entry.size = 4
        archive.addfile(entry, io.BytesIO(b"evil"))
    return file.getvalue()


@pytest.fixture
def files(kubectl: Kubectl, namespace: str) -> dict[str, str]:
    """A small file server in the namespace; name -> SHA-512 of each file."""
    contents = {
        "csv.jar": (get("csv-source") / "csv-source.jar").read_bytes(),
        "evil.tar.gz": evil(),
    }
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "files"},
        "binaryData": {k: base64.b64encode(v).decode() for k, v in contents.items()},
    }
    pod = plain_pod(
        "files",
        reference("jobs"),
        command=["python3", "-m", "http.server", "8000", "--directory", "/files"],
        volumeMounts=[{"name": "files", "mountPath": "/files"}],
    )
    pod["metadata"]["labels"] = {"app": "files"}
    pod["spec"]["volumes"] = [{"name": "files", "configMap": {"name": "files"}}]
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "files"},
        "spec": {"selector": {"app": "files"}, "ports": [{"port": 8000}]},
    }
    for body in (config, pod, service):
        kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(body))
    return {name: hashlib.sha512(content).hexdigest() for name, content in contents.items()}


def spec(file: str, sha512: str) -> dict[str, Any]:
    """A lab of Kafka and Connect with one plugin from the file server."""
    plugin = {"name": "fetched", "url": f"{FILES}/{file}", "sha512": sha512}
    return {
        "profile": "nano",
        "weather": False,
        "kafka": {"topics": []},
        "connect": {"plugins": [plugin]},
    }


def reported(lab: LabHandle, *words: str) -> None:
    """Wait until ConnectReady is False with all these words."""

    def look() -> bool:
        found = lab.condition("ConnectReady")
        return found["status"] == "False" and all(word in found["message"] for word in words)

    lab.until(look, f"ConnectReady=False with {words}", 240)


def test_bad_plugins_are_named_and_a_good_one_runs(
    lab: LabHandle, files: dict[str, str], kubectl: Kubectl
) -> None:
    lab.apply(spec("evil.tar.gz", files["evil.tar.gz"]))
    reported(lab, "plugin fetched", "../../escaped.jar")
    assert lab.condition("KafkaReady")["status"] == "True", "the rest of the lab is untouched"
    lab.apply(spec("csv.jar", "0" * 128))
    reported(lab, "plugin fetched", "checksum")
    lab.apply(spec("csv.jar", files["csv.jar"]))
    lab.wait("Ready")
    url = f"http://{lab.name}-connect:8083/connector-plugins"
    question = f"import urllib.request as r; print(r.urlopen('{url}').read().decode())"
    answer = kubectl("exec", "-n", lab.namespace, "files", "--", "python3", "-c", question).stdout
    assert CSV in {plugin["class"] for plugin in json.loads(answer)}
