"""The real Helm, remembered: each distinct render costs one process for each state of a chart."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from streaminglab_operator.adapters import helm as adapter
from streaminglab_operator.adapters.helm import Helm
from tests.remembered import about
from tools.artifacts import get

CHARTS = Path(__file__).parents[2] / "charts"
_REMEMBERED: dict[str, Sequence[Mapping[str, Any]]] = {}


def real_helm() -> Helm:
    """The pinned Helm with this repository's charts."""
    return Helm(CHARTS, str(get("helm") / "bin" / "helm"))


async def _rendered(
    chart: str, release: str, values: Mapping[str, Any], key: str
) -> Sequence[Mapping[str, Any]]:
    inputs = (get("helm").name, Path(str(adapter.__file__)), CHARTS / chart)
    asked = about(f"rendered-{chart}", *inputs)
    if (kept := asked.kept(key)) is None:
        made = await real_helm().render(chart, release, values)
        asked.keep(key, kept := json.dumps(made))
    found: Sequence[Mapping[str, Any]] = json.loads(kept)
    return found


class RememberingHelm:
    """Implements :class:`ports.Renderer`; ``asked`` holds each chart that was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def render(
        self, chart: str, release: str, values: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        self.asked.append(chart)
        key = json.dumps([chart, release, values], sort_keys=True)
        if key not in _REMEMBERED:
            _REMEMBERED[key] = await _rendered(chart, release, values, key)
        return _REMEMBERED[key]
