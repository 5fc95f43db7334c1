"""Every rendered object is valid for the pinned Kubernetes; an unknown field fails."""

import json
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.charts.support import Case, manifests, rendered
from tests.remembered import about
from tools.artifacts import get
from tools.charts.kube_schemas import TEMPLATE, write_crd
from tools.shell.paths import ROOT

CRDS = sorted((ROOT / "crds").glob("*.yaml"))
NEWER = {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
"""What a chart makes only where the cluster knows the kind."""


@cache
def kubeconform() -> str:
    return str(get("kubeconform") / "bin" / "kubeconform")


def problems(text: str, schemas: Path) -> list[str]:
    """What kubeconform finds wrong with a text of manifests."""
    asked = about("kubeconform", get("kubeconform").name, schemas)
    words = ("-strict", "-output", "json", "-schema-location", TEMPLATE)
    done = asked.from_run(kubeconform(), *words, text=text, cwd=schemas)
    return [f"{r['kind']} {r['name']}: {r['msg']}" for r in json.loads(done.stdout)["resources"]]


def test_every_object_is_valid(case: Case, kube_schemas: Path) -> None:
    assert problems(rendered(case), kube_schemas) == []


def test_every_object_is_valid_for_the_oldest_kubernetes(case: Case, oldest_schemas: Path) -> None:
    """The operator applies by the server's schema, which refuses a field that it does not know."""
    objects = [each for each in manifests(rendered(case)) if each["kind"] not in NEWER]
    assert problems(yaml.safe_dump_all(objects), oldest_schemas) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"spec": {"clusterIp": "None"}}, "additional properties 'clusterIp' not allowed"),
        ({"spec": {"ports": [{"port": "http"}]}}, "got string, want integer"),
        ({"spec": {}, "status": {"phase": "x"}}, "additional properties 'phase' not allowed"),
    ],
)
def test_a_wrong_field_is_found(wrong: dict[str, object], message: str, kube_schemas: Path) -> None:
    """The check itself can fail: without this, an empty schema would pass everything."""
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, **wrong}
    found = problems(yaml.safe_dump(service), kube_schemas)
    assert len(found) == 1
    assert message in found[0]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"hostname": ["a.example.org"]}, "additional properties 'hostname' not allowed"),
        ({"rules": [{"backendRefs": [{"name": "a", "port": "http"}]}]}, "got string, want integer"),
    ],
)
def test_a_wrong_field_of_a_route_is_found(
    spec: dict[str, object], message: str, kube_schemas: Path
) -> None:
    route = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
             "metadata": {"name": "x"}, "spec": spec}  # fmt: skip
    found = problems(yaml.safe_dump(route), kube_schemas)
    assert len(found) == 1
    assert message in found[0]


def test_the_example_labs_are_valid_for_the_crd(tmp_path: Path) -> None:
    for crd in CRDS:
        write_crd(yaml.safe_load(crd.read_text()), tmp_path)
    examples = sorted((ROOT / "examples").glob("*.yaml"))
    assert examples, "there is no example"
    for example in examples:
        labs = [d for d in yaml.safe_load_all(example.read_text()) if d["kind"] == "StreamingLab"]
        assert problems(yaml.safe_dump_all(labs), tmp_path) == [], example.name
