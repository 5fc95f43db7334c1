"""The generated files: as committed, and good to read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from streaminglab_operator.api import LAB, admit
from streaminglab_operator.api.crd import crd, root_schema
from streaminglab_operator.names import GROUP
from tools.generate.outputs import CRD_PATH, ROOT, outputs

MADE = outputs()
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", MADE, ids=str)
def test_the_committed_file_is_what_the_models_give(path: Path) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == MADE[path]


def test_the_committed_crd_reads_back_as_the_same_data() -> None:
    assert yaml.safe_load((ROOT / CRD_PATH).read_text(encoding="utf-8")) == crd(LAB)


def test_the_names_are_those_that_the_operator_uses() -> None:
    spec = crd(LAB)["spec"]
    assert (spec["group"], spec["names"]["plural"]) == (GROUP, LAB.plural)
    assert crd(LAB)["metadata"]["name"] == f"{LAB.plural}.{GROUP}"
    assert spec["names"]["shortNames"] == ["slab", "slabs"]
    assert spec["versions"][0]["name"] == LAB.version
    assert spec["versions"][0]["subresources"] == {"status": {}}


def _fields(node: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, child in node.get("properties", {}).items():
        yield f"{path}.{name}", child
        yield from _fields(child.get("items", child), f"{path}.{name}")


SPEC_FIELDS = dict(_fields(root_schema(LAB)["properties"]["spec"], "spec"))
STATUS_FIELDS = dict(_fields(root_schema(LAB)["properties"]["status"], "status"))


@pytest.mark.parametrize("path", [*SPEC_FIELDS, *STATUS_FIELDS])
def test_every_field_has_a_description(path: str) -> None:
    description = (SPEC_FIELDS | STATUS_FIELDS)[path]["description"]
    assert len(description) > 10
    assert description[0].isupper()


@pytest.mark.parametrize("path", [p for p in SPEC_FIELDS if not p.endswith(".resources")])
def test_every_field_of_the_spec_shows_an_example(path: str) -> None:
    assert re.search(r"Example: \S", SPEC_FIELDS[path]["description"])


@pytest.mark.parametrize("path", SPEC_FIELDS)
def test_every_text_list_and_map_of_the_spec_has_a_bound(path: str) -> None:
    """Without bounds the API server refuses the CEL rules as too costly."""
    node = SPEC_FIELDS[path]
    if node["type"] == "string":
        assert "maxLength" in node or "enum" in node
    if node["type"] == "array":
        assert "maxItems" in node
    if "additionalProperties" in node:
        assert "maxProperties" in node
        assert "maxLength" in node["additionalProperties"]


def test_the_columns_are_ready_status_brokers_data_and_age() -> None:
    shown = [column.name for column in LAB.columns if not column.priority]
    assert shown == ["Ready", "Status", "Brokers", "Data", "Age"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.name))
def test_every_example_is_admitted(path: Path) -> None:
    documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    [raw] = [document for document in documents if document["kind"] == LAB.kind]
    assert raw["apiVersion"] == LAB.api_version
    admit(raw["spec"], name=raw["metadata"]["name"])


def test_there_are_examples() -> None:
    names = {path.stem for path in EXAMPLES}
    assert {"lab", "three-brokers", "nano", "alerts"} <= names
    assert {"meteo", "onyxia-kafka", "jee", "liveconnect"} <= names, "one for each course"
    assert "meteo-endless" in names, "course 000 as its Compose file has it"
