"""A kind is one value: a second one needs its models and rules, and nothing else is written."""

from collections.abc import Iterable
from typing import Any

import pytest
from aiohttp import web
from pydantic import Field

from streaminglab_operator.adapters.cluster import KubernetesCluster
from streaminglab_operator.adapters.kinds import Resource
from streaminglab_operator.api import KINDS, LAB
from streaminglab_operator.api.crd import crd
from streaminglab_operator.names import GROUP, LabKey
from streaminglab_operator.records import record
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.kinds import Column, Kind
from streaminglab_operator.schema.rules import Case, Rule
from streaminglab_operator.schema.status import StatusModel
from streaminglab_operator.schema.validation import InvalidSpec, broken_rules, parse
from tests.fakes.http import api_at
from tools.generate.reference_page import reference_page


class ShelfSpec(SpecModel):
    """A shelf."""

    books: int = Field(default=3, ge=0, le=10, description="How many books.")
    thin: int = Field(default=1, ge=0, le=10, description="How many of them are thin.")


class ShelfStatus(StatusModel):
    """What is on it."""

    observed_generation: int = Field(default=0, description="Of the spec.")
    counted: int | None = Field(default=None, description="Books that were counted.")


def _too_thin(case: Case[Any]) -> Iterable[str]:
    return ["spec.thin"] if case.new.thin > case.new.books else []


SHELF: Kind[ShelfSpec, ShelfStatus] = Kind(
    group=GROUP,
    version="v1alpha1",
    kind="Shelf",
    plural="shelves",
    short_names=("sh",),
    category="streaming",
    description="A shelf with books.",
    introduction="is a shelf.",
    spec=ShelfSpec,
    status=ShelfStatus,
    rules=(
        Rule(
            id="thin-books",
            at=("spec",),
            message="thin books are books",
            check=_too_thin,
            cel="self.thin <= self.books",
            field_path=".thin",
        ),
    ),
    columns=(Column("Books", ".status.counted", type="integer"),),
)
RAW: dict[str, Any] = {
    "metadata": {"namespace": "a", "name": "b", "uid": "u", "generation": 2},
    "spec": {"books": 5},
    "status": {"counted": 4, "nonsense": True},
}


def test_its_crd_is_made_from_it() -> None:
    made = crd(SHELF)
    assert made["metadata"]["name"] == "shelves.streaminglab.dev"
    [version] = made["spec"]["versions"]
    root = version["schema"]["openAPIV3Schema"]
    assert root["properties"]["spec"]["properties"]["books"]["maximum"] == 10
    assert root["properties"]["spec"]["default"] == {"books": 3, "thin": 1}
    assert root["properties"]["spec"]["x-kubernetes-validations"] == [
        {
            "rule": "self.thin <= self.books",
            "message": "thin books are books",
            "fieldPath": ".thin",
        }
    ]
    assert version["additionalPrinterColumns"] == [
        {"name": "Books", "type": "integer", "jsonPath": ".status.counted"}
    ]


def test_its_reference_page_is_made_from_it() -> None:
    page = reference_page(SHELF)
    assert "# The Shelf object" in page
    assert "`kubectl explain sh.spec`" in page
    assert "| `spec.books` | whole number 0 to 10 | `3` | How many books. |" in page
    assert "| thin-books | `spec.thin` | always | thin books are books |" in page


def test_its_spec_is_checked_by_its_rules() -> None:
    assert broken_rules(SHELF, parse(SHELF, {"books": 2, "thin": 2})) == []
    [problem] = broken_rules(SHELF, parse(SHELF, {"books": 1, "thin": 2}))
    assert str(problem) == "spec.thin: thin books are books"
    with pytest.raises(InvalidSpec, match=r"see `kubectl explain sh\.spec`"):
        parse(SHELF, {"boks": 1})


def test_it_is_parsed_once_at_the_door() -> None:
    seen = record(SHELF, RAW)
    assert seen.spec == ShelfSpec(books=5)
    assert seen.status().counted == 4
    assert record(SHELF, RAW, seen).spec is seen.spec


async def test_its_status_and_events_go_where_it_is_served() -> None:
    paths = []

    async def answer(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.json_response({})

    async with api_at(answer) as api:
        await KubernetesCluster(api, SHELF).patch_status(LabKey("a", "b"), "u", {})
    assert paths == ["/apis/streaminglab.dev/v1alpha1/namespaces/a/shelves/b/status"]
    assert Resource.of(SHELF).path(None) == "/apis/streaminglab.dev/v1alpha1/shelves"
    assert SHELF.reference("b", "u") == {
        "apiVersion": "streaminglab.dev/v1alpha1",
        "kind": "Shelf",
        "name": "b",
        "uid": "u",
    }


def test_names_of_kinds_differ() -> None:
    for field in ("kind", "plural", "crd_name"):
        names = [getattr(kind, field) for kind in (*KINDS, SHELF)]
        assert len(set(names)) == len(names)
    assert (LAB.kind, LAB.api_version) == ("StreamingLab", "streaminglab.dev/v1alpha1")
