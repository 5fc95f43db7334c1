"""A chart's schema is its own values and the shared ones, closed at every level."""

from pathlib import Path
from typing import Any

import pytest

from tools.charts.outputs import readmes, schemas
from tools.charts.schema import chart_schema, schema_text, written_out

SHARED: dict[str, Any] = {
    "sets": {"pod": ["image", "user"], "more": ["pod", "word"]},
    "blocks": {
        "image": {"required": ["tag"], "properties": {"tag": {"use": "word", "minLength": 1}}},
        "user": {"type": "integer", "description": "Who.", "minimum": 1},
        "word": {"type": "string", "pattern": "^a$"},
    },
    "helm": {"global": {"type": "object"}},
}
BLOCKS = SHARED["blocks"]


def made(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    own = {"shared": "pod", "properties": properties, **more}
    return chart_schema("demo", own, SHARED)


def test_own_values_come_first_then_the_shared_ones_then_helms() -> None:
    schema = made({"own": {"type": "boolean"}})
    assert list(schema["properties"]) == ["own", "image", "user", "global"]
    assert schema["title"] == "Values of the demo chart"
    assert schema["additionalProperties"] is False


def test_a_set_may_name_another_one() -> None:
    schema = chart_schema("demo", {"shared": "more", "properties": {}}, SHARED)
    assert list(schema["properties"]) == ["image", "user", "word", "global"]


def test_a_charts_word_about_a_shared_value_wins_and_leaves_the_rest_and_its_place() -> None:
    schema = made({"user": {"description": "Me."}})
    assert list(schema["properties"]) == ["image", "user", "global"]
    assert schema["properties"]["user"] == {
        "type": "integer", "description": "Me.", "minimum": 1,
    }  # fmt: skip


def test_conditions_between_values_are_kept_as_they_are() -> None:
    condition = {"if": {"properties": {"own": {"const": 1}}}}
    assert made({}, allOf=[condition])["allOf"] == [condition]


def test_every_object_with_properties_is_closed_however_deep_it_lies() -> None:
    inner = {"properties": {"x": {"type": "string"}}}
    node = written_out({"properties": {"a": {"type": "array", "items": inner}}}, {})
    assert node["additionalProperties"] is False
    items = node["properties"]["a"]["items"]
    assert (items["type"], items["additionalProperties"]) == ("object", False)


def test_a_block_may_use_a_block_and_what_is_said_beside_wins() -> None:
    node = written_out({"use": "image", "properties": {"tag": {"pattern": "^b$"}}}, BLOCKS)
    assert node["properties"]["tag"] == {"type": "string", "minLength": 1, "pattern": "^b$"}


def test_null_takes_a_word_away() -> None:
    assert written_out({"use": "word", "pattern": None}, BLOCKS) == {"type": "string"}


def test_blocks_are_used_below_free_keys_too() -> None:
    node = written_out({"type": "object", "additionalProperties": {"use": "word"}}, BLOCKS)
    assert node["additionalProperties"] == BLOCKS["word"]
    node = written_out({"type": "object", "patternProperties": {"^a": {"use": "word"}}}, BLOCKS)
    assert node["patternProperties"]["^a"] == BLOCKS["word"]


def test_an_unknown_block_or_set_is_named_with_its_chart(tmp_path: Path) -> None:
    chart = tmp_path / "demo"
    for folder in (chart, tmp_path / "common"):
        folder.mkdir()
    (tmp_path / "common" / "values.shared.yaml").write_text("{sets: {a: []}, blocks: {}, helm: {}}")
    (chart / "values.schema.yaml").write_text("{shared: a, properties: {x: {use: nothing}}}")
    with pytest.raises(ValueError, match=r"demo/values\.schema\.yaml: .* has no 'nothing'"):
        schema_text(chart)


def test_the_committed_schemas_and_tables_are_those_that_are_made() -> None:
    stale = [
        str(path)
        for path, text in {**schemas(), **readmes()}.items()
        if path.read_text(encoding="utf-8") != text
    ]
    assert stale == []
