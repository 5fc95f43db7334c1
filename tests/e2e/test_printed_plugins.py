"""The plugins that docs/courses/from-compose.md writes for the lines of course 004, word for word.

The test cluster has no way out, so a file server in the namespace stands in for Maven Central and
for Confluent's hub, under their paths. What Central gives is the real file; what no registry that
the tests reach has (Camel's archive, those of the hub) is a small one of the same name and form.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from streaminglab_jobs.plugins.repository import coordinates
from tests.e2e.cluster import Kubectl, LabHandle
from tests.e2e.files import URL, serve_large
from tests.unit.docs.test_yaml import read
from tools.artifacts import get
from tools.pages import fences

PAGE = "docs/courses/from-compose.md"
HUB = "/api/plugins/{0}/{1}/versions/{2}/{0}-{1}-{2}.zip"
"""The path that the page gives, of an owner, a name and a version."""
PRINTED = (
    ("confluentinc", "kafka-connect-servicenow", "2.3.4"),
    ("jcustenborder", "kafka-connect-spooldir", "2.0.62"),
    ("confluentinc", "kafka-connect-jdbc", "10.2.4"),
)
"""The three lines of `confluent-hub install`."""
CLASSES = {
    "io.debezium.connector.jdbc.JdbcSinkConnector",
    "io.debezium.connector.postgresql.PostgresConnector",
    "com.mongodb.kafka.connect.MongoSourceConnector",
    "dev.streaminglab.connect.CsvDirectorySourceConnector",
}
LIST = "find /opt/plugins/ -name '*.jar'"


class Served(NamedTuple):
    """``files``: by path; ``plugins``: as they are declared."""

    files: dict[str, bytes]
    plugins: list[dict[str, Any]]


def jar() -> bytes:
    return (get("csv-source") / "csv-source.jar").read_bytes()


def camel(folder: str) -> bytes:
    """As `package` archives of Camel's connectors: one folder with jars and texts."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in ((f"{folder}/stand-in.jar", jar()), (f"{folder}/README.adoc", b"?")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def component(owner: str, name: str, version: str) -> bytes:
    """As archives of the hub: a manifest, and jars in `lib`."""
    folder, file = f"{owner}-{name}-{version}", io.BytesIO()
    manifest = {"name": name, "version": version, "owner": {"username": owner}}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{folder}/manifest.json", json.dumps(manifest))
        archive.writestr(f"{folder}/lib/{name}-{version}.jar", jar())
    return file.getvalue()


def of_central() -> Served:
    """The block of coordinates of the page, word for word."""
    jars, files = get("connect-plugins") / "jars", dict[str, bytes]()
    blocks = [read(fence) for fence in fences(PAGE) if fence.language == "yaml"]
    listed = (block.get("connect", {}).get("plugins", ()) for block in blocks)
    plugins = [one for found in listed for one in found if "maven" in one]
    for one in plugins:
        found = coordinates(one["maven"])
        path = f"maven/{found.path}"
        if "sha512" in one:
            files[path] = (jars / found.file_name).read_bytes()
        else:
            # No checksum on the page: the one that a repository publishes beside the file decides.
            files[path] = camel(found.artifact)
            files[f"{path}.sha1"] = (
                hashlib.sha1(files[path], usedforsecurity=False).hexdigest().encode()
            )
    return Served(files, plugins)


def of_the_hub() -> Served:
    """What the page says of the hub's archives: their address, and what `sha512sum` prints."""
    printed = [
        one["url"]
        for fence in fences(PAGE)
        if fence.language == "yaml"
        for one in read(fence).get("connect", {}).get("plugins", ())
        if "/api/plugins/" in one.get("url", "")
    ]
    paths = {name: HUB.format(owner, name, version) for owner, name, version in PRINTED}
    assert [urlsplit(url).path for url in printed] == [paths["kafka-connect-spooldir"]]
    files = {paths[name]: component(owner, name, version) for owner, name, version in PRINTED}
    plugins = [
        {
            "name": name.removeprefix("kafka-connect-"),
            "url": f"{URL}{paths[name]}",
            "sha512": hashlib.sha512(files[paths[name]]).hexdigest(),
        }
        for _, name, _ in PRINTED
    ]
    return Served({path.lstrip("/"): content for path, content in files.items()}, plugins)


@pytest.fixture
def plugins(kubectl: Kubectl, namespace: str) -> list[dict[str, Any]]:
    central, hub = of_central(), of_the_hub()
    serve_large(kubectl, namespace, {**central.files, **hub.files})
    return [*central.plugins, *hub.plugins]


def test_what_the_page_writes_for_each_printed_line_is_fetched_checked_and_loaded(
    lab: LabHandle, plugins: list[dict[str, Any]], kubectl: Kubectl
) -> None:
    lab.apply(
        {
            "profile": "nano",
            "weather": False,
            "kafka": {"topics": []},
            "connect": {
                "mavenRepository": f"{URL}/maven",
                "externalEgress": True,
                "plugins": plugins,
            },
        }
    )
    lab.wait("Ready", seconds=400)
    url = f"http://{lab.name}-connect:8083/connector-plugins"
    question = f"import urllib.request as r; print(r.urlopen('{url}').read().decode())"
    answer = kubectl("exec", "-n", lab.namespace, "files", "--", "python3", "-c", question).stdout
    assert {plugin["class"] for plugin in json.loads(answer)} >= CLASSES
    there = kubectl(
        "exec", "-n", lab.namespace, f"{lab.name}-connect-0", "--", "sh", "-c", LIST
    ).stdout
    assert {one["name"] for one in plugins} == {
        name for one in plugins if f"/{(name := one['name'])}" in there
    }
    for name in ("servicenow-2.3.4.jar", "spooldir-2.0.62.jar", "jdbc-10.2.4.jar", "stand-in.jar"):
        assert name in there
