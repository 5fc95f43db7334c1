"""One test for each rewriting from pydantic's JSON schema to a structural schema."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from streaminglab_operator.api import structural as rewriting
from streaminglab_operator.api.structural import structural


class Part(BaseModel):
    """A part."""

    model_config = ConfigDict(extra="forbid")
    size: int = 3


class Whole(BaseModel):
    """A whole."""

    always: Part = Field(default_factory=Part, description="Always there.")
    maybe: Part | None = None
    above: Annotated[float, Field(gt=0)] = 1.0
    kind: Literal["only"] = "only"
    names: list[str] = Field(default_factory=list)
    extra: dict[str, str] = Field(default_factory=dict)


SCHEMA = structural(Whole.model_json_schema())


def test_a_reference_is_replaced_by_its_definition_and_words_beside_it_win() -> None:
    node = SCHEMA["properties"]["always"]
    assert node["properties"]["size"]["type"] == "integer"
    assert node["description"] == "Always there."
    assert "$ref" not in str(SCHEMA)
    assert "$defs" not in SCHEMA


def test_a_choice_with_null_becomes_the_other_choice() -> None:
    node = SCHEMA["properties"]["maybe"]
    assert node["type"] == "object"
    assert "anyOf" not in node


def test_a_choice_of_two_types_is_refused() -> None:
    with pytest.raises(ValueError, match="choice"):
        rewriting.without_null({"anyOf": [{"type": "string"}, {"type": "integer"}]})


def test_additional_properties_false_goes_where_there_are_properties() -> None:
    assert "additionalProperties" not in SCHEMA["properties"]["always"]


def test_a_map_keeps_the_type_of_its_values() -> None:
    assert SCHEMA["properties"]["extra"]["additionalProperties"] == {"type": "string"}


def test_a_numeric_exclusive_bound_becomes_a_bound_and_a_flag() -> None:
    node = SCHEMA["properties"]["above"]
    assert (node["minimum"], node["exclusiveMinimum"]) == (0, True)
    upper = rewriting.boolean_bounds({"exclusiveMaximum": 5})
    assert upper == {"maximum": 5, "exclusiveMaximum": True}


def test_a_constant_becomes_a_list_of_one_value() -> None:
    assert SCHEMA["properties"]["kind"]["enum"] == ["only"]


def test_titles_go() -> None:
    assert "title" not in str(SCHEMA)


def test_a_part_that_is_always_there_has_an_empty_object_as_default() -> None:
    assert SCHEMA["properties"]["always"]["default"] == {}


def test_a_part_that_may_stay_unset_has_no_default() -> None:
    assert "default" not in SCHEMA["properties"]["maybe"]


def test_defaults_that_say_nothing_go() -> None:
    assert rewriting.without_empty_default({"type": "array", "default": []}) == {"type": "array"}
    assert rewriting.without_empty_default({"default": False}) == {"default": False}
    assert rewriting.without_empty_default({"default": 0}) == {"default": 0}


def test_a_status_has_no_default_at_any_depth() -> None:
    assert "default" not in str(rewriting.without_defaults(SCHEMA))


def test_a_word_that_kubernetes_refuses_stops_the_generator() -> None:
    with pytest.raises(ValueError, match="uniqueItems"):
        structural({"type": "array", "uniqueItems": True, "items": {"type": "string"}})


def test_filling_goes_from_the_top_down_into_lists_and_parts() -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "parts": {
                "type": "array",
                "items": {"properties": {"size": {"type": "integer", "default": 3}}},
            },
            "part": {"default": {}, "properties": {"size": {"type": "integer", "default": 4}}},
        },
    }
    assert rewriting.filled(schema, {"parts": [{}, {"size": 1}]}) == {
        "parts": [{"size": 3}, {"size": 1}],
        "part": {"size": 4},
    }
