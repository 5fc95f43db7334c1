"""docs/admin.md and docs/onyxia.md typed as they stand: from a registry and an empty cluster to
the courses' labs, and each other command of the two pages after that.

Its own cluster and registry are made for it, and go with it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cluster import LabHandle
from tests.e2e.courses import NOT_OFFERED
from tests.e2e.empty import bridge_address, empty_cluster
from tests.e2e.paused import Commands, secret_comes_back
from tests.e2e.person import with_role
from tests.e2e.registry import registry
from tests.e2e.site import Site
from tests.terminal import Terminal
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE
from tools.pages.blocks import Step
from tools.pages.taken import put, section, typed

pytestmark = pytest.mark.exclusive

PAGE = "docs/admin.md"
ONYXIA = "docs/onyxia.md"
LAB_SECONDS = 420.0
COURSES: dict[str, set[str]] = {
    "onyxia-kafka": {"KafkaUIReady", "MongodbReady"},
    "jee": set(),
    "liveconnect": {"KafkaUIReady", "KsqldbReady"},
    "measuring": {"GrafanaReady"},
    "ksqldb": {"KafkaUIReady", "KsqldbReady"},
    "semantics": set(),
}
"""The lab of each course, and of its example, but for the one that the page shows; and which of its
parts the page has this installation not offer."""
ALICES = "user-alice"


def _block(step: Step) -> str:
    return "".join(f"{command.text}\n" for command in step.commands)


PUBLISH, NODE, INSTALL, LAB = map(
    _block, section(PAGE, "## A registry of your own", "### What labs are handed")
)
MAKE_LAB = typed(PAGE, "KUBECONFIG=... REGISTRY=")
FIRST = typed(
    PAGE,
    "helm install streaminglab-operator "
    "oci://registry.example.org/lab/charts/streaminglab-operator \\\n"
    "  --namespace streaminglab-system --create-namespace",
)
FOR_SOME = typed(
    PAGE,
    "helm install streaminglab-operator "
    "oci://registry.example.org/lab/charts/streaminglab-operator \\\n"
    "  -n streaminglab-system --create-namespace --set",
)
FOR_ONE = typed(
    PAGE,
    "helm install streaminglab-operator "
    "oci://registry.example.org/lab/charts/streaminglab-operator -n user-alice",
)
WITH_LOGIN = " --values values.yaml"
"""What a `helm install` needs besides where the registry asks for a login."""
UNINSTALL = "".join(map(_block, section(PAGE, "## Uninstall", "### What stays")))
ROLLED_OUT = typed(
    PAGE, "kubectl -n streaminglab-system rollout status deployment/streaminglab-operator"
)
LOOKS = (
    (ROLLED_OUT, "successfully"),
    (typed(PAGE, "kubectl get slab -A"), "3000/3000/3000"),
    (typed(PAGE, "kubectl get pvc,secret -A"), "secret/meteo-credentials"),
    (typed(PAGE, "kubectl -n streaminglab-system logs"), '"lab": "user-alice/meteo"'),
)
"""A command that only looks, and a word of what one sees."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A registry with everything in it, and a cluster without an image."""
    folder = tmp_path_factory.mktemp("site")
    with registry(bridge_address(), folder) as served, empty_cluster(folder) as empty:
        found = Site.of(served, empty, folder)
        found.here(PUBLISH)
        assert empty.images() == set()
        yield found


@pytest.fixture(scope="module")
def installed(site: Site) -> Site:
    """With the nodes told of the CA, and the operator installed from the registry."""
    site.empty.on_the_node(site.said(NODE), site.served.ca)
    notes = site.here(INSTALL)
    assert "WARNING" not in notes
    assert "Not offered: kafka-ui, ksqldb, grafana, mongodb." in notes
    return site


def begun(site: Site, commands: str, namespace: str, name: str) -> LabHandle:
    """Type the block that makes a lab, and see that it is Ready, of images of the registry."""
    wait = commands.index("kubectl -n", commands.index(" apply "))
    site.here(commands[:wait])
    lab = site.lab(namespace, name)
    lab.wait("Ready", seconds=LAB_SECONDS)
    site.here(commands[wait:])
    assert site.foreign_images(namespace) == set()
    held = lab.get("secret", f"{name}-image-pull")
    assert [owner["kind"] for owner in held["metadata"]["ownerReferences"]] == ["StreamingLab"]
    return lab


