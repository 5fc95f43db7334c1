"""PostgreSQL: spec -> values of its chart."""

from typing import Any

from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_services import PostgresqlSpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services.base import Service, credential, sized, storage
from streaminglab_operator.plan.sizes import SERVICE_SIZES
from streaminglab_operator.plan.values import common

PASSWORD = "postgresql-password"  # noqa: S105 (the name of a key)


def _values(wish: PostgresqlSpec, lab: Lab, options: Options) -> dict[str, Any]:
    return {
        **common.base(
            options.images.get("postgresql"),
            sized(SERVICE_SIZES["postgresql"], wish.resources),
        ),
        "database": wish.database,
        "username": wish.username,
        "existingSecret": credential(PASSWORD),
        "initSQL": {"configMap": wish.init_config_map_name or ""},
        "storage": storage(wish, retain=lab.spec.retain_data),
        "networkPolicy": common.client_network(
            lab, options, clients=("connect", "dbt", "jupyter", "toolbox"), servers=None
        ),
    }


POSTGRESQL = Service(
    component="postgresql",
    field="postgresql",
    chart="postgresql",
    kind="StatefulSet",
    condition=ConditionType.POSTGRESQL_READY,
    own_values=_values,
    images=("postgresql",),
    secrets=(PASSWORD,),
    drawn=(PASSWORD,),
    alias="data-transform",
    port=5432,
)
