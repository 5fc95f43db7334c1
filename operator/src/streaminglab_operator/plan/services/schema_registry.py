"""The schema registry: spec -> values of its chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_services import SchemaRegistrySpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services.base import Page, Service, sized
from streaminglab_operator.plan.sizes import SERVICE_SIZES
from streaminglab_operator.plan.values import common


def _values(wish: SchemaRegistrySpec, lab: Lab, options: Options) -> dict[str, Any]:
    size = SERVICE_SIZES["schema-registry"]
    return {
        **common.base(options.images.get("schema-registry"), sized(size, wish.resources)),
        "storage": wish.storage,
        "kafka": {"bootstrapServers": names.bootstrap_servers(common.LAB)},
        "networkPolicy": common.client_network(
            lab,
            options,
            page=True,
            clients=("connect", "kafka-ui", "ksqldb", "jupyter", "toolbox"),
            servers=[("kafka", names.KAFKA_PORT)],
        ),
    }


SCHEMA_REGISTRY = Service(
    component="schema-registry",
    field="schema_registry",
    chart="schema-registry",
    kind="Deployment",
    condition=ConditionType.SCHEMA_REGISTRY_READY,
    own_values=_values,
    images=("schema-registry",),
    needs=("kafka",),
    alias="schema-registry",
    port=8081,
    scheme="http",
    path="/apis/ccompat/v7",
    page=Page("schema_registry", 8081, login=False),
)
