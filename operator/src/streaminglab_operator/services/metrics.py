"""Metrics: what the brokers and Connect tell of themselves, taken by Telegraf into a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from streaminglab_operator import names
from streaminglab_operator.schema.parts import ServiceSpec
from streaminglab_operator.schema.rules import Case, Rule
from streaminglab_operator.services import influxdb, kafka
from streaminglab_operator.services.base import Edge, Service
from streaminglab_operator.services.context import LAB, ServiceContext, secret
from streaminglab_operator.services.pieces import Part, Requires
from streaminglab_operator.services.size import Size, every_profile

BUCKET = influxdb.METRICS_BUCKET
TOKEN = influxdb.token("metrics")


class MetricsSpec(ServiceSpec):
    """What Kafka, Connect and consumer groups tell of themselves, in InfluxDB."""

    period_seconds: int = Field(
        default=5,
        ge=1,
        le=60,
        description="How often the brokers and Connect are asked. Example: 5",
    )


def _values(part: MetricsSpec, ctx: ServiceContext) -> dict[str, Any]:
    port = kafka.METRICS_PORT
    brokers = (names.broker(LAB, number) for number in range(ctx.brokers))
    return {
        "brokers": [f"http://{broker}:{port}" for broker in brokers],
        "connect": {"url": ctx.address_of("connect")},
        "periodSeconds": part.period_seconds,
        "influxdb": {
            **influxdb.client(ctx),
            "bucket": BUCKET,
            "existingSecret": secret(TOKEN),
        },
    }


def _bucket_is_free(case: Case[Any]) -> Iterator[str]:
    if case.new.metrics is not None and case.new.influxdb.bucket == BUCKET:
        yield "spec.metrics"


METRICS = Service(
    component="metrics",
    part=Part(
        "metrics",
        MetricsSpec,
        f"What brokers, topics, Connect and consumer groups tell of themselves, in InfluxDB's "
        f"bucket {BUCKET}. Brokers restart one by one when it is set or taken out; the bucket "
        "stays. Unset: none. Example: {periodSeconds: 5}",
    ),
    title="Metrics",
    meaning="Points of Kafka's metrics arrive in InfluxDB.",
    chart="metrics",
    kind="Deployment",
    values=_values,
    sizes=every_profile(Size("25m", "1", "128Mi")),
    images=("telegraf",),
    needs=("kafka",),
    shared=False,
    reaches=(Edge("kafka", "metrics"), Edge("connect"), influxdb.TO_INFLUXDB),
    takes_from=("kafka", "connect"),
    gives_to=("influxdb",),
    token=TOKEN,
    secrets=(TOKEN,),
    restarts=True,
    requires=(
        Requires(
            "weather",
            "metrics are kept in InfluxDB: set spec.weather to true, or take spec.metrics out",
        ),
    ),
    rules=(
        Rule(
            id="metrics-bucket-free",
            at=("spec",),
            field_path=".metrics",
            cel=f"!has(self.metrics) || self.influxdb.bucket != '{BUCKET}'",
            # A form has every part, and a switch in it.
            form={
                "not": {
                    "properties": {
                        "metrics": {"properties": {"enabled": {"const": True}}},
                        "influxdb": {
                            "properties": {"bucket": {"const": BUCKET}},
                            "required": ["bucket"],
                        },
                    },
                    "required": ["metrics", "influxdb"],
                }
            },
            message=f"metrics go into a bucket {BUCKET} of their own: give spec.influxdb.bucket "
            "another name, or take spec.metrics out",
            check=_bucket_is_free,
        ),
    ),
    french="Les mesures de Kafka, de Connect et des groupes, dans InfluxDB.",
)
