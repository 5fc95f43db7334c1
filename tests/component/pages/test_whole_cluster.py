"""Commands of the documents that change a whole cluster, typed in one that is thrown away.

It is an API server without nodes: no pod runs, and everything else is as in a large one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from streaminglab_operator.api import LAB
from tests.component.api.control_plane import control_plane, kubeconfig
from tests.terminal import Terminal
from tools.cluster.api import Api
from tools.pages import put, typed
from tools.shell.paths import ROOT

ADMIN = "docs/admin.md"
TEACHER = "docs/teacher.md"
STUDENT = "docs/student.md"
OPERATOR = "streaminglab-system"
PUBLISHED = "oci://registry.example.org/lab/charts/streaminglab-operator"
CHECKOUT = "charts/streaminglab-operator"
INSTALL = (
    "helm install streaminglab-operator "
    "oci://registry.example.org/lab/charts/streaminglab-operator \\\n"
    "  --namespace streaminglab-system --create-namespace"
)
KIND = (LAB.api_version, LAB.kind)
STUDENTS = ("ada", "alan")


class Cluster(Terminal):
    """A terminal, and the same cluster's objects."""

    api: Api

    def labs(self) -> dict[str, dict[str, str]]:
        """Annotations of all labs, by namespace and name."""
        found = [lab["metadata"] for lab in self.api.items(KIND)]
        return {f"{m['namespace']}/{m['name']}": m.get("annotations", {}) for m in found}

    def have_labs(self, *namespaces: str) -> None:
        """A lab ``meteo`` in each of these namespaces."""
        for namespace in namespaces:
            self.type(f"kubectl create namespace {namespace}")
            self.type(f"kubectl apply -n {namespace} -f examples/lab.yaml")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """One with the operator, installed as the page says."""
    (tmp_path / "plane").mkdir()
    (tmp_path / "home").mkdir()
    with control_plane(tmp_path / "plane") as client:
        config = kubeconfig(tmp_path / "plane", client.port)
        terminal = Cluster(config, "student", tmp_path / "home")
        terminal.api = Api.of(config)
        terminal.type(put(typed(ADMIN, INSTALL), {PUBLISHED: CHECKOUT}))
        terminal.type("kubectl wait --for=condition=Established crd --all --timeout=60s")
        yield terminal


def test_a_class_gets_its_namespaces_and_labs_and_loses_them(cluster: Cluster) -> None:
    home = cluster.home
    (home / "students.txt").write_text("".join(f"{name}\n" for name in STUDENTS))
    (home / "lab.yaml").write_text((ROOT / "examples" / "lab.yaml").read_text())

    cluster.type(typed(TEACHER, "while read -r name; do\n  kubectl create namespace"))
    for name in STUDENTS:
        may = f"kubectl auth can-i create configmaps -n user-{name} --as {name}"
        assert cluster.type(may) == "yes\n"
    cluster.type(typed(TEACHER, "while read -r name; do\n  kubectl apply"))
    assert set(cluster.labs()) == {"user-ada/meteo", "user-alan/meteo"}

    cluster.type(typed(TEACHER, "kubectl annotate slab --all -A"))
    assert all(lab["streaminglab.dev/rotate"].isdigit() for lab in cluster.labs().values())

    cluster.type(typed(TEACHER, "while read -r name; do\n  kubectl delete slab"))
    assert cluster.labs() == {}


def test_a_leaked_master_key_is_kept_deleted_and_every_lab_rotated(cluster: Cluster) -> None:
    cluster.have_labs("user-ada")
    name = "streaminglab-master-key"
    cluster.type(f"kubectl create secret generic {name} -n {OPERATOR} --from-literal=master-key=x")
    before = cluster.api.get("deployment", "streaminglab-operator", OPERATOR)

    cluster.type(typed(ADMIN, "kubectl get secret streaminglab-master-key"))
    assert "master-key: eA==" in (cluster.home / "master-key.yaml").read_text()
    cluster.type(typed(ADMIN, "kubectl -n streaminglab-system delete secret"))
    assert cluster.api.get("secret", name, OPERATOR) is None
    cluster.type(typed(ADMIN, "kubectl -n streaminglab-system rollout restart"))
    after = cluster.api.get("deployment", "streaminglab-operator", OPERATOR)
    assert before and after
    assert before["spec"]["template"] != after["spec"]["template"], "its pods are made anew"
    cluster.type(typed(ADMIN, "kubectl annotate slab --all -A"))
    assert cluster.labs()["user-ada/meteo"]["streaminglab.dev/rotate"].isdigit()


