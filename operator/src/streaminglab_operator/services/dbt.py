"""dbt, run on PostgreSQL whenever a message arrives on a topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from streaminglab_operator.schema import units
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import SecretName, ServiceSpec, TopicName
from streaminglab_operator.services import kafka, postgresql
from streaminglab_operator.services.base import Edge, Service
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.pieces import Part, Requires
from streaminglab_operator.services.size import Size, every_profile

ServiceTopic = Annotated[
    TopicName,
    Format(
        "service-topic-format",
        units.TOPIC,
        "a topic's name has 1 to 249 letters without accent, digits, '.', '_' or '-'",
    ),
]


class DbtSpec(ServiceSpec):
    """dbt, run on PostgreSQL whenever a message arrives on a topic."""

    external_egress: bool = Field(
        default=False,
        description="Whether dbt may reach addresses outside the lab's namespace, for the packages "
        "of a project (packages.yml). Example: true",
    )
    project_config_map_name: SecretName | None = Field(
        default=None,
        description="A ConfigMap of this namespace with the files of a dbt project. Unset: a "
        "small project that numbers rows. Example: my-dbt-project",
    )
    command_topic: ServiceTopic = Field(
        default="dbt-run",
        description='Topic whose messages start a run. Message: {"select": "my_model"}. '
        "Example: dbt-run",
    )
    result_topic: ServiceTopic = Field(
        default="dbt-results",
        description="Topic that receives one record for each run. Example: dbt-results",
    )


def _values(part: DbtSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "kafka": kafka.servers(),
        "topics": {"commands": part.command_topic, "results": part.result_topic},
        "postgresql": postgresql.login(ctx),
        "externalEgress": part.external_egress,
        "project": {"configMap": part.project_config_map_name or ""},
    }


def _topics(part: DbtSpec) -> Mapping[str, int]:
    """One partition each: runs come one after the other."""
    return dict.fromkeys((part.command_topic, part.result_topic), 1)


DBT = Service(
    component="dbt",
    part=Part(
        "dbt",
        DbtSpec,
        "Runs of dbt, started by messages on a topic; needs postgresql. Unset: none. Example: {}",
    ),
    title="dbt",
    meaning="The program that runs dbt waits for messages.",
    chart="dbt",
    kind="Deployment",
    values=_values,
    sizes=every_profile(Size("10m", "1", "384Mi")),
    images=("dbt",),
    own_images=("dbt",),
    needs=("kafka", "postgresql"),
    reaches=(kafka.TO_KAFKA, Edge("postgresql")),
    takes_from=("kafka",),
    gives_to=("postgresql",),
    shared=False,
    goes_out=True,
    secrets=(postgresql.PASSWORD,),
    restarts=True,
    requires=(
        Requires("postgresql", "dbt works on the lab's PostgreSQL: add spec.postgresql: {}"),
    ),
    topics=_topics,
    french="Des exécutions de dbt, lancées par des messages ; demande PostgreSQL.",
)
