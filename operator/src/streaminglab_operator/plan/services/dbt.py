"""dbt: spec -> values of its chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_services import DbtSpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services import postgresql
from streaminglab_operator.plan.services.base import Service, credential, sized
from streaminglab_operator.plan.sizes import SERVICE_SIZES
from streaminglab_operator.plan.values import common


def _values(wish: DbtSpec, lab: Lab, options: Options) -> dict[str, Any]:
    # A rule of the API sees to it that there is one.
    database = lab.spec.wish.postgresql
    return {
        **common.base(options.images.get("dbt"), sized(SERVICE_SIZES["dbt"], wish.resources)),
        "kafka": {"bootstrapServers": names.bootstrap_servers(common.LAB)},
        "topics": {"commands": wish.command_topic, "results": wish.result_topic},
        "postgresql": {
            "host": names.release(common.LAB, "postgresql"),
            "port": 5432,
            "database": database.database if database else "",
            "username": database.username if database else "",
            "existingSecret": credential(postgresql.PASSWORD),
        },
        "project": {"configMap": wish.project_config_map_name or ""},
        "networkPolicy": common.network(
            clients=("none",), servers=(("kafka", names.KAFKA_PORT), ("postgresql", 5432))
        ),
    }


DBT = Service(
    component="dbt",
    field="dbt",
    chart="dbt",
    kind="Deployment",
    condition=ConditionType.DBT_READY,
    own_values=_values,
    images=("dbt",),
    secrets=(postgresql.PASSWORD,),
    needs=("kafka", "postgresql"),
)
