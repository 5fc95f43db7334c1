"""The schema registry: Apicurio, with Confluent's API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from streaminglab_operator.schema.parts import ServiceSpec
from streaminglab_operator.services import kafka
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.pieces import Page, Part
from streaminglab_operator.services.size import Size, every_profile


class SchemaRegistrySpec(ServiceSpec):
    """The schema registry (Apicurio, with Confluent's API)."""

    storage: Literal["kafka", "memory"] = Field(
        default="kafka",
        description="Where schemas are kept: in a topic, or in memory, where a restart loses "
        "them. Example: kafka",
    )


def _values(part: SchemaRegistrySpec, _: ServiceContext) -> dict[str, Any]:
    return {"storage": part.storage, "kafka": kafka.servers()}


def _env(_: SchemaRegistrySpec, ctx: ServiceContext) -> Mapping[str, str]:
    return {"SCHEMA_REGISTRY_URL": ctx.address_of("schema-registry")}


SCHEMA_REGISTRY = Service(
    component="schema-registry",
    part=Part(
        "schema_registry",
        SchemaRegistrySpec,
        "A schema registry with Confluent's API. Unset: none. Example: {}",
    ),
    title="Schema registry",
    meaning="The schema registry answers.",
    chart="schema-registry",
    kind="Deployment",
    values=_values,
    sizes=every_profile(Size("25m", "1", "512Mi", "192m")),
    images=("schema-registry",),
    needs=("kafka",),
    port=8081,
    scheme="http",
    alias="schema-registry",
    outside="The schema registry from other machines; it has no login: "
    "whoever reaches the address may use it. "
    "Example: {nodePort: {host: 192.168.1.128, port: 30081}}",
    page=Page(
        "Host name of the schema registry, which is not exposed without: it has no login. "
        "Example: registry.example.org",
        login=False,
    ),
    reaches=(kafka.TO_KAFKA,),
    reached_by=("connect", "jupyter", "toolbox"),
    env=_env,
    french="Un registre de schémas avec l'API de Confluent.",
)
