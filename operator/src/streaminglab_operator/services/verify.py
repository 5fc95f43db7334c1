"""The program `verify`: the comparison of the three sets of points."""

from __future__ import annotations

from typing import Any

from streaminglab_operator.schema import units
from streaminglab_operator.schema.parts import ServiceSpec
from streaminglab_operator.services import influxdb, inject, kafka, producer, telegraf
from streaminglab_operator.services.base import Edge, Program
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.pieces import Part


class VerifySpec(ServiceSpec):
    """The Job that compares the three sets of points."""


def _config(ctx: ServiceContext) -> dict[str, Any]:
    written = ctx.part(telegraf.PART)
    injected = ctx.part(inject.PART)
    return {
        "influxdb": influxdb.client(ctx),
        "kafka": kafka.servers(),
        "measurement": telegraf.MEASUREMENT,
        "topics": {
            "producer": ctx.part(producer.PART).topic,
            "telegraf": written.topic,
            "alerts": written.alert_topic if influxdb.has_alerts(ctx) else None,
        },
        "expectedPoints": injected.points,
        "stations": injected.stations,
        "rate": units.parse_rate(injected.rate),
        "timeoutSeconds": 120,
        "repair": True,
        "telegrafHealthUrl": telegraf.url(telegraf.HEALTH_PORT, "/"),
    }


VERIFY = Program(
    name="verify",
    part=Part(
        "verify",
        VerifySpec,
        "The Job verify, which compares the points in InfluxDB and Kafka. "
        "Example: {resources: {memory: 512Mi}}",
        optional=False,
    ),
    config=_config,
    reaches=(kafka.TO_KAFKA, influxdb.TO_INFLUXDB, Edge("telegraf", "health")),
    secrets=lambda _: (influxdb.token("verify"),),
    after=("init", "inject"),
    named_after="inject",
    of_pods=True,
)
