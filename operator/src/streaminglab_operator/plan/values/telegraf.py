"""Spec -> values of the telegraf chart."""

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.sizes import SIZES
from streaminglab_operator.plan.values import common


def values(lab: Lab, options: Options) -> dict[str, Any]:
    """Telegraf takes InfluxDB's replication stream, and its alerts, to two topics."""
    spec = lab.spec
    cpu, memory = common.wishes(spec.telegraf_resources)
    return {
        **common.base(
            options.images.get("telegraf"),
            SIZES[spec.profile]["telegraf"].resources(cpu, memory),
        ),
        "listener": {
            "port": names.TELEGRAF_PORT,
            "existingSecret": {"name": names.credentials(common.LAB), "key": "telegraf-token"},
        },
        "alerts": {
            "enabled": spec.alert_topic is not None,
            "port": names.TELEGRAF_ALERTS_PORT,
            "topic": spec.alert_topic or "weather-alerts",
        },
        "health": {"port": HEALTH_PORT},
        "kafka": {"bootstrapServers": names.bootstrap_servers(common.LAB)},
        "topic": spec.telegraf_topic,
        "measurement": MEASUREMENT,
        "keyTag": "station",
        "networkPolicy": common.network(
            clients=("influxdb", "init", "verify"), servers=(("kafka", names.KAFKA_PORT),)
        ),
    }


MEASUREMENT = "weather"
HEALTH_PORT = 8187


def health_url(lab: str) -> str:
    """Where ``verify`` asks whether Telegraf still holds points for Kafka."""
    return f"http://{names.release(lab, 'telegraf')}:{HEALTH_PORT}/"
