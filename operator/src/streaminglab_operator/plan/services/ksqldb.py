"""ksqlDB: spec -> values of its chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_services import KsqldbSpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services.base import Service, if_wanted, registry_url, sized, url
from streaminglab_operator.plan.sizes import SERVICE_SIZES
from streaminglab_operator.plan.values import common


def _values(wish: KsqldbSpec, lab: Lab, options: Options) -> dict[str, Any]:
    size = SERVICE_SIZES["ksqldb"]
    return {
        **common.base(options.images.get("ksqldb"), sized(size, wish.resources)),
        "kafka": {"bootstrapServers": names.bootstrap_servers(common.LAB)},
        "internalReplicationFactor": lab.spec.brokers,
        "connect": {"url": if_wanted(lab, "connect", url("connect", 8083))},
        "schemaRegistry": {"url": registry_url(lab)},
        "networkPolicy": common.client_network(
            lab,
            options,
            clients=("kafka-ui", "jupyter", "toolbox"),
            servers=[("kafka", names.KAFKA_PORT), ("connect", 8083), ("schema-registry", 8080)],
        ),
    }


KSQLDB = Service(
    component="ksqldb",
    field="ksqldb",
    chart="ksqldb",
    kind="Deployment",
    condition=ConditionType.KSQLDB_READY,
    own_values=_values,
    images=("ksqldb",),
    needs=("kafka",),
    alias="ksqldb-server",
    port=8088,
    scheme="http",
)
