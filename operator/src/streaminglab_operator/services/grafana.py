"""Grafana on the weather in InfluxDB."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.schema.parts import ServiceSpec
from streaminglab_operator.services import influxdb
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.context import ServiceContext, secret
from streaminglab_operator.services.pieces import Page, Part, Requires
from streaminglab_operator.services.size import Size, every_profile

PASSWORD = "grafana-password"  # noqa: S105 (the name of a key)


class GrafanaSpec(ServiceSpec):
    """Grafana with a dashboard of the weather in InfluxDB. Under the AGPL-3.0."""


def _values(_: GrafanaSpec, ctx: ServiceContext) -> dict[str, Any]:
    more = {"metricsBucket": influxdb.METRICS_BUCKET} if influxdb.has_metrics(ctx) else {}
    return {
        "existingSecret": secret(PASSWORD),
        "influxdb": {
            **influxdb.client(ctx),
            **more,
            "existingSecret": secret(influxdb.READER_TOKEN),
        },
    }


GRAFANA = Service(
    component="grafana",
    part=Part(
        "grafana",
        GrafanaSpec,
        "Grafana on the weather; under the AGPL-3.0. Unset: none. Example: {}",
    ),
    title="Grafana",
    meaning="Grafana answers.",
    chart="grafana",
    kind="Deployment",
    values=_values,
    sizes=every_profile(Size("25m", "1", "512Mi")),
    images=("grafana",),
    port=3000,
    scheme="http",
    alias="grafana",
    page=Page("Host name of Grafana. Example: weather.example.org"),
    reaches=(influxdb.TO_INFLUXDB,),
    takes_from=("influxdb",),
    drawn=(PASSWORD,),
    secrets=(PASSWORD, influxdb.READER_TOKEN),
    restarts=True,
    requires=(
        Requires(
            "weather",
            "Grafana shows the weather in InfluxDB: set spec.weather to true, or take "
            "spec.grafana out",
        ),
    ),
    french="Grafana sur la météo ; sous AGPL-3.0.",
)
