"""The lab's page: its parts, states, addresses and ways in, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from streaminglab_operator.schema.parts import ServiceSpec
from streaminglab_operator.services import influxdb, kafka
from streaminglab_operator.services.base import Edge, Service
from streaminglab_operator.services.context import LAB, ServiceContext, secret
from streaminglab_operator.services.pieces import Page, Part
from streaminglab_operator.services.size import Size, every_profile

PASSWORD = "page-password"  # noqa: S105 (the name of a key)


class PageSpec(ServiceSpec):
    """The lab's page: its parts, states, addresses and ways in, in a browser."""

    enabled: bool = Field(
        default=True,
        description="Whether the lab has its page. Example: true",
    )
    ready_with_lab: bool = Field(
        default=False,
        description="Whether the page's pod counts as ready only while the lab is Ready, for "
        "catalogs that show a lab by this pod, as Onyxia does. The page can be opened either way. "
        "Example: true",
    )


def _keys(ctx: ServiceContext) -> Iterator[str]:
    """What a reader may ask for: by whatever name, what a person logs in with, and never a key of
    machines among themselves."""
    yield from ctx.logins(besides="page")


def _influxdb(ctx: ServiceContext) -> dict[str, Any]:
    if not ctx.address_of("influxdb"):
        return {}
    more = {"metricsBucket": influxdb.METRICS_BUCKET} if influxdb.has_metrics(ctx) else {}
    return {"influxdb": influxdb.client(ctx) | more}


def _exercises(ctx: ServiceContext) -> dict[str, Any]:
    asked = ctx.exercises
    if asked is None:
        return {}
    return {"exercises": {"set": asked.set or "", "configMap": asked.config_map_name or ""}}


def _values(part: PageSpec, ctx: ServiceContext) -> dict[str, Any]:
    return {
        "lab": LAB,
        # A catalog looks for the pods of what it installed by this label, and installed the lab.
        "instance": LAB,
        "readyWithLab": part.ready_with_lab,
        "existingSecret": secret(PASSWORD),
        "credentials": {"keys": sorted(set(_keys(ctx)))},
        "kafka": kafka.servers(),
        "connect": {"url": ctx.address_of("connect")},
        "schemaRegistry": {"url": ctx.address_of("schema-registry")},
        **_influxdb(ctx),
        **_exercises(ctx),
    }


PAGE = Service(
    component="page",
    part=Part(
        "page",
        PageSpec,
        "The lab's own page in a browser. Unset: there is one. Example: {enabled: false}",
        by_default=True,
    ),
    title="Page",
    meaning="The lab's page answers.",
    chart="page",
    kind="Deployment",
    values=_values,
    sizes=every_profile(Size("10m", "500m", "96Mi")),
    images=("page",),
    own_images=("page",),
    port=8080,
    scheme="http",
    alias="page",
    reaches=(kafka.TO_KAFKA, Edge("connect"), Edge("schema-registry"), influxdb.TO_INFLUXDB),
    takes_from=("kafka",),
    asks_kubernetes=lambda _: True,
    page=Page("Host name of the lab's page. Example: meteo.example.org"),
    drawn=(PASSWORD,),
    secrets=(PASSWORD,),
    # The kubelet would bring new ones into its pod a minute later. InfluxDB's token is not among
    # them: the page is there before it, and asks InfluxDB for it.
    takes_logins=True,
    restarts=True,
    on_in_tile=True,
    french="La page du lab dans un navigateur.",
)