@pytest.mark.parametrize("name", COURSES)
def test_the_example_of_each_course_becomes_ready(installed: Site, name: str) -> None:
    namespace = f"user-{name}"
    lab = begun(installed, put(LAB, {"meteo": name, ALICES: namespace}), namespace, name)
    conditions = lab.get()["status"]["conditions"]
    assert {c["type"] for c in conditions if c["reason"] == NOT_OFFERED} == COURSES[name]
    lab.kubectl("delete", "slab", name, "-n", namespace)
    lab.until_gone(lambda: not lab.items("pods"))
    lab.kubectl("delete", "namespace", namespace, timeout=300)


@pytest.fixture(scope="module")
def meteo(installed: Site) -> LabHandle:
    """The lab of the page, as it has it made word for word."""
    return begun(installed, LAB, ALICES, "meteo")


@pytest.fixture
def alices(installed: Site, meteo: LabHandle, tmp_path: Path) -> Terminal:
    """A terminal in front of the page's lab."""
    return installed.terminal(ALICES, tmp_path)


def test_what_the_pages_look_at_is_there(alices: Terminal) -> None:
    for command, seen in LOOKS:
        assert seen in alices.type(command), command


def test_every_image_of_the_pods_is_in_the_list_for_a_mirror(
    installed: Site, meteo: LabHandle
) -> None:
    listed = installed.here(typed(PAGE, "make mirror-list")).split()
    known = {_bytes_of(image) for image in listed}
    for namespace in (OPERATOR_NAMESPACE, ALICES):
        for image in installed.images(namespace):
            assert "@sha256:" in image
            assert _bytes_of(image) in known, image


def _bytes_of(image: str) -> str:
    """An image without the tag, which promises nothing beside a digest."""
    named, at, digest = image.partition("@")
    head, slash, last = named.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}{at}{digest}"


def test_a_lab_that_is_paused_gets_its_kept_secret_back(alices: Terminal, meteo: LabHandle) -> None:
    commands = Commands(
        pause=typed(PAGE, "kubectl -n user-alice annotate slab meteo"),
        keep=typed(PAGE, "kubectl -n user-alice get secret"),
        replace=typed(PAGE, "kubectl replace --force"),
    )
    secret_comes_back(alices, meteo, commands)


def test_a_terminal_of_jupyter_has_kubectl_by_an_account_of_people(
    alices: Terminal, meteo: LabHandle
) -> None:
    alices.type(typed(PAGE, "kubectl -n user-alice create serviceaccount"))
    alices.type(typed(PAGE, "kubectl -n user-alice create rolebinding"))
    alices.type(typed(PAGE, "kubectl -n user-alice patch slab meteo"))
    asked = ("exec", "-n", ALICES, "meteo-jupyter-0", "--", "sh", "-c", "kubectl get slab || true")
    meteo.until(lambda: "meteo" in meteo.kubectl(*asked, check=False).stdout, "kubectl in Jupyter")
    meteo.wait("Ready")


def test_a_leaked_master_key_is_replaced_and_the_lab_rotated(
    alices: Terminal, meteo: LabHandle
) -> None:
    key = ("secret", "streaminglab-master-key", OPERATOR_NAMESPACE)
    first = meteo.kubectl.api.get(*key)
    before = meteo.get("secret", "meteo-credentials")["data"]["page-password"]
    alices.type(typed(PAGE, "kubectl get secret streaminglab-master-key"))
    assert "master-key: " in (alices.home / "master-key.yaml").read_text()
    alices.type(typed(PAGE, "kubectl -n streaminglab-system delete secret"))
    alices.type(typed(PAGE, "kubectl -n streaminglab-system rollout restart"))
    assert "successfully" in alices.type(ROLLED_OUT)
    second = meteo.kubectl.api.get(*key)
    assert first and second
    assert first["data"] != second["data"]
    alices.type(typed(PAGE, "kubectl annotate slab --all -A"))
    meteo.until(lambda: rotated(meteo.get()), "new credentials")
    meteo.wait("Ready")
    assert meteo.get("secret", "meteo-credentials")["data"]["page-password"] != before


def rotated(lab: dict[str, Any]) -> bool:
    """Whether the rotation that is asked for is done."""
    wanted = lab["metadata"]["annotations"]["streaminglab.dev/rotate"]
    said = lab["status"].get("credentials", {})
    return said.get("rotation") == wanted and bool(said.get("rotated"))


def test_the_operator_is_upgraded_from_the_registry_and_no_pod_is_made_anew(
    installed: Site, alices: Terminal, meteo: LabHandle
) -> None:
    before = serving(meteo)
    installed.here(typed(PAGE, "helm upgrade streaminglab-operator"))
    alices.type(typed(PAGE, "kubectl apply --server-side -f crds/"))
    assert "successfully" in alices.type(ROLLED_OUT)
    assert installed.foreign_images(OPERATOR_NAMESPACE) == set()
    meteo.wait("Ready")
    assert serving(meteo) == before


