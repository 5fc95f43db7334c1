"""ksqlDB: SQL over topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.parts import Address, SecretName, ServiceSpec, list_map
from streaminglab_operator.services import jobs, kafka
from streaminglab_operator.services.base import Edge, Service
from streaminglab_operator.services.chart import chosen_image
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.fetched import Maven, PartName, Sha512, one_source, url_checksum
from streaminglab_operator.services.pieces import Page, Part
from streaminglab_operator.services.size import Size, every_profile

MAX_FUNCTIONS = 8


SOURCES = ("maven", "url", "configMapName")
FUNCTIONS = "spec.ksqldb.functions[]"


class FunctionsSpec(SpecModel):
    """Jars of user functions; they come from exactly one place."""

    name: PartName = Field(
        description="Beginning of the jars' names in ksqlDB's folder: small letters, digits and "
        "'-'. Example: igrafx",
    )
    maven: Maven | None = Field(
        default=None,
        max_length=256,
        description="Maven coordinates, group:artifact:version[:packaging[:classifier]], fetched "
        "from mavenRepository. Example: com.example:my-functions:1.0",
    )
    url: Address | None = Field(
        default=None,
        max_length=1024,
        description="Address (http or https) of a jar, or of a zip, tar or tar.gz that holds jars, "
        "of at most 128 MiB; sha512 is needed with it. "
        "Example: https://downloads.example.org/functions-1.0.jar",
    )
    config_map_name: SecretName | None = Field(
        default=None,
        description="A ConfigMap of this namespace whose keys that end with .jar are jars. The pod "
        "waits for one that is not there. Example: my-functions",
    )
    sha512: Sha512 | None = Field(
        default=None,
        max_length=128,
        description="Checksum of the downloaded file, 128 hexadecimal digits. "
        "Example: what `sha512sum functions-1.0.jar` prints first",
    )


class KsqldbSpec(ServiceSpec):
    """ksqlDB: SQL over topics. Under the Confluent Community Licence: off unless asked for."""

    functions: list[FunctionsSpec] = Field(
        default_factory=list,
        max_length=MAX_FUNCTIONS,
        json_schema_extra=list_map("name"),
        description="Functions of your own (UDF, UDAF, UDTF), as jars that ksqlDB loads at its "
        "start; each jar holds all that it needs. A change restarts ksqlDB. "
        "Example: [{name: own, configMapName: my-functions}]",
    )
    maven_repository: Address | None = Field(
        default=None,
        max_length=512,
        description="Maven repository that functions are fetched from. Unset: the administrator's "
        "choice. Example: https://maven.example.org/repository",
    )
    external_egress: bool = Field(
        default=False,
        description="Whether ksqlDB, and its functions, may reach addresses outside the lab's "
        "namespace. Functions that are downloaded need it. Example: false",
    )


def _values(part: KsqldbSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "kafka": kafka.servers(),
        "internalReplicationFactor": ctx.brokers,
        "connect": {"url": ctx.address_of("connect")},
        "schemaRegistry": {"url": ctx.address_of("schema-registry")},
        "externalEgress": part.external_egress,
        **(_functions(part, ctx) if part.functions else {}),
    }


def _functions(part: KsqldbSpec, ctx: ServiceContext) -> dict[str, Any]:
    fetcher = chosen_image(ctx, jobs.IMAGE)
    return {
        "functions": [_from_where(one) for one in part.functions],
        "mavenRepository": part.maven_repository or ctx.maven_repository,
        **({"fetcher": {"image": fetcher}} if fetcher else {}),
    }


def _from_where(one: FunctionsSpec) -> dict[str, str]:
    found = {
        "name": one.name,
        "maven": one.maven,
        "url": one.url,
        "sha512": one.sha512,
        "configMap": one.config_map_name,
    }
    return {key: text for key, text in found.items() if text}


RULES = (
    one_source(
        "functions-one-source",
        FUNCTIONS,
        SOURCES,
        "functions come from exactly one place: maven, url or configMapName",
    ),
    url_checksum(
        "functions-url-checksum",
        FUNCTIONS,
        "sha512",
        "functions with a url need its sha512 too (sha512sum FILE prints it)",
    ),
)


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
    asks_images=lambda part: (jobs.IMAGE,) if part.functions else (),
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
    goes_out=True,
    env=_env,
    rules=RULES,
    french="SQL sur des topics : ksqlDB, sous la Confluent Community License.",
)
