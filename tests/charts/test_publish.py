"""What `make publish` sends, into a real registry on loopback, and what comes back out of it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from streaminglab_operator import __version__
from streaminglab_operator.plan import Options
from tests.charts.lab_charts import EVERYTHING, lab_with
from tests.charts.support import CHARTS, cases, containers, render, run_helm
from tests.charts.test_tile_refuses import overlaid
from tests.terminal import Terminal
from tools.images.catalog import LABS, load
from tools.machine.ports import free_port
from tools.pages import put, typed
from tools.publish import charts, mirror
from tools.publish.images import pins
from tools.publish.pins import name_of, own_first, published, upstream_only, with_pins
from tools.publish.registry import Registry, crane
from tools.shell.errors import ToolError
from tools.shell.paths import ROOT
from tools.shell.progress import wait_until
from tools.shell.run import call


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """An empty one."""
    address = f"127.0.0.1:{free_port()}"
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


@pytest.fixture
def listed(registry: Registry, tmp_path: Path) -> list[str]:
    """What `make mirror-list` prints, as docs/admin.md has it, of a registry with everything."""
    archive = _image(tmp_path / "image.tar", "amd64")
    for image in published(load()):
        registry.push(archive, name_of(image))
    command = put(
        typed("docs/admin.md", "make mirror-list"), {"registry.example.org/lab": registry.address}
    )
    # make's target looks for the Python environment where this machine's user has it. To a make
    # that the tests themselves were begun by it would be a smaller one, which says its folder.
    alone = "unset MAKEFLAGS MAKELEVEL MFLAGS"
    script = f"{alone}; export HOME={Path.home()}; cd {ROOT}; {command}"
    (tmp_path / "home").mkdir()
    return Terminal(None, "", tmp_path / "home").type(script).splitlines()


def test_the_list_for_a_mirror_has_every_image(registry: Registry, listed: list[str]) -> None:
    own = [line for line in listed if line.startswith(registry.address)]
    assert {line.partition("@")[0] for line in own} == {
        registry.reference(name_of(image)) for image in published(load())
    }
    assert all("@sha256:" in line for line in own)
    # Their registries cannot be asked here; what stands for a digest then is the name alone.
    others = {line.partition("@")[0] for line in listed if line not in own}
    assert others == {image.upstream for image in upstream_only(load())}
    assert len(listed) == len(own) + len(others)


def test_an_upstream_image_is_listed_with_the_digest_that_its_registry_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mirror, "digest_of", lambda _reference: "sha256:" + "a" * 64)
    lines = list(mirror.foreign())
    assert len(lines) == len(upstream_only(load()))
    assert all(line.endswith("@sha256:" + "a" * 64) for line in lines)


def of_the_site(value: Any) -> Any:
    """Values without an image that a site has named itself."""
    if isinstance(value, list):
        return [of_the_site(item) for item in value if "image" not in str(item)]
    if not isinstance(value, dict):
        return value
    kept = {key: of_the_site(inner) for key, inner in value.items() if key != "imageRegistry"}
    return {key: i for key, i in kept.items() if not (isinstance(i, dict) and "repository" in i)}


def pulled(registry: Registry) -> set[str]:
    """Every image that an operator of this registry gives to labs, and that a published chart by
    itself runs with any of its options."""
    found = pins(registry)
    images = {key: pin.reference for key, pin in found.items() if pin.image.use == LABS}
    options = Options(images=images, own_registry=registry.address)
    spark = {**EVERYTHING, "jupyter": {"spark": True}}
    objects = [*lab_with(options), *lab_with(options, spark)]
    for case in cases(tuple(charts.names())):
        ours = yaml.safe_load((CHARTS / case.chart / "values.yaml").read_text()) or {}
        pinned = with_pins(ours, own_first(case.chart, found), registry.address)
        more = of_the_site(yaml.safe_load(case.values.read_text())) if case.values else {}
        objects += render(case.chart, overlaid(pinned, more))
    return {container["image"] for container in containers(objects)}


def without_tag(reference: str) -> str:
    """`host:5000/a/b:1@sha256:...` as `host:5000/a/b@sha256:...`."""
    name, at, digest = reference.partition("@")
    path, slash, last = name.rpartition("/")
    return f"{path}{slash}{last.partition(':')[0]}{at}{digest}"


def test_no_pod_of_a_lab_or_chart_has_an_image_that_the_list_has_not(
    registry: Registry, listed: list[str]
) -> None:
    known = {*listed, *(without_tag(line) for line in listed)}
    found = pulled(registry)
    assert found - known == set()
    # And nothing is mirrored for nobody.
    needless = {line for line in listed if not found & {line, without_tag(line)}}
    assert needless == set()
