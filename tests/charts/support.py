"""What the chart tests share: which charts and values there are, and how to render them."""

import json
import pickle
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.remembered import about
from tools.artifacts import get
from tools.shell.paths import ROOT

CHARTS = ROOT / "charts"
SCHEMA = "values.schema.json"
OURS = tuple(sorted(path.parent.name for path in CHARTS.glob(f"*/{SCHEMA}")))
"""Every chart that can be installed: a new one is tested from its first day."""
LABS = tuple(chart for chart in OURS if not chart.startswith("streaminglab"))
"""The charts of a lab's parts."""
WITH_PODS = tuple(
    chart for chart in OURS if '"imagePullSecrets"' in (CHARTS / chart / SCHEMA).read_text()
)
TILE = "streaminglab"
"""The tile of a catalog, around a whole lab."""
NAMESPACE = "user-alice"
POD_OWNERS = ("StatefulSet", "Deployment", "Job")

Manifest = dict[str, Any]
# libyaml reads ten times as fast as the loader in Python, and makes the same.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Case:
    """A chart with one set of values: its defaults, or a file of its ci/ directory."""

    chart: str
    values: Path | None

    def __str__(self) -> str:
        return f"{self.chart}-{self.values.stem if self.values else 'defaults'}"


def cases(charts: tuple[str, ...] = OURS) -> list[Case]:
    """Each of these charts with its defaults and with each of its ci/*-values.yaml."""
    found = []
    for chart in charts:
        files = sorted((CHARTS / chart / "ci").glob("*-values.yaml"))
        found += [Case(chart, None), *(Case(chart, file) for file in files)]
    return found


@cache
def helm() -> str:
    """The pinned Helm's path; built when it is missing."""
    return str(get("helm") / "bin" / "helm")


def run_helm(
    *arguments: str, values: Mapping[str, Any] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Helm on charts of ours; `values` go in through standard input."""
    words = [word.removeprefix(f"{ROOT}/") for word in arguments]
    command = [helm(), *words, *(["-f", "-"] if values is not None else [])]
    charts = {Path(word).parts[1] for word in words if word.startswith(f"{CHARTS.name}/")}
    name = "-".join(["helm", *sorted(charts)])
    asked = about(name, get("helm").name, *(CHARTS / chart for chart in sorted(charts)))
    return asked.from_run(*command, text=json.dumps(values) if values is not None else "")


def template(chart: str, values: Mapping[str, Any], release: str = "meteo") -> str:
    """The rendered text; an AssertionError with Helm's words when it does not render.

    The same is rendered once in a test run: Helm takes a tenth of a second to start.
    """
    return _template(chart, json.dumps(values), release)


@cache
def _template(chart: str, values: str, release: str) -> str:
    words = ("template", release, str(CHARTS / chart), "-n", NAMESPACE)
    done = run_helm(*words, values=json.loads(values))
    assert done.returncode == 0, done.stderr
    return done.stdout


def manifests(text: str) -> list[Manifest]:
    """The objects in a rendered text; they are the caller's to change."""
    found: list[Manifest] = pickle.loads(_parsed(text))  # noqa: S301 (our own)
    return found


@lru_cache(maxsize=512)
def _parsed(text: str) -> bytes:
    return pickle.dumps([document for document in yaml.load_all(text, _LOADER) if document])


def render(
    chart: str, values: Mapping[str, Any] | None = None, release: str = "meteo"
) -> list[Manifest]:
    """The objects that a chart makes of these values."""
    return manifests(template(chart, values or {}, release))


def rendered(case: Case) -> str:
    """A case's text."""
    return template(case.chart, yaml.safe_load(case.values.read_text()) if case.values else {})


def only(objects: list[Manifest], kind: str, name: str | None = None) -> Manifest:
    """The one object of a kind (and name)."""
    found = [o for o in objects if o["kind"] == kind and name in (None, o["metadata"]["name"])]
    assert len(found) == 1, f"{len(found)} objects of kind {kind}, name {name}"
    return found[0]


def pod_templates(objects: list[Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    """(owner, pod template) of every object that makes pods."""
    for manifest in objects:
        if manifest["kind"] in POD_OWNERS:
            yield manifest, manifest["spec"]["template"]


def containers(objects: list[Manifest]) -> list[Manifest]:
    """All that run in the pods of some objects, one by one or side by side."""
    pods = [template["spec"] for _, template in pod_templates(objects)]
    return [
        container
        for pod in pods
        for kind in ("initContainers", "containers", "ephemeralContainers")
        for container in pod.get(kind, ())
    ]


def environment(container: Manifest) -> dict[str, str]:
    """A container's plain environment variables."""
    return {entry["name"]: entry["value"] for entry in container["env"] if "value" in entry}
