"""What the documents let somebody write in YAML is admitted: as a lab, or as values of a chart."""

from typing import Any

import pytest
import yaml

from streaminglab_operator.api import StreamingLabSpec, admit
from streaminglab_page.exercises.sheet import load
from tools.pages import fences, pages
from tools.pages.blocks import Fence
from tools.shell.paths import ROOT

OPERATOR = yaml.safe_load((ROOT / "charts/streaminglab-operator/values.yaml").read_text())
SPEC = {field.alias or name for name, field in StreamingLabSpec.model_fields.items()}
CONNECTOR = {"name", "class", "config"}
UNSAID = {"sha512: ...": f'sha512: "{"0" * 128}"', "https://.../": "https://example.org/"}
"""What a page leaves to the reader."""
BLOCKS = [fence for page in pages() for fence in fences(page) if fence.language == "yaml"]


def read(fence: Fence) -> Any:
    """The block as data."""
    text = fence.text
    for words, said in UNSAID.items():
        text = text.replace(words, said)
    return yaml.safe_load(text)


def spec_of(found: Any) -> dict[str, Any] | None:
    """The spec of a lab, of which the block is the whole, the spec, or a part; None: something
    else."""
    if isinstance(found, list):
        return {"connect": {"connectors": found}} if set(found[0]) <= CONNECTOR else None
    if found.get("kind", "StreamingLab") != "StreamingLab":
        return None
    if "spec" in found:
        return dict(found["spec"])
    if set(found) <= SPEC:
        return dict(found)
    return {"connect": {"connectors": [_connector(found)]}} if _is_config(found) else None


def _is_config(found: dict[str, Any]) -> bool:
    """Options of a connector, with or without the word above them."""
    config = found.get("config", found)
    return all("." in key or key in ("pipeline", "topics") for key in config)


def _connector(found: dict[str, Any]) -> dict[str, Any]:
    return {"name": "c", "class": "x.Y", "config": found.get("config", found)}


LABS = [fence for fence in BLOCKS if spec_of(read(fence)) is not None]
SETS = [fence for fence in BLOCKS if list(read(fence)) == ["title", "exercises"]]
"""Sets of exercises."""


@pytest.mark.parametrize("fence", SETS, ids=lambda fence: f"{fence.page}:{fence.line}")
def test_a_set_of_exercises_of_a_page_can_be_used(fence: Fence) -> None:
    assert len(load(fence.text.encode()).exercises) == len(read(fence)["exercises"])


def test_the_page_of_exercises_has_a_set_in_both_languages() -> None:
    assert [fence.page for fence in SETS] == ["docs/exercises.fr.md", "docs/exercises.md"]


@pytest.mark.parametrize("fence", LABS, ids=lambda fence: f"{fence.page}:{fence.line}")
def test_a_lab_of_a_page_is_admitted(fence: Fence) -> None:
    spec = spec_of(read(fence))
    assert spec is not None
    assert admit(spec, name="meteo")


@pytest.mark.parametrize(
    "fence",
    [fence for fence in BLOCKS if fence not in (*LABS, *SETS)],
    ids=lambda fence: f"{fence.page}:{fence.line}",
)
def test_what_is_no_lab_are_values_of_the_operator_or_an_object_of_kubernetes(fence: Fence) -> None:
    found = read(fence)
    if "apiVersion" in found:
        assert found["kind"] in ("ResourceQuota", "Secret", "LimitRange")
    else:
        assert set(found) <= set(OPERATOR), "charts/streaminglab-operator has no such value"
