"""kafka-ui: topics, messages, connectors and schemas in a browser."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from streaminglab_operator.schema import formats
from streaminglab_operator.schema.parts import ServiceSpec, UserName
from streaminglab_operator.services import kafka
from streaminglab_operator.services.base import Edge, Service
from streaminglab_operator.services.context import LAB, ServiceContext, secret
from streaminglab_operator.services.pieces import Page, Part
from streaminglab_operator.services.size import Size, every_profile

PASSWORD = "kafka-ui-password"  # noqa: S105 (the name of a key)


class KafkaUISpec(ServiceSpec):
    """kafka-ui (kafbat): topics, messages, connectors and schemas in a browser."""

    username: Annotated[UserName, formats.USER_NAME] = Field(
        default="student",
        description="Name to log in with; the password is the key kafka-ui-password of the lab's "
        "Secret. Example: student",
    )
    read_only: bool = Field(
        default=False, description="Whether nothing can be changed through it. Example: false"
    )
    dynamic_config: bool = Field(
        default=False,
        description="Whether clusters can be added in the browser (DYNAMIC_CONFIG_ENABLED). Who is "
        "logged in can then switch off the login as well. Example: true",
    )


def _values(part: KafkaUISpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "kafka": {**kafka.servers(), "clusterName": LAB},
        "connect": {"url": ctx.address_of("connect")},
        "schemaRegistry": {"url": ctx.address_of("schema-registry")},
        "ksqldb": {"url": ctx.address_of("ksqldb")},
        "login": {"username": part.username, "existingSecret": secret(PASSWORD)},
        "readOnly": part.read_only,
        "dynamicConfig": part.dynamic_config,
    }


KAFKA_UI = Service(
    component="kafka-ui",
    part=Part(
        "kafka_ui",
        KafkaUISpec,
        "Kafka in a browser: kafka-ui. Unset: none. Example: {}",
        alias="kafkaUI",
    ),
    title="kafka-ui",
    meaning="The web page kafka-ui answers.",
    chart="kafka-ui",
    kind="Deployment",
    values=_values,
    sizes=every_profile(Size("25m", "1", "640Mi", "256m")),
    images=("kafka-ui",),
    needs=("kafka",),
    port=8080,
    scheme="http",
    alias="kafka-ui",
    page=Page("Host name of kafka-ui. Example: liveconnect-wk1.example.org", word=""),
    reaches=(kafka.TO_KAFKA, Edge("connect"), Edge("schema-registry"), Edge("ksqldb")),
    takes_from=("kafka",),
    drawn=(PASSWORD,),
    secrets=(PASSWORD,),
    restarts=True,
    on_in_tile=True,
    french="Kafka dans un navigateur : kafka-ui.",
)
