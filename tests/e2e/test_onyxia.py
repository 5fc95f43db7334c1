"""The catalog tile, installed by somebody who is only `admin` of a namespace, as on Onyxia.

Once with the operator for all namespaces, once with an operator that he installs himself.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts import onyxia
from tests.e2e.alone import CHARTS, Alone
from tests.e2e.cluster import SMALL, Kubectl, LabHandle
from tests.e2e.person import Person, with_role
from tests.e2e.test_limited_operator import HEARD_SECONDS
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE, render_operator
from tools.shell.progress import wait_until

TILE = str(CHARTS / "streaminglab")
RELEASE = "streaminglab-424242"
DOMAIN = "user.lab.example.org"
KINDS = "deployments,statefulsets,jobs,pods,services,configmaps,ingresses,networkpolicies,secrets,\
persistentvolumeclaims,streaminglabs,serviceaccounts,roles,rolebindings,poddisruptionbudgets"
# What a namespace has without us, and the person of these tests.
NOT_OURS = {"configmap/kube-root-ca.crt", "serviceaccount/default", "serviceaccount/alice",
            "rolebinding.rbac.authorization.k8s.io/alice"}  # fmt: skip


@pytest.fixture
def somebody(
    kubectl: Kubectl, kubeconfig: Path, namespace: str, tmp_path: Path
) -> Callable[[str], Person]:
    """Make a person with one of Kubernetes' own roles in the namespace."""
    return lambda role: with_role(kubectl, kubeconfig, namespace, role, tmp_path)


@pytest.fixture
def alice(somebody: Callable[[str], Person]) -> Person:
    """The admin of the namespace."""
    return somebody("admin")


@pytest.fixture
def operators_of_their_own(kubectl: Kubectl, alice: Person) -> Iterator[None]:
    """The cluster's admin lets those of namespaces run operators (`rbac.namespaceOperators`)."""
    values = {"image": {"repository": "none"}, "rbac": {"namespaceOperators": True}}
    (role,) = (
        document
        for document in render_operator(values)
        if document["kind"] == "ClusterRole" and document["metadata"]["name"].endswith(":admin")
    )
    kubectl.api.create(role)
    try:
        may_write = ["patch", "streaminglabs", "--subresource=status"]
        wait_until("the right to write status", lambda: alice.may(*may_write), 30)
        yield
    finally:
        kubectl.api.delete((role["apiVersion"], "ClusterRole"), role["metadata"]["name"])


@pytest.fixture
def installed(kubectl: Kubectl) -> dict[str, Any]:
    """Values `image` and `images` of the operator that is installed for all namespaces."""
    found = kubectl.api.get("deployment", OPERATOR, OPERATOR_NAMESPACE)
    assert found
    container = found["spec"]["template"]["spec"]["containers"][0]
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    images = json.loads(environment["STREAMINGLAB_IMAGES"])
    return {"image": split(container["image"]), "images": images}


def split(image: str) -> dict[str, str]:
    """An image's reference as charts take it."""
    repository, _, tag = image.rpartition(":")
    return {"repository": repository, "tag": tag}


def tile_values(namespace: str, **lab: Any) -> dict[str, Any]:
    """What Onyxia's launcher hands to Helm, with a small lab."""
    schema = json.loads((CHARTS / "streaminglab" / "values.schema.json").read_text())
    defaults = yaml.safe_load((CHARTS / "streaminglab" / "values.yaml").read_text())
    known = onyxia.context(domain=DOMAIN)
    known["project"]["id"] = namespace
    values: dict[str, Any] = onyxia.launch(schema, defaults, known)
    values["lab"]["profile"] = SMALL["profile"]
    values["lab"]["inject"] |= SMALL["inject"]
    for part, keys in lab.items():
        values["lab"][part] |= keys
    return values


def left(kubectl: Kubectl, namespace: str) -> set[str]:
    """What is in a namespace, but for what was there before us."""
    done = kubectl("get", KINDS, "-n", namespace, "-o", "name")
    return set(done.stdout.split()) - NOT_OURS


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("view", {"get streaminglabs"}),
        ("edit", {"get streaminglabs", "create streaminglabs"}),
        ("admin", {"get streaminglabs", "create streaminglabs"}),
    ],
)
def test_kubernetes_own_roles_hold_labs(
    role: str, rights: set[str], somebody: Callable[[str], Person]
) -> None:
    person = somebody(role)
    asked = ("get streaminglabs", "create streaminglabs", "patch streaminglabs/status")
    assert {words for words in asked if person.may(*can_i(words))} == rights


def green(lab: LabHandle) -> bool:
    """What Onyxia's card is made of: every container of the first pod of the release is ready."""
    pods = lab.items("pods", f"app.kubernetes.io/instance={RELEASE}")
    found = pods[0]["status"].get("containerStatuses", []) if pods else []
    return bool(found) and all(container["ready"] for container in found)


def announced(lab: LabHandle) -> dict[str, str]:
    """By kind of service, the address that Insee's charts would read."""
    return {
        kind: base64.b64decode(secret["data"][f"{kind}-service"]).decode()
        for secret in lab.items("secrets")
        if (kind := secret["metadata"].get("annotations", {}).get("onyxia/discovery"))
    }


def can_i(words: str) -> list[str]:
    """Words of `kubectl auth can-i`, which takes a subresource as an option."""
    verb, _, resource = words.partition(" ")
    resource, _, part = resource.partition("/")
    return [verb, resource, *([f"--subresource={part}"] if part else [])]


