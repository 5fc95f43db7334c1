"""docs/admin.md typed as it stands: from a registry and an empty cluster to the courses' labs.

Its own cluster and registry are made for it, and go with it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.cluster import Kubectl, LabHandle
from tests.e2e.empty import Empty, bridge_address, empty_cluster
from tests.e2e.registry import PASSWORD, USERNAME, Served, registry
from tools.artifacts import get
from tools.pages.blocks import Step
from tools.pages.taken import section, typed
from tools.shell.paths import ROOT

pytestmark = pytest.mark.exclusive

PAGE = "docs/admin.md"
NAMED = "registry.example.org"
COMMAND_SECONDS = 900.0
LAB_SECONDS = 420.0
COURSES = {"meteo.yaml": "meteo", "onyxia-kafka.yaml": "onyxia-kafka", "jee.yaml": "jee",
           "liveconnect.yaml": "liveconnect"}  # fmt: skip
"""Of each course the example, and the lab in it."""


def _block(step: Step) -> str:
    return "".join(f"{command.text}\n" for command in step.commands)


PUBLISH, NODE, INSTALL, LAB = map(
    _block, section(PAGE, "## A registry of your own", "### What labs are handed")
)
MAKE_LAB = typed(PAGE, "KUBECONFIG=... REGISTRY=")
UNINSTALL = "".join(map(_block, section(PAGE, "## Uninstall", "### What stays")))


@dataclass(frozen=True)
class Site:
    """An administrator's machine, whose registry and cluster are these."""

    served: Served
    empty: Empty
    folder: Path
    environment: Mapping[str, str]

    def here(self, commands: str) -> str:
        """Type a block of the page in the checkout; what it printed. Files that it writes lie
        beside the CA's, and not in the checkout."""
        commands = self.said(commands)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands], cwd=ROOT, env=self.environment,
            capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.fail(f"{commands}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done.stdout + done.stderr

    def said(self, commands: str) -> str:
        """A block with the names of this site."""
        named = commands.replace(NAMED, self.served.host)
        named = named.replace("$PWD/ca.crt", str(self.served.ca))
        return named.replace("values.yaml", str(self.folder / "values.yaml"))

    def lab(self, namespace: str, name: str) -> LabHandle:
        """A lab of the empty cluster."""
        return LabHandle(Kubectl(self.empty.kubeconfig), namespace, name)

    def foreign_images(self, namespace: str) -> set[str]:
        """Images of a namespace's pods that are not from the registry."""
        pods = Kubectl(self.empty.kubeconfig).api.items("pods", namespace)
        specs = [pod["spec"] for pod in pods]
        assert specs
        every = [c for s in specs for c in (*s.get("initContainers", []), *s["containers"])]
        return {c["image"] for c in every if not c["image"].startswith(f"{self.served.host}/lab/")}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A registry with everything in it, and a cluster without an image."""
    folder = tmp_path_factory.mktemp("site")
    with registry(bridge_address(), folder) as served, empty_cluster(folder) as empty:
        found = Site(served, empty, folder, _environment(folder, empty))
        found.here(PUBLISH)
        assert empty.images() == set()
        yield found


def _environment(folder: Path, empty: Empty) -> dict[str, str]:
    programs = [get(name) / "bin" for name in ("helm", "kubernetes")]
    return {
        **os.environ,
        "PATH": ":".join([*map(str, programs), os.environ["PATH"]]),
        "KUBECONFIG": str(empty.kubeconfig),
        "DOCKER_CONFIG": str(folder / "docker"),
        "HELM_REGISTRY_CONFIG": str(folder / "docker" / "config.json"),
        "SSL_CERT_FILE": str(folder / "ca.crt"),
        "USERNAME": USERNAME,
        "PASSWORD": PASSWORD,
    }


@pytest.fixture(scope="module")
def installed(site: Site) -> Site:
    """With the nodes told of the CA, and the operator installed from the registry."""
    site.empty.on_the_node(site.said(NODE), site.served.ca)
    notes = site.here(INSTALL)
    assert "WARNING" not in notes
    assert "Not offered: kafka-ui, ksqldb, grafana, mongodb." in notes
    return site


@pytest.mark.parametrize("example", COURSES)
def test_the_example_of_each_course_becomes_ready(installed: Site, example: str) -> None:
    name = COURSES[example]
    commands = LAB.replace("meteo", name).replace("user-alice", f"user-{name}")
    wait = commands.index("kubectl -n", commands.index(" apply "))
    installed.here(commands[:wait])
    lab = installed.lab(f"user-{name}", name)
    lab.wait("Ready", seconds=LAB_SECONDS)
    installed.here(commands[wait:])
    assert installed.foreign_images(lab.namespace) == set()
    held = lab.get("secret", f"{name}-image-pull")
    assert [owner["kind"] for owner in held["metadata"]["ownerReferences"]] == ["StreamingLab"]
    lab.kubectl("delete", "slab", name, "-n", lab.namespace)
    lab.until_gone(lambda: not lab.items("pods"))
    lab.kubectl("delete", "namespace", lab.namespace, timeout=180)


def test_uninstalled_nothing_is_left_and_make_lab_brings_a_lab_as_well(installed: Site) -> None:
    installed.here(UNINSTALL)
    kubectl = Kubectl(installed.empty.kubeconfig)
    assert kubectl.api.get("namespace", "streaminglab-system") is None
    before_helm = INSTALL[: INSTALL.index("cat > values.yaml")]
    installed.here(before_helm)
    installed.here(MAKE_LAB.replace("...", str(installed.empty.kubeconfig), 1))
    lab = installed.lab("student", "meteo")
    lab.wait("Ready", seconds=LAB_SECONDS)
    assert installed.foreign_images("student") == set()
