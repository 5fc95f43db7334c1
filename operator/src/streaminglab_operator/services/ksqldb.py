"""ksqlDB: SQL over topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streaminglab_operator.schema.parts import ServiceSpec
from streaminglab_operator.services import kafka
from streaminglab_operator.services.base import Edge, Page, Part, Service
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.size import Size, every_profile


class KsqldbSpec(ServiceSpec):
    """ksqlDB: SQL over topics. Under the Confluent Community Licence: off unless asked for."""


def _values(_: KsqldbSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "kafka": kafka.servers(),
        "internalReplicationFactor": ctx.brokers,
        "connect": {"url": ctx.address_of("connect")},
        "schemaRegistry": {"url": ctx.address_of("schema-registry")},
    }


def _env(_: KsqldbSpec, ctx: ServiceContext) -> Mapping[str, str]:
    return {"KSQLDB_URL": ctx.address_of("ksqldb")}


KSQLDB = Service(
    component="ksqldb",
    part=Part(
        "ksqldb",
        KsqldbSpec,
        "SQL over topics: ksqlDB, under the Confluent Community Licence. Unset: none. Example: {}",
    ),
    title="ksqlDB",
    meaning="The ksqlDB server answers.",
    chart="ksqldb",
    kind="Deployment",
    values=_values,
    sizes=every_profile(Size("50m", "2", "1536Mi", "512m")),
    images=("ksqldb",),
    needs=("kafka",),
    port=8088,
    scheme="http",
    alias="ksqldb-server",
    page=Page(
        "Host name of ksqlDB, which is not exposed without: it has no login. "
        "Example: ksqldb.example.org",
        login=False,
    ),
    outside="SQL over topics (ksqlDB) from other machines; it has no login: "
    "whoever reaches the address may use it. "
    "Example: {nodePort: {host: 192.168.1.128, port: 30088}}",
    reaches=(kafka.TO_KAFKA, Edge("connect"), Edge("schema-registry")),
    takes_from=("kafka",),
    gives_to=("kafka",),
    reached_by=("jupyter", "toolbox"),
    env=_env,
    french="SQL sur des topics : ksqlDB, sous la Confluent Community License.",
)