@pytest.mark.core
def test_an_onyxia_user_launches_a_lab_from_the_tile_and_deletes_it(
    alice: Person,
    kubectl: Kubectl,
    kubeconfig: Path,
    installed: dict[str, Any],
    make_namespace: Callable[[], str],
) -> None:
    assert alice.may("create", "streaminglabs")
    assert not alice.may("create", "clusterroles")
    values = tile_values(alice.namespace, jupyter={"enabled": True})
    done = alice.helm("install", RELEASE, TILE, values=values)
    assert done.returncode == 0, done.stderr

    assert onyxia.copied_password(done.stdout) == values["security"]["password"]

    # What the card shows: addresses in the manifest, and the first pod with the release's label.
    manifest = list(yaml.safe_load_all(alice.helm("get", "manifest", RELEASE).stdout))
    urls = onyxia.urls([o for o in manifest if o])
    host = f"{alice.namespace}-{RELEASE}"
    assert urls[0] == f"https://{host}-page.{DOMAIN}/"
    assert onyxia.open_url(urls, done.stdout) == urls[0]
    lab = LabHandle(kubectl, alice.namespace, RELEASE)
    assert not green(lab), "the card is not green before the lab is"
    lab.wait("Ready")
    assert lab.counts() == (600, 600, 600)
    lab.until(lambda: green(lab), "a card that is green")
    lab.until(lambda: announced(lab) == {"kafka": f"{RELEASE}-kafka:9092"}, "discovery")
    label = f"app.kubernetes.io/instance={RELEASE}"
    pods = [pod["metadata"]["name"] for pod in lab.items("pods", label)]
    assert len(pods) == 1
    assert pods[0].startswith(f"{RELEASE}-page-")

    # The lab's own word on its addresses is the tile's, and the operator made no second Ingress.
    shown = {entry["name"]: entry["url"] for entry in lab.get()["status"]["urls"]}
    parts = ("jupyter", "page")
    assert shown == {part: f"https://{host}-{part}.{DOMAIN}/" for part in parts}
    assert set(shown.values()) <= set(urls)
    assert [o["metadata"]["name"] for o in lab.items("ingresses")] == [RELEASE]

    # An ingress controller lives in a namespace of its own.
    visitor = Alone(kubectl, kubeconfig, make_namespace())
    pod = start_visitor(visitor, installed["images"]["jobs"])
    page, jupyter = visitor.ask(
        pod,
        {"url": f"http://{RELEASE}-page.{alice.namespace}:8080/login"},
        {"url": f"http://{RELEASE}-jupyter.{alice.namespace}:8888/login"},
    )
    assert page.status == 200
    assert RELEASE in page.text
    assert jupyter.status == 200
    assert not visitor.reaches(pod, f"http://{RELEASE}-influxdb.{alice.namespace}:8086/health")

    key = alice.kubectl(
        "get", "secret", f"{RELEASE}-credentials", "-o", "jsonpath={.data.page-password}"
    )
    drawn = base64.b64encode(values["security"]["password"].encode()).decode()
    assert key.stdout == drawn, "the lab has the password that the card copies"

    done = alice.helm("uninstall", RELEASE)
    assert done.returncode == 0, done.stderr
    lab.until_gone(lambda: not left(kubectl, alice.namespace))


@pytest.mark.exclusive
@pytest.mark.usefixtures("cluster_wide_rests", "operators_of_their_own")
def test_the_admin_of_a_namespace_runs_an_operator_of_his_own(
    alice: Person, kubectl: Kubectl, installed: dict[str, Any]
) -> None:
    operator = {
        **installed,
        "watchNamespaces": [alice.namespace],
        "crds": {"install": False},
        "rbac": {"aggregate": False},
        "gatewayRoutes": False,
    }
    chart = str(CHARTS / "streaminglab-operator")
    refused = alice.helm("install", OPERATOR, chart, values={**operator, "gatewayRoutes": True})
    assert refused.returncode != 0
    assert "httproutes" in refused.stderr, "a right that he has not himself"
    alice.helm("uninstall", OPERATOR)
    done = alice.helm("install", OPERATOR, chart, "--wait", "--timeout=240s", values=operator)
    assert done.returncode == 0, done.stderr

    values = tile_values(alice.namespace)
    done = alice.helm("install", RELEASE, TILE, values=values)
    assert done.returncode == 0, done.stderr
    lab = LabHandle(kubectl, alice.namespace, RELEASE)
    lab.until(lambda: lab.get().get("status"), "a first word about the lab", HEARD_SECONDS)
    lab.wait("Ready")
    assert lab.counts() == (600, 600, 600)
    logs = alice.kubectl("logs", f"deployment/{OPERATOR}", "--tail=-1").stdout.lower()
    assert not [line for line in logs.splitlines() if "forbidden" in line]
    events = alice.kubectl("get", "events", "-o", "jsonpath={..source.component}").stdout
    assert "streaminglab-operator" in events

    for release in (RELEASE, OPERATOR):
        done = alice.helm("uninstall", release)
        assert done.returncode == 0, done.stderr
    # Volumes that were kept are worth nothing without it.
    key = {"secret/streaminglab-master-key"}
    lab.until_gone(lambda: left(kubectl, alice.namespace) <= key)
    assert left(kubectl, alice.namespace) == key


def start_visitor(visitor: Alone, image: str) -> str:
    """A pod of another namespace, which stands for the ingress controller's."""
    restricted = {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "visitor"},
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [
                {
                    "name": "visitor",
                    "image": image,
                    "command": ["sleep", "600"],
                    "securityContext": restricted,
                }
            ],
        },
    }
    where = ("-n", visitor.namespace)
    visitor.kubectl("create", *where, "-f", "-", stdin=json.dumps(body))
    visitor.kubectl("wait", *where, "--for=condition=Ready", "pod/visitor", "--timeout=240s")
    return "visitor"
