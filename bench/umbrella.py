"""One Helm chart of a whole lab, made of the operator's own charts and values.

Each chart calls its objects by its release's name, and all charts share the names of their
helpers. So in the umbrella's copies the release's name is written out, and helpers are called by
the part of the lab that they belong to; nothing else is changed. The values are those that the
operator gave ``helm template``: it is started with :func:`recorder` in place of Helm.
"""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.errors import BenchError
from bench.labs import LAB_NAME, ROOT

_DEFINED = re.compile(r'define "([^"]+)"')
_RELEASE = re.compile(r"[\w.$]*\.Release\.Name\b")
_CHART = re.compile(r"[\w.$]*\.Chart\.Name\b")
NAMESPACE = "slab0namespace"
PLACEHOLDERS = {"slab0lab": LAB_NAME, "slab0dgt": "bench", "slab0credentials": "bench"}
"""What the operator renders with (its ``placeholders``): the name of every lab here is the same."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One call of ``helm template``: of which chart, as which release, with which values."""

    chart: str
    release: str
    values: Mapping[str, Any]

    @property
    def part(self) -> str:
        """The part of the lab, as ``kafka``."""
        return self.release.removeprefix(f"{LAB_NAME}-").removesuffix("-bench")


def recorder(helm: Path, folder: Path) -> Path:
    """A program that is Helm, and writes down what it is asked: arguments, and values."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "helm"
    program.write_text(
        "#!/bin/sh\n"
        f'asked=$(mktemp "{folder}/asked-XXXXXX")\n'
        '{ printf "%s\\n" "$2" "$3"; cat; } > "$asked"\n'
        f'tail -n +3 "$asked" | exec "{helm}" "$@"\n'
    )
    program.chmod(0o755)
    return program


def recorded(folder: Path) -> list[Rendered]:
    """What was asked of :func:`recorder`, the last one of each release; BenchError if nothing."""
    found: dict[str, Rendered] = {}
    for file in sorted(folder.glob("asked-*"), key=lambda path: path.stat().st_mtime_ns):
        release, chart, values = _filled(file.read_text()).split("\n", 2)
        found[release] = Rendered(Path(chart).name, release, yaml.safe_load(values))
    if not found:
        raise BenchError("the operator has rendered nothing")
    return list(found.values())


def make(target: Path, charts: list[Rendered]) -> None:
    """Write the umbrella's chart."""
    (target / "charts").mkdir(parents=True)
    (target / "Chart.yaml").write_text(
        json.dumps({"apiVersion": "v2", "name": "lab", "version": "0.1.0", "type": "application"})
    )
    for rendered in charts:
        _copy(target / "charts" / rendered.part, rendered)


def values(charts: list[Rendered], namespace: str) -> dict[str, Any]:
    """The umbrella's values for the lab of a namespace."""
    text = json.dumps({rendered.part: rendered.values for rendered in charts})
    made: dict[str, Any] = json.loads(text.replace(NAMESPACE, namespace))
    return made


def _copy(target: Path, rendered: Rendered) -> None:
    shutil.copytree(ROOT / "charts" / rendered.chart, target)
    for tests in (target / "tests", target / "ci"):
        shutil.rmtree(tests, ignore_errors=True)
    about = yaml.safe_load((target / "Chart.yaml").read_text())
    (target / "Chart.yaml").write_text(json.dumps({**about, "name": rendered.part}))
    templates = [p for p in target.rglob("*") if p.is_file() and "templates" in p.parts]
    texts = {path: path.read_text() for path in [*templates, *target.glob("files/*.tpl")]}
    helpers = {name for text in texts.values() for name in _DEFINED.findall(text)}
    for path, text in texts.items():
        path.write_text(renamed(text, helpers, rendered))


def renamed(text: str, helpers: set[str], rendered: Rendered) -> str:
    """A template with the names of one part of the lab in it."""
    for helper in helpers:
        text = text.replace(f'"{helper}"', f'"{rendered.part}.{helper}"')
    text = _RELEASE.sub(json.dumps(rendered.release), text)
    return _CHART.sub(json.dumps(rendered.chart), text)


def _filled(text: str) -> str:
    for placeholder, name in PLACEHOLDERS.items():
        text = text.replace(placeholder, name)
    return text
