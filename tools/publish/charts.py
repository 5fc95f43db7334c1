"""Charts as OCI artefacts, with the published images in them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from tools.artifacts import get
from tools.publish.pins import Pin, operator_values, own_first, with_pins
from tools.publish.registry import Registry
from tools.shell.errors import ToolError
from tools.shell.paths import ROOT
from tools.shell.run import call

OPERATOR_CHART = "streaminglab-operator"
LIBRARY = "library"
HEADER = "# Written by `make publish`: the images by digest. README.md describes every key.\n"


def names() -> Iterator[str]:
    """All charts that somebody can install."""
    for path in sorted((ROOT / "charts").glob("*/Chart.yaml")):
        if yaml.safe_load(path.read_text(encoding="utf-8"))["type"] != LIBRARY:
            yield path.parent.name


def push(registry: Registry, pins: Mapping[str, Pin]) -> Iterator[tuple[str, str]]:
    """Pack and push each chart; its name with version (`kafka:0.1.0`), and its digest."""
    with tempfile.TemporaryDirectory(prefix="charts-") as scratch:
        for name in names():
            packed = _pack(name, registry.address, pins, Path(scratch))
            version = packed.name.removeprefix(f"{name}-").removesuffix(".tgz")
            yield f"{name}:{version}", registry.push_chart(packed)


def _pack(name: str, registry: str, pins: Mapping[str, Pin], scratch: Path) -> Path:
    copy = scratch / name
    # Not as links: the library's files go into the archive.
    shutil.copytree(ROOT / "charts" / name, copy, symlinks=False)
    path = copy / "values.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    change = operator_values if name == OPERATOR_CHART else with_pins
    changed = change(values, own_first(name, pins), registry)
    if changed != values:
        path.write_text(HEADER + yaml.safe_dump(changed, sort_keys=False), encoding="utf-8")
    goal = scratch / "packed" / name
    call([get("helm") / "bin" / "helm", "package", copy, "-d", goal])
    found = list(goal.glob("*.tgz"))
    if len(found) != 1:
        raise ToolError(f"helm package {name} made {len(found)} archives")
    return found[0]
