"""Telegraf: takes InfluxDB's replication stream, and its alerts, to two topics."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from streaminglab_operator import names
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.parts import ResourceSpec, TopicName
from streaminglab_operator.services import influxdb, kafka
from streaminglab_operator.services.base import Service
from streaminglab_operator.services.context import LAB, ServiceContext, secret
from streaminglab_operator.services.pieces import Part
from streaminglab_operator.services.size import Size

PORT, ALERTS_PORT, HEALTH_PORT = 8186, 8080, 8187
TOKEN = "telegraf-token"  # noqa: S105 (the name of a key)
MEASUREMENT = "weather"


class TelegrafSpec(SpecModel):
    """Telegraf: receives every point that InfluxDB stores and writes it to Kafka."""

    topic: TopicName = Field(
        default="weather-telegraf",
        description="Topic to which Telegraf writes the points. Created when it is not listed "
        "under spec.kafka.topics. Example: weather-telegraf",
    )
    alert_topic: TopicName = Field(
        default="weather-alerts",
        description="Topic to which Telegraf writes the alerts of spec.influxdb.alerts. Created "
        "only when there are alerts. Example: weather-alerts",
    )
    resources: ResourceSpec | None = Field(
        default=None,
        description="CPU and memory of the Telegraf pod, instead of the profile's.",
    )


def url(port: int = PORT, path: str = "") -> str:
    """Telegraf's address: of the points, or of what listens on another of its ports."""
    return f"http://{names.release(LAB, 'telegraf')}:{port}{path}"


def _values(part: TelegrafSpec, ctx: ServiceContext) -> dict[str, Any]:
    alerts = influxdb.has_alerts(ctx)
    return {
        "listener": {"port": PORT, "existingSecret": secret(TOKEN)},
        "alerts": {
            "enabled": alerts,
            "port": ALERTS_PORT,
            "topic": part.alert_topic if alerts else "weather-alerts",
        },
        "health": {"port": HEALTH_PORT},
        "kafka": kafka.servers(),
        "topic": part.topic,
        "measurement": MEASUREMENT,
        "keyTag": "station",
    }


PART = Part(
    "telegraf",
    TelegrafSpec,
    "Telegraf, which carries points and alerts from InfluxDB to Kafka. "
    "Example: {topic: weather-telegraf}",
    optional=False,
)
TELEGRAF = Service(
    component="telegraf",
    part=PART,
    title="Telegraf",
    meaning="Telegraf receives points and alerts.",
    chart="telegraf",
    kind="Deployment",
    values=_values,
    sizes={
        "nano": Size("10m", "500m", "128Mi"),
        "standard": Size("20m", "1", "128Mi"),
        "resilience": Size("20m", "1", "128Mi"),
    },
    images=("telegraf",),
    weather=True,
    port=PORT,
    more_ports={"alerts": ALERTS_PORT, "health": HEALTH_PORT},
    shared=False,
    reaches=(kafka.TO_KAFKA,),
    takes_from=("influxdb",),
    gives_to=("kafka",),
    drawn=(TOKEN,),
    secrets=(TOKEN,),
    restarts=True,
)
