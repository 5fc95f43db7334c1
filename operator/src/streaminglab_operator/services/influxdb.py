"""InfluxDB: the database that receives the weather first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.schema.rules import fixed_rule
from streaminglab_operator.services.base import Edge, Service
from streaminglab_operator.services.chart import storage
from streaminglab_operator.services.context import LAB, ServiceContext
from streaminglab_operator.services.influxdb_spec import InfluxDBSpec
from streaminglab_operator.services.pieces import Page, Part
from streaminglab_operator.services.size import Size

PORT = 8086
READER_TOKEN = "influxdb-reader-token"  # noqa: S105 (the name of a key)
"""Of people, and of services that only show what is there."""
ADMIN_TOKEN = "influxdb-admin-token"  # noqa: S105 (the name of a key)
PASSWORD = "influxdb-password"  # noqa: S105 (the name of a key)
DATABASE = "influxdb-database"
"""No key of the Secret, but looked up as one: it changes when InfluxDB is another one (its volume
was lost), and stays when its tokens are rotated."""

PART = Part(
    "influxdb",
    InfluxDBSpec,
    "The InfluxDB database, its bucket and its alerts. Example: {bucket: weather, retention: 7d}",
    optional=False,
)
TO_INFLUXDB = Edge("influxdb")
METRICS_BUCKET = "kafka_metrics"
"""Beside the weather's, in a lab with metrics."""


def url(lab: str = LAB) -> str:
    """InfluxDB's address inside the lab's namespace."""
    return f"http://{names.release(lab, 'influxdb')}:{PORT}"


def token(owner: str) -> str:
    """The key of a client's token, which InfluxDB draws itself."""
    return f"influxdb-{owner}-token"


def has_alerts(ctx: ServiceContext) -> bool:
    """Whether InfluxDB sends alerts."""
    return bool(ctx.part(PART).alerts)


def has_metrics(ctx: ServiceContext) -> bool:
    """Whether there is a bucket of metrics."""
    return "metrics" in ctx.wanted


def client(ctx: ServiceContext) -> dict[str, str]:
    """What a program must know to use the lab's bucket, but for its token."""
    part = ctx.part(PART)
    return {"url": url(), "org": part.org, "bucket": part.bucket}


def _values(part: InfluxDBSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {"storage": storage(part, ctx, retain=ctx.retain)}


def _username(_part: InfluxDBSpec, _lab: str, _drawn: Mapping[str, str]) -> Mapping[str, str]:
    return {"influxdb-username": "admin"}


def _env(_part: InfluxDBSpec, ctx: ServiceContext) -> Mapping[str, str]:
    return {f"INFLUXDB_{word.upper()}": text for word, text in client(ctx).items()}


INFLUXDB = Service(
    component="influxdb",
    part=PART,
    title="InfluxDB",
    meaning="InfluxDB answers, and has its organisation, bucket and tokens.",
    condition="InfluxDBReady",
    chart="influxdb",
    kind="StatefulSet",
    values=_values,
    sizes={
        "nano": Size("25m", "1", "256Mi"),
        "standard": Size("50m", "2", "512Mi"),
        "resilience": Size("50m", "2", "512Mi"),
    },
    images=("influxdb",),
    weather=True,
    port=PORT,
    scheme="http",
    alias="influxdb",
    # Its own login guards it; the image without the web pages has nothing to show there.
    page=Page(
        "Host name of InfluxDB, which is not exposed without. Example: influxdb.example.org",
        login=False,
    ),
    reaches=(Edge("telegraf"), Edge("telegraf", "alerts", has_alerts)),
    reached_by=("connect", "jupyter", "toolbox"),
    asked_by_operator=True,
    drawn=(PASSWORD, ADMIN_TOKEN),
    derived=("influxdb-username",),
    follows=_username,
    env=_env,
    secret_env={"INFLUXDB_TOKEN": READER_TOKEN},
    rules=(
        fixed_rule(
            "org-fixed",
            "spec.influxdb.org",
            "the organisation of an existing lab cannot change: make a new lab",
        ),
        fixed_rule(
            "bucket-fixed",
            "spec.influxdb.bucket",
            "the bucket of an existing lab cannot change: make a new lab",
        ),
    ),
)
