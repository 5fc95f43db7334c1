"""What `make publish` sends, into a real registry on loopback, and what comes back out of it."""

from __future__ import annotations

import hashlib
import io
import json
import socket
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from streaminglab_operator import __version__
from tests.charts.support import run_helm
from tools.images.catalog import load
from tools.publish import charts, mirror
from tools.publish.images import pins
from tools.publish.pins import name_of, published
from tools.publish.registry import Registry, crane
from tools.shell.errors import ToolError
from tools.shell.progress import wait_until
from tools.shell.run import call


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """An empty one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    disk = tmp_path_factory.mktemp("registry")
    words = [str(crane()), "registry", "serve", "--address", address, "--disk", str(disk)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as served:
        try:
            found = Registry(f"{address}/lab")
            wait_until("the registry answers", lambda: _answers(address), 30)
            yield found
        finally:
            served.terminate()


def _answers(address: str) -> bool:
    return call([crane(), "catalog", address], check=False).returncode == 0


def _image(path: Path, architecture: str) -> Path:
    """A docker archive with one empty layer:
    https://github.com/moby/docker-image-spec/blob/main/spec.md"""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w"):
        pass
    digest = hashlib.sha256(layer.getvalue()).hexdigest()
    config = {
        "architecture": architecture,
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": ["x:1"], "Layers": ["layer.tar"]}]
    files = {
        "layer.tar": layer.getvalue(),
        "config.json": json.dumps(config).encode(),
        "manifest.json": json.dumps(manifest).encode(),
    }
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_an_index_has_both_platforms(registry: Registry, tmp_path: Path) -> None:
    for architecture in ("amd64", "arm64"):
        registry.push(_image(tmp_path / architecture, architecture), f"both:1-{architecture}")
    registry.join(["both:1-amd64", "both:1-arm64"], "both:1")
    said = json.loads(call([crane(), "manifest", registry.reference("both:1")]).stdout)
    assert {m["platform"]["architecture"] for m in said["manifests"]} == {"amd64", "arm64"}
    assert registry.digest("both:1").startswith("sha256:")


def test_charts_are_not_sent_before_their_images_are_there(registry: Registry) -> None:
    empty = Registry(f"{registry.address}/empty")
    with pytest.raises(ToolError, match=r"has no .*kafka.*PART=images|has no .*kafka"):
        pins(empty)


def test_a_published_operator_needs_no_value_and_runs_images_by_digest(
    registry: Registry, tmp_path: Path
) -> None:
    archive = _image(tmp_path / "image.tar", "amd64")
    for image in published(load()):
        registry.push(archive, name_of(image))
    found = pins(registry)
    sent = dict(charts.push(registry, found))
    assert [name.partition(":")[0] for name in sent] == list(charts.names())
    versions = {name.partition(":")[2] for name in sent}
    assert versions == {__version__}

    address = f"oci://{registry.address}/charts/{charts.OPERATOR_CHART}"
    done = run_helm("template", "x", address, "--plain-http", "-n", "streaminglab-system")
    assert done.returncode == 0, done.stderr
    (deployment,) = (d for d in yaml.safe_load_all(done.stdout) if d["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    env = {e["name"]: e.get("value") for e in container["env"]}
    digest = found["operator"].digest
    assert container["image"] == f"{registry.address}/streaminglab/operator@{digest}"
    assert json.loads(env["STREAMINGLAB_IMAGES"])["kafka"] == found["kafka"].reference
    assert env["STREAMINGLAB_OWN_IMAGE_REGISTRY"] == registry.address


def test_the_list_for_a_mirror_has_every_image(registry: Registry, tmp_path: Path) -> None:
    archive = _image(tmp_path / "image.tar", "amd64")
    for image in published(load()):
        registry.push(archive, name_of(image))
    lines = list(mirror.own(registry))
    assert {line.partition("@")[0] for line in lines} == {
        registry.reference(name_of(image)) for image in published(load())
    }
    assert all("@sha256:" in line for line in lines)
