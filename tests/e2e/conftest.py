"""Fixtures of the end-to-end tier: the real cluster, one namespace per test.

``python -m tools.checks e2e`` brings cluster, images and operator up first. Nothing is skipped
here: without a cluster these tests fail and say so.
"""

from __future__ import annotations

import os
import re
import signal
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from streaminglab_page.words import LANGUAGES, words
from tests.chromium import chromium
from tests.e2e import browser as drive
from tests.e2e import leftovers
from tests.e2e.cluster import Kubectl, LabHandle
from tests.e2e.limited import LimitedOperator
from tests.terminal import Terminal
from tools.cluster import choice
from tools.cluster.api import Api
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE
from tools.shell.errors import ToolError


def pytest_configure() -> None:
    """Ctrl-C ends what a test types, also where the run began in the background: a shell has what
    it puts there ignore it, and who is started inherits that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def kubeconfig() -> Path:
    """The kubeconfig of a cluster that answers."""
    try:
        config = choice.current().kubeconfig()
    except ToolError as error:
        pytest.fail(f"no cluster: {error} (run `make e2e`, which brings one up)")
    if not Api.of(config).answers():
        pytest.fail(f"the cluster of {config} does not answer (run `make e2e`)")
    return config


@pytest.fixture(scope="session")
def kubectl(kubeconfig: Path) -> Kubectl:
    """kubectl, and the cluster's objects as ``kubectl.api``."""
    return Kubectl(kubeconfig)


RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
"""The same in all processes of one run (pytest-xdist sets it)."""


@pytest.fixture(scope="session", autouse=True)
def _no_leftovers(kubectl: Kubectl) -> Iterator[None]:
    """A run that was killed leaves its namespaces, which would take the room. Those of a run that
    goes on beside this one are left alone."""
    with leftovers.going_on(RUN):
        now = datetime.now(UTC)
        labelled = kubectl.api.items("namespaces", labels=leftovers.LABEL)
        if gone := leftovers.left(labelled, RUN, now):
            # Another process of this run may do the same.
            words = ("--ignore-not-found", "--timeout=240s")
            kubectl("delete", "namespace", *gone, *words, timeout=300)
        leftovers.forget(now)
        yield


@contextmanager
def namespaces(kubectl: Kubectl) -> Iterator[Callable[[], str]]:
    """Make fresh namespaces that admit only restricted pods; they go at the end."""
    made: list[str] = []

    def make() -> str:
        name = f"e2e-{uuid.uuid4().hex[:8]}"
        body = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": name,
                "labels": {
                    "pod-security.kubernetes.io/enforce": "restricted",
                    leftovers.LABEL: RUN,
                },
            },
        }
        kubectl.api.create(body)
        made.append(name)
        return name

    yield make
    # Not waited for: brokers take their time to end, and the next test need not watch them.
    for name in made:
        kubectl.api.delete("namespace", name)


@pytest.fixture
def make_namespace(kubectl: Kubectl) -> Iterator[Callable[[], str]]:
    """Make fresh namespaces; they go after the test."""
    with namespaces(kubectl) as make:
        yield make


@pytest.fixture(scope="module")
def course_namespace(kubectl: Kubectl) -> Iterator[str]:
    """One fresh namespace for all tests of a course, which share a lab."""
    with namespaces(kubectl) as make:
        yield make()


@pytest.fixture
def terminal(kubeconfig: Path, namespace: str, tmp_path: Path) -> Terminal:
    """A terminal in front of the test's own namespace."""
    return Terminal(kubeconfig, namespace, tmp_path)


@pytest.fixture(scope="module")
def course_terminal(
    kubeconfig: Path, course_namespace: str, tmp_path_factory: pytest.TempPathFactory
) -> Terminal:
    """A terminal in front of the namespace that a module's tests share."""
    return Terminal(kubeconfig, course_namespace, tmp_path_factory.mktemp("home"))


@pytest.fixture
def namespace(make_namespace: Callable[[], str]) -> str:
    """One fresh namespace."""
    return make_namespace()


@pytest.fixture
def lab(kubectl: Kubectl, namespace: str) -> LabHandle:
    """A lab ``meteo`` in a fresh namespace, not applied yet."""
    return LabHandle(kubectl, namespace, "meteo")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(lab: LabHandle) -> Iterator[str]:
    """Where the page of a module's one lab is."""
    with drive.forwarded(lab, f"{lab.name}-page", 8080) as found:
        yield found


@pytest.fixture
def page(lab: LabHandle, browser: Browser, address: str) -> Iterator[Page]:
    """The page, logged in, in English."""
    with drive.visited(lab, browser, address, "en") as found:
        yield found


@dataclass(frozen=True)
class Reader:
    """Somebody who is logged in and reads one language: the ``page``, and its words."""

    page: Page
    words: Mapping[str, str]

    def says(self, key: str, **shown: object) -> str:
        """One of the page's texts."""
        return self.words[key].format(**shown)

    def counted(self, key: str) -> re.Pattern[str]:
        """One of the page's texts with any count in it, as of one or as of many."""
        either = (re.escape(self.words[one]) for one in (f"{key}.one", key))
        filled = (re.sub(r"\\{\w+\\}", r"\\S+", one).replace("\\ ", r"\s") for one in either)
        return re.compile("|".join(filled))

    def view(self, key: str) -> None:
        """Go to a part of the page."""
        self.page.click(f"nav.views >> text={self.words[key]}")


@pytest.fixture(params=LANGUAGES)
def reader(
    request: pytest.FixtureRequest, lab: LabHandle, browser: Browser, address: str
) -> Iterator[Reader]:
    """The page, logged in, in each language."""
    with drive.visited(lab, browser, address, request.param) as found:
        yield Reader(found, words(request.param))


@pytest.fixture
def cluster_wide_rests(kubectl: Kubectl) -> Iterator[None]:
    """The cluster-wide operator is stopped, and runs again after the test whatever happened."""
    where = ("-n", OPERATOR_NAMESPACE)
    pods = ("pod", "-l", f"app.kubernetes.io/instance={OPERATOR}")
    try:
        kubectl("scale", "deployment", OPERATOR, "--replicas=0", *where)
        kubectl("wait", "--for=delete", *pods, *where, "--timeout=240s")
        yield
    finally:
        kubectl("scale", "deployment", OPERATOR, "--replicas=1", *where)
        kubectl("rollout", "status", f"deployment/{OPERATOR}", *where, "--timeout=240s")


@pytest.fixture
def limited_operator(
    kubectl: Kubectl,
    kubeconfig: Path,
    namespace: str,
    make_namespace: Callable[[], str],
    cluster_wide_rests: None,
) -> Iterator[LimitedOperator]:
    """An operator for the test's namespace alone, not installed yet; it goes with its labs."""
    found = LimitedOperator(kubectl, kubeconfig, make_namespace(), namespace)
    yield found
    found.remove()
