"""Plugins that Connect fetches: a good one runs, a bad one is told of in words a student knows."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl, LabHandle
from tests.e2e.files import URL, serve
from tools.artifacts import get

CSV = "dev.streaminglab.connect.CsvDirectorySourceConnector"


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
    serve(kubectl, namespace, contents)
    return {name: hashlib.sha512(content).hexdigest() for name, content in contents.items()}


def spec(file: str, sha512: str) -> dict[str, Any]:
    """A lab of Kafka and Connect with one plugin from the file server."""
    plugin = {"name": "fetched", "url": f"{URL}/{file}", "sha512": sha512}
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
