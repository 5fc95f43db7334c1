"""No field of the status is a promise that nobody keeps: each is written by somebody."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from streaminglab_operator.api import StreamingLabStatus
from streaminglab_operator.api.status_exercises import ExercisesStatus
from streaminglab_operator.schema.status import StatusModel

ROOT = Path(__file__).resolve().parents[3]


def models(model: type[StatusModel], without: type[StatusModel] | None = None) -> set[type]:
    """A model with all that are parts of it."""
    found: set[type[StatusModel]] = {model}
    types = [field.annotation for field in model.model_fields.values()]
    while types:
        one = types.pop()
        if isinstance(one, type) and issubclass(one, StatusModel) and one not in (without, model):
            found |= models(one, without)
        types += get_args(one)
    return set(found)


def written(folder: str) -> Iterator[str]:
    """What programs of a folder name where they make something: arguments, and keys."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from (word.arg for word in node.keywords if word.arg)
            if isinstance(node, ast.Dict):
                yield from (str(k.value) for k in node.keys if isinstance(k, ast.Constant))
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                yield str(node.slice.value)


@pytest.mark.parametrize(
    ("model", "without", "folder"),
    [
        (StreamingLabStatus, ExercisesStatus, "operator/src"),
        (ExercisesStatus, None, "images/page/src"),
    ],
)
def test_each_field_of_the_status_is_written_by_somebody(
    model: type[StatusModel], without: type[StatusModel] | None, folder: str
) -> None:
    known = set(written(folder))
    found = {
        f"{part.__name__}.{name}"
        for part in models(model, without)
        for name, field in part.model_fields.items()  # type: ignore[attr-defined]
        if not known & {name, field.alias}
    }
    assert found == set()
