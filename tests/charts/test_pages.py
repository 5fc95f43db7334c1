"""Commands with Helm that stand in the documents, as far as they need no cluster."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from streaminglab_operator.settings import Settings
from tests.terminal import Terminal
from tools.pages import put, typed
from tools.shell.paths import ROOT

ADMIN = "docs/admin.md"
PUBLISHED = "oci://registry.example.org/lab/charts/streaminglab-operator"
CHECKOUT = {PUBLISHED: "charts/streaminglab-operator"}
SOME = (
    "helm install streaminglab-operator "
    "oci://registry.example.org/lab/charts/streaminglab-operator \\\n"
    "  -n streaminglab-system --create-namespace --set"
)
ONE = (
    "helm install streaminglab-operator "
    "oci://registry.example.org/lab/charts/streaminglab-operator -n user-alice"
)
INSTALLS = (
    put(typed(ADMIN, SOME), CHECKOUT),
    put(typed(ADMIN, ONE), CHECKOUT),
    put(typed("docs/onyxia.md", "helm install streaminglab-operator"), CHECKOUT),
    typed("docs/developer.md", "helm install kafka"),
)
"""The operator's chart of the checkout, in the place of the one that was published."""


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal with Helm, and no cluster."""
    return Terminal(None, "", tmp_path)


@pytest.mark.parametrize("command", INSTALLS, ids=range(len(INSTALLS)))
def test_what_a_page_lets_one_install_can_be_rendered(terminal: Terminal, command: str) -> None:
    assert "\nMANIFEST:\n" in terminal.type(f"{command} --dry-run=client")


def test_a_chart_is_rendered_as_the_developers_page_says(terminal: Terminal) -> None:
    said = terminal.type(typed("docs/developer.md", "helm template meteo-kafka charts/kafka"))
    brokers = [found for found in yaml.safe_load_all(said) if found["kind"] == "StatefulSet"]
    assert [found["metadata"]["name"] for found in brokers] == [
        f"meteo-kafka-{n}" for n in range(3)
    ]


def test_the_settings_of_an_operator_on_ones_own_machine_are_those_that_it_reads(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    lines = (
        typed("docs/developer.md", "export PYTHONPATH=operator/src"),
        typed("docs/developer.md", "export STREAMINGLAB_CHARTS=charts"),
        typed("docs/developer.md", "export STREAMINGLAB_HELM="),
        typed("docs/developer.md", "export STREAMINGLAB_LOG_LEVEL=debug"),
    )
    script = "\n".join(
        [f"cd {ROOT}", f"export HOME={Path.home()}", *lines, 'test -x "$STREAMINGLAB_HELM"', "env"]
    )
    said = dict(line.partition("=")[::2] for line in terminal.type(script).splitlines())
    settings = Settings.from_environment(said)
    assert (settings.log_level, settings.lease, settings.port) == ("debug", False, 8081)
    assert said["PYTHONPATH"] == "operator/src"


def test_the_tile_is_packed_into_a_catalog_with_its_index(terminal: Terminal) -> None:
    terminal.type(typed("docs/onyxia.md", "helm package charts/streaminglab -d catalog"))
    terminal.type(typed("docs/onyxia.md", "helm repo index catalog"))
    index = yaml.safe_load((terminal.home / "catalog" / "index.yaml").read_text())
    [entry] = index["entries"]["streaminglab"]
    assert entry["urls"][0].startswith("https://charts.example.org/streaming/streaminglab-")
