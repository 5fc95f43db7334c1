"""The program `init`: topics and users, and with the weather the bucket, replication to Telegraf
and alerts. All of it idempotent."""

from __future__ import annotations

from typing import Any

from streaminglab_operator import names
from streaminglab_operator.schema.parts import ServiceSpec
from streaminglab_operator.schema.units import parse_retention
from streaminglab_operator.services import influxdb, kafka, telegraf
from streaminglab_operator.services.base import Edge, Program
from streaminglab_operator.services.context import LAB, ServiceContext, Topic
from streaminglab_operator.services.pieces import Part

TOKEN = influxdb.token("init")


class InitSpec(ServiceSpec):
    """The Job that makes topics, users, the bucket and the alerts."""


def _config(ctx: ServiceContext) -> dict[str, Any]:
    config: dict[str, Any] = {
        "kafka": kafka.servers(),
        "topics": [_topic(ctx, topic) for topic in ctx.topics],
        "timeoutSeconds": 600,
    }
    if kafka.outside(ctx):
        config["scramUsers"] = [{"name": kafka.USER, "passwordFile": kafka.PASSWORD_KEY}]
    return config | (_weather_config(ctx) if ctx.weather else {})


def _topic(ctx: ServiceContext, topic: Topic) -> dict[str, Any]:
    reported: dict[str, Any] = {
        "name": topic.name,
        "partitions": topic.partitions,
        "replicationFactor": topic.replication_factor,
        "config": dict(topic.config),
    }
    back = ctx.given_back.get(topic.name)
    return reported | ({"unset": list(back)} if back else {})


def _weather_config(ctx: ServiceContext) -> dict[str, Any]:
    part = ctx.part(influxdb.PART)
    name = names.release(LAB, "telegraf")
    alerts = telegraf.url(telegraf.ALERTS_PORT, "/alerts")
    return {
        "influxdb": influxdb.client(ctx),
        **_more_buckets(ctx),
        "bucketRetentionSeconds": parse_retention(part.retention),
        "measurement": telegraf.MEASUREMENT,
        "replication": {"name": name, "url": telegraf.url()},
        "alerts": [alert.to_dict() for alert in part.alerts],
        "alertEndpoint": {"name": name, "url": alerts} if part.alerts else None,
    }


def _more_buckets(ctx: ServiceContext) -> dict[str, Any]:
    """Those that keep their points for as long as the weather's."""
    return {"moreBuckets": [influxdb.METRICS_BUCKET]} if influxdb.has_metrics(ctx) else {}


def _secrets(ctx: ServiceContext) -> tuple[str, ...]:
    users = (kafka.PASSWORD_KEY,) if kafka.outside(ctx) else ()
    return (*users, *((TOKEN, telegraf.TOKEN) if ctx.weather else ()))


def _keys_in_name(ctx: ServiceContext) -> tuple[str, ...]:
    # With another password for clients outside, Kafka must be given it again.
    users = (kafka.PASSWORD_KEY,) if kafka.outside(ctx) else ()
    # With another token of Telegraf's, InfluxDB's replication must be given it.
    return (TOKEN, *((telegraf.TOKEN,) if ctx.weather else ()), *users)


INIT = Program(
    name="init",
    part=Part(
        "init",
        InitSpec,
        "The Job init, which makes the topics, the bucket and the alerts. "
        "Example: {resources: {cpu: 50m}}",
        optional=False,
    ),
    condition="TopicsReady",
    meaning="The Job init has made the topics, the bucket and the alerts.",
    outcome="Topics",
    weather=False,
    config=_config,
    reaches=(kafka.TO_KAFKA, influxdb.TO_INFLUXDB, Edge("telegraf")),
    secrets=_secrets,
    keys_in_name=_keys_in_name,
)
