"""From the spec's schema to the form of a catalog's tile: each rewriting by itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from tools.generate.tile_spec import is_switch, spec_form, strict, title, words

FORM = spec_form()
ONE_WORD = ("object", "array", "string", "boolean", "integer")


def leaves(node: dict[str, Any], path: str = "lab") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, child in node["properties"].items():
        if "properties" in child:
            yield from leaves(child, f"{path}/{name}")
        else:
            yield f"{path}/{name}", child


LEAVES = list(leaves(FORM))


@pytest.mark.parametrize(("path", "field"), LEAVES, ids=lambda x: x if type(x) is str else "")
def test_every_field_has_what_onyxia_needs(path: str, field: dict[str, Any]) -> None:
    assert field["type"] in ONE_WORD
    assert "default" in field
    assert field["title"]
    assert field["description"]
    assert "items" not in field, "Onyxia would draw a form for each item"


@pytest.mark.parametrize(("path", "field"), LEAVES, ids=lambda x: x if type(x) is str else "")
def test_a_field_is_hidden_by_a_field_that_exists(path: str, field: dict[str, Any]) -> None:
    hidden = field.get("hidden")
    if hidden is None:
        return
    node: dict[str, Any] = {"properties": {"lab": FORM}}
    for part in hidden["path"].split("/"):
        node = node["properties"][part]
    assert node["type"] == "boolean"
    assert path != hidden["path"]


def test_a_part_that_may_be_absent_is_a_switch() -> None:
    part = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert is_switch("jupyter", part)
    assert not is_switch("kafka", {**part, "default": {}})
    assert not is_switch("resources", part)


def test_what_a_list_holds_refuses_unknown_keys_without_kubernetes_words() -> None:
    node = {
        "type": "object",
        "x-kubernetes-validations": [{}],
        "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {}}}},
    }
    assert strict(node) == {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "a": {
                "type": "array",
                "items": {"type": "object", "properties": {}, "additionalProperties": False},
            }
        },
    }


def test_names_become_titles() -> None:
    assert title("storageClassName") == "Storage class name"
    assert title("kafkaUI") == "kafka-ui"


def test_a_description_speaks_of_the_tiles_values() -> None:
    assert words("Kafka in a browser. Unset: none. Example: {}") == "Kafka in a browser."
    assert (
        words("Under spec.kafka. Unset: the default's.") == "Under lab.kafka. Empty: the default's."
    )
