"""kafka-ui: spec -> values of its chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_services import KafkaUISpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services.base import (
    Page,
    Service,
    credential,
    if_wanted,
    registry_url,
    sized,
    url,
)
from streaminglab_operator.plan.sizes import SERVICE_SIZES
from streaminglab_operator.plan.values import common

PASSWORD = "kafka-ui-password"  # noqa: S105 (the name of a key)


def _values(wish: KafkaUISpec, lab: Lab, options: Options) -> dict[str, Any]:
    size = SERVICE_SIZES["kafka-ui"]
    return {
        **common.base(
            options.images.get("kafka-ui"), sized(size, wish.resources), credentials=True
        ),
        "kafka": {
            "bootstrapServers": names.bootstrap_servers(common.LAB),
            "clusterName": common.LAB,
        },
        "connect": {"url": if_wanted(lab, "connect", url("connect", 8083))},
        "schemaRegistry": {"url": registry_url(lab)},
        "ksqldb": {"url": if_wanted(lab, "ksqldb", url("ksqldb", 8088))},
        "login": {"username": wish.username, "existingSecret": credential(PASSWORD)},
        "readOnly": wish.read_only,
        "dynamicConfig": wish.dynamic_config,
        "networkPolicy": common.client_network(
            lab,
            options,
            page=True,
            servers=[
                ("kafka", names.KAFKA_PORT),
                ("connect", 8083),
                ("schema-registry", 8080),
                ("ksqldb", 8088),
            ],
        ),
    }


KAFKA_UI = Service(
    component="kafka-ui",
    field="kafka_ui",
    chart="kafka-ui",
    kind="Deployment",
    condition=ConditionType.KAFKA_UI_READY,
    own_values=_values,
    images=("kafka-ui",),
    secrets=(PASSWORD,),
    drawn=(PASSWORD,),
    needs=("kafka",),
    alias="kafka-ui",
    port=8080,
    scheme="http",
    page=Page("kafka_ui", 8080),
)