def serving(lab: LabHandle) -> set[str]:
    """The pods of a lab that stay, but for those that are ending."""
    found = (pod["metadata"] for pod in lab.items("pods"))
    return {
        pod["uid"]
        for pod in found
        if "deletionTimestamp" not in pod and "job-name" not in pod["labels"]
    }


@pytest.fixture
def emptied(installed: Site) -> Site:
    """Without the operator and its labs, taken away as the page says."""
    if installed.installed():
        installed.here(UNINSTALL)
        assert installed.kubectl.api.get("namespace", OPERATOR_NAMESPACE) is None
    installed.kubectl("delete", "namespace", OPERATOR_NAMESPACE, "--ignore-not-found", timeout=300)
    installed.here(INSTALL[: INSTALL.index("cat > values.yaml")])
    return installed


def test_an_operator_for_some_namespaces_brings_their_labs(emptied: Site, tmp_path: Path) -> None:
    for namespace in (ALICES, "user-bob"):
        have_namespace(emptied, namespace)
    terminal = emptied.terminal(ALICES, tmp_path)
    emptied.here(FOR_SOME + WITH_LOGIN)
    assert "successfully" in terminal.type(ROLLED_OUT)
    comes_and_goes(terminal, emptied.lab(ALICES, "meteo"))


def test_the_admin_of_a_namespace_installs_an_operator_for_it_alone(
    emptied: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home, hers = (tmp_path_factory.mktemp(name) for name in ("home", "hers"))
    have_namespace(emptied, ALICES)
    emptied.here(f"{FIRST} --set operator.enabled=false --set rbac.namespaceOperators=true")
    login = typed(PAGE, "kubectl -n streaminglab-system create secret docker-registry")
    emptied.here(put(login, {OPERATOR_NAMESPACE: ALICES}))
    alice = with_role(emptied.kubectl, emptied.empty.kubeconfig, ALICES, "admin", home)
    terminal = emptied.terminal(ALICES, hers, alice.kubeconfig)
    emptied.here(FOR_ONE + WITH_LOGIN, alice.kubeconfig)
    assert "successfully" in terminal.type(put(ROLLED_OUT, {OPERATOR_NAMESPACE: ALICES}))
    comes_and_goes(terminal, emptied.lab(ALICES, "meteo"))
    terminal.type(f"helm uninstall {OPERATOR} -n {ALICES}")


def test_the_tile_of_a_packed_catalog_brings_a_lab_to_a_user(
    emptied: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    terminal = emptied.terminal(ALICES, tmp_path_factory.mktemp("home"))
    emptied.here(typed(ONYXIA, "helm install streaminglab-operator") + WITH_LOGIN)
    terminal.type(typed(ONYXIA, "helm package charts/streaminglab -d catalog"))
    terminal.type(typed(ONYXIA, "helm repo index catalog"))
    assert "successfully" in terminal.type(ROLLED_OUT)
    have_namespace(emptied, ALICES)
    terminal.type("kubectl create rolebinding onyxia --clusterrole=admin --user=alice")
    assert terminal.type(typed(ONYXIA, "kubectl auth can-i create streaminglabs")) == "yes\n"
    terminal.type("helm install kafka catalog/streaminglab-*.tgz --kube-as-user alice")
    terminal.type(typed(ONYXIA, "kubectl wait"), 310)
    assert "3000/3000/3000" in terminal.type(typed(ONYXIA, "kubectl get slab"))
    assert emptied.foreign_images(ALICES) == set()
    lab = emptied.lab(ALICES, "kafka")
    stored = lab.get("secret", "kafka-credentials")["data"]["page-password"]
    printed = terminal.type(typed(ONYXIA, "kubectl get secret"))
    assert printed.strip() == base64.b64decode(stored).decode()


def have_namespace(site: Site, name: str) -> None:
    """Make a namespace that may be there already."""
    if site.kubectl.api.get("namespace", name) is None:
        site.kubectl("create", "namespace", name)


def comes_and_goes(terminal: Terminal, lab: LabHandle) -> None:
    """A lab becomes Ready, and is deleted."""
    terminal.type("kubectl apply -f examples/lab.yaml")
    lab.wait("Ready", seconds=LAB_SECONDS)
    terminal.type("kubectl delete slab meteo")
    lab.until_gone(lambda: not lab.items("pods", "streaminglab.dev/lab=meteo"))


def test_make_lab_brings_a_lab_of_the_registrys_images(emptied: Site) -> None:
    emptied.here(MAKE_LAB.replace("...", str(emptied.empty.kubeconfig), 1))
    emptied.lab("student", "meteo").wait("Ready", seconds=LAB_SECONDS)
    assert emptied.foreign_images("student") == set()