def test_the_operator_is_upgraded_and_taken_away_with_all_labs(cluster: Cluster) -> None:
    cluster.have_labs("user-ada", "user-alan")
    crd = "streaminglabs.streaminglab.dev"
    cluster.type(put(typed(ADMIN, "helm upgrade streaminglab-operator"), {PUBLISHED: CHECKOUT}))
    assert "deployed" in cluster.type(f"helm status streaminglab-operator -n {OPERATOR}")
    cluster.type(typed(ADMIN, "kubectl apply --server-side -f crds/"))
    assert len(cluster.labs()) == 2

    cluster.type(typed(ADMIN, "kubectl delete slab --all -A"))
    assert cluster.labs() == {}
    cluster.type(typed(ADMIN, "helm uninstall streaminglab-operator"))
    assert cluster.api.get("deployment", "streaminglab-operator", OPERATOR) is None
    assert cluster.api.get("customresourcedefinition", crd), "kept until somebody says so"
    cluster.type(typed(ADMIN, "kubectl delete crd"))
    assert cluster.api.get("customresourcedefinition", crd) is None
    # Nobody empties a namespace here: it stays in the state of being deleted.
    cluster.type(f"{typed(ADMIN, 'kubectl delete namespace streaminglab-system')} --wait=false")
    gone = cluster.api.get("namespace", OPERATOR)
    assert gone is None or gone["metadata"].get("deletionTimestamp")


def test_an_upgrade_takes_the_images_of_the_new_chart_and_keeps_the_values_that_were_given(
    cluster: Cluster,
) -> None:
    """As published charts differ: each names its own images, by digest."""
    where = f"streaminglab-operator -n {OPERATOR}"
    cluster.type(f"helm upgrade {where} {CHECKOUT} --reset-then-reuse-values --set logLevel=debug")
    newer = cluster.home / "newer"
    shutil.copytree(ROOT / CHECKOUT, newer, symlinks=False)
    values = yaml.safe_load((newer / "values.yaml").read_text())
    values["image"]["digest"] = digest = f"sha256:{'1' * 64}"
    (newer / "values.yaml").write_text(yaml.safe_dump(values))
    cluster.type(put(typed(ADMIN, "helm upgrade streaminglab-operator"), {PUBLISHED: str(newer)}))
    deployment = cluster.api.get("deployment", "streaminglab-operator", OPERATOR)
    assert deployment
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    assert container["image"].endswith(f"@{digest}")
    assert {"name": "STREAMINGLAB_LOG_LEVEL", "value": "debug"} in container["env"]


def test_the_readers_namespace_is_chosen_and_a_broker_of_three_is_deleted(
    cluster: Cluster,
) -> None:
    cluster.type("kubectl config set-context --current --namespace default")
    cluster.type(typed(STUDENT, "kubectl config set-context --current --namespace student"))
    cluster.type("kubectl create namespace student")
    cluster.type("kubectl apply -f examples/three-brokers.yaml")
    assert set(cluster.labs()) == {"student/cluster"}
    status = json.dumps({"status": {"kafka": {"underReplicated": 0}}})
    cluster.type(f"kubectl patch slab cluster --subresource=status --type=merge -p '{status}'")
    looked = cluster.type(typed(STUDENT, "kubectl get slab cluster -o jsonpath='{.status.kafka}'"))
    assert json.loads(looked) == {"underReplicated": 0}
    cluster.type("kubectl run cluster-kafka-1-0 --image=x")
    cluster.type(typed(STUDENT, "kubectl delete pod cluster-kafka-1-0"))
    assert cluster.api.get("pod", "cluster-kafka-1-0", "student") is None
