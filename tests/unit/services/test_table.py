"""The table of services fits together, and with what stands outside of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from streaminglab_operator.api.spec import StreamingLabSpec
from streaminglab_operator.schema.formats import Format, places
from streaminglab_operator.services import BY_COMPONENT, BY_NAME, SERVICES, TABLE, Service
from streaminglab_operator.services.base import Entry
from tools.images.catalog import components

NAMES = [entry.component for entry in TABLE]


def test_components_fields_keys_and_conditions_are_different() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for what in (
        [s.part.field for s in SERVICES],
        [s.part.key for s in SERVICES],
        [e.condition_type for e in TABLE if e.condition_type],
        [s.alias for s in SERVICES if s.alias],
    ):
        assert len(set(what)) == len(what)


@pytest.mark.parametrize("entry", TABLE, ids=lambda e: e.component)
def test_an_edge_leads_to_a_component_that_listens(entry: Entry) -> None:
    for edge in entry.reaches:
        assert BY_COMPONENT[edge.to].listens_on(edge.port) > 0, edge


@pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.component)
def test_what_a_service_names_is_there(service: Service[Any]) -> None:
    assert {*service.reached_by} <= BY_NAME.keys()
    assert {*service.needs} <= BY_COMPONENT.keys()
    assert not service.reached_by or service.listens_on() > 0
    assert {r.key for r in service.requires} <= {s.part.key for s in SERVICES} | {"weather"}
    assert {*service.fixed} <= {f.alias or n for n, f in service.part.model.model_fields.items()}
    assert {*service.hexadecimal} <= {*service.drawn}


@pytest.mark.parametrize("entry", TABLE, ids=lambda e: e.component)
def test_an_edge_is_said_at_one_of_its_ends(entry: Entry) -> None:
    """With a port of its own an edge is another one, as from InfluxDB's two ways to Telegraf."""
    plain = [edge.to for edge in entry.reaches if not edge.port]
    assert len(set(plain)) == len(plain)
    assert not [to for to in plain if entry.component in BY_COMPONENT[to].reached_by]


@pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.component)
def test_the_ports_of_a_services_pods_are_different(service: Service[Any]) -> None:
    ports = [port for port in (service.listens_on(), *service.more_ports.values()) if port]
    assert len(set(ports)) == len(ports)
    assert all(0 < port < 65_536 for port in ports)


@pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.component)
def test_every_image_of_a_service_is_in_the_catalog_of_images(service: Service[Any]) -> None:
    """Where none can be built the catalog says `local: false`, and why."""
    assert {*service.every_image} <= set(components())


@pytest.mark.parametrize("service", [s for s in SERVICES if s.variant], ids=lambda s: s.component)
def test_another_way_to_make_a_service_is_asked_for_by_a_field_that_is_off(
    service: Service[Any],
) -> None:
    assert service.variant is not None
    part = service.part.model
    assert part.model_fields[service.variant.when].annotation is bool
    assert service.as_asked(part()).images == service.images
    assert service.as_asked(part(**{service.variant.when: True})) is service.variant


def test_places_finds_every_field_that_carries_a_format() -> None:
    found = {place for _, place in places(StreamingLabSpec, "spec")}
    written = {place for _, place in _in_json(StreamingLabSpec.model_json_schema())}
    assert found
    assert {place for place in found if not place.startswith("spec.")} == set()
    assert {format_.id for format_, _ in places(StreamingLabSpec, "spec")} == _everywhere()
    assert found <= written


def _everywhere() -> set[str]:
    """Ids of formats in the annotations of every model below the spec, read as text."""
    models: list[type[BaseModel]] = [StreamingLabSpec]
    ids: set[str] = set()
    for model in models:
        for field in model.model_fields.values():
            for word in _words(field.annotation, field.metadata):
                if isinstance(word, Format):
                    ids.add(word.id)
                elif isinstance(word, type) and issubclass(word, BaseModel):
                    models.extend([word] if word not in models else [])
    return ids


def _words(kind: Any, said: Any = ()) -> Iterator[Any]:
    """A type, everything that it is made of, and what is said of each."""
    yield kind
    yield from said
    yield from getattr(kind, "__metadata__", ())
    for inner in (*getattr(kind, "__args__", ()), getattr(kind, "__origin__", None)):
        if inner is not None and inner is not kind:
            yield from _words(inner)


def _in_json(schema: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every text of the spec, by its place, as pydantic's own JSON schema has them."""
    definitions = schema["$defs"]

    def walk(node: dict[str, Any], path: str) -> Iterator[tuple[dict[str, Any], str]]:
        if "$ref" in node:
            yield from walk(definitions[node["$ref"].rpartition("/")[2]], path)
        for choice in node.get("anyOf", ()):
            yield from walk(choice, path)
        for name, child in node.get("properties", {}).items():
            yield from walk(child, f"{path}.{name}")
        if "items" in node:
            yield from walk(node["items"], f"{path}[]")
        if node.get("type") == "string":
            yield node, path

    yield from walk(schema, "spec")
