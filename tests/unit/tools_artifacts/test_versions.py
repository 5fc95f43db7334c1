"""versions.toml is the one place of pins: whatever repeats one must agree."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

from tools.artifacts.golang import GO_DIRECTORY
from tools.artifacts.pyspark import LIST
from tools.artifacts.versions import pin, table
from tools.images.catalog import load
from tools.shell.paths import ROOT

MODULES = {
    "kubernetes": "k8s.io/kubernetes",
    "kubernetes-oldest": "k8s.io/kubernetes",
    "etcd": "go.etcd.io/etcd/server/v3",
    "coredns": "github.com/coredns/coredns",
    "local-path-provisioner": "github.com/rancher/local-path-provisioner",
    "kind": "sigs.k8s.io/kind",
    "cilium": "github.com/cilium/cilium",
    "helm": "helm.sh/helm/v4",
    "helm-unittest": "github.com/helm-unittest/helm-unittest",
    "kubeconform": "github.com/yannh/kubeconform",
    "kwok": "sigs.k8s.io/kwok",
    "helm-operator-plugins": "github.com/operator-framework/helm-operator-plugins",
    "crane": "github.com/google/go-containerregistry",
    "registry": "github.com/distribution/distribution/v3",
    "telegraf": "github.com/influxdata/telegraf",
    "influxd": "github.com/influxdata/influxdb/v2",
}


def test_every_go_pin_has_its_module_here() -> None:
    assert set(table()["go"]) == set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_go_mod_requires_the_pinned_version(name: str) -> None:
    text = (GO_DIRECTORY / name / "go.mod").read_text()
    required = re.search(rf"\s{re.escape(MODULES[name])} (v\S+)", text)
    assert required is not None
    assert required[1] == f"v{pin('go', name)}"


def _required(name: str) -> dict[str, str]:
    """Module -> version, of its replacement where there is one."""
    text = (GO_DIRECTORY / name / "go.mod").read_text()
    found = dict(re.findall(r"^(?:require )?\t?(\S+\.\S+) (v\S+)", text, re.MULTILINE))
    return found | dict(re.findall(r"^replace \S+ => (\S+) (v\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["coredns", "local-path-provisioner"])
def test_what_kubernetes_is_compiled_with_is_compiled_once(name: str) -> None:
    """Go keeps a compiled package by the versions of all that it stands on: with other ones the
    libraries of Kubernetes are compiled anew, which is nearly all of both programs."""
    ours, kubernetes = _required(name), _required("kubernetes")
    assert "k8s.io/client-go" in ours
    shared = ours.keys() & kubernetes.keys()
    other = {module: kubernetes[module] for module in shared if ours[module] != kubernetes[module]}
    assert not other, f"name these versions in tools/artifacts/go/{name}/go.mod, or both higher"


def test_telegrafs_kafka_client_wakes_up_after_a_broker_stood_still() -> None:
    """Before 1.60.1 a batch could wait for ever once a request had timed out (IBM/sarama#3692):
    Telegraf held its points until it was restarted, with Kafka long back."""
    text = (GO_DIRECTORY / "telegraf" / "go.mod").read_text()
    found = re.search(r"\sgithub.com/IBM/sarama v(\d+)\.(\d+)\.(\d+)", text)
    assert found is not None
    assert tuple(int(part) for part in found.groups()) >= (1, 60, 1)


@pytest.mark.parametrize("name", [name for name, found in load().items() if found.upstream])
def test_a_charts_default_image_is_the_upstream_image_of_the_catalog(name: str) -> None:
    values = yaml.safe_load((ROOT / "charts" / name / "values.yaml").read_text())
    image = values["image"]
    source = f"{image['registry']}/" if image.get("registry") else ""
    assert f"{source}{image['repository']}:{image['tag']}" == load()[name].upstream


@pytest.mark.parametrize("name", ["operator", "jobs", "cli"])
def test_an_own_images_version_is_its_packages(name: str) -> None:
    project = tomllib.loads((ROOT / name / "pyproject.toml").read_text())["project"]
    assert project["version"] == pin("streaminglab", name)


def test_pysparks_archive_is_of_the_version_of_its_source_for_kafka() -> None:
    listed = re.findall(r"^(\S+?)==(\S+)", LIST.read_text(), re.MULTILINE)
    assert [name for name, _ in listed] == ["py4j", "pyspark"]
    assert dict(listed)["pyspark"] == pin("maven", "spark")


def test_a_pin_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match=r"no go\.kaf"):
        pin("go", "kaf")
