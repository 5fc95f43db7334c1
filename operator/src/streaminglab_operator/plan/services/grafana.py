"""Grafana: spec -> values of its chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.conditions import ConditionType
from streaminglab_operator.api.spec_services import GrafanaSpec
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services.base import Page, Service, credential, sized
from streaminglab_operator.plan.services.workbench import READER_TOKEN
from streaminglab_operator.plan.sizes import SERVICE_SIZES
from streaminglab_operator.plan.values import common

PASSWORD = "grafana-password"  # noqa: S105 (the name of a key)


def _values(wish: GrafanaSpec, lab: Lab, options: Options) -> dict[str, Any]:
    return {
        **common.base(
            options.images.get("grafana"),
            sized(SERVICE_SIZES["grafana"], wish.resources),
            credentials=True,
        ),
        "existingSecret": credential(PASSWORD),
        "influxdb": {
            "url": names.influxdb_url(common.LAB),
            "org": lab.spec.org,
            "bucket": lab.spec.bucket,
            "existingSecret": credential(READER_TOKEN),
        },
        "networkPolicy": common.client_network(
            lab, options, page=True, servers=[("influxdb", names.INFLUXDB_PORT)]
        ),
    }


GRAFANA = Service(
    component="grafana",
    field="grafana",
    chart="grafana",
    kind="Deployment",
    condition=ConditionType.GRAFANA_READY,
    own_values=_values,
    images=("grafana",),
    secrets=(PASSWORD, READER_TOKEN),
    drawn=(PASSWORD,),
    alias="grafana",
    port=3000,
    scheme="http",
    page=Page("grafana", 3000),
)
