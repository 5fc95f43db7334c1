"""`spec.influxdb`: organisation, bucket, disk and alerts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from streaminglab_operator.schema import units
from streaminglab_operator.schema.base import SpecModel
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import (
    Quantity,
    ResourceSpec,
    StorageClassName,
    StoredSpec,
    list_map,
)

WeatherField = Literal["temperature", "humidity", "pressure", "wind"]
MAX_ALERTS = 16

AlertName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=63),
    Format(
        "alert-name-format",
        units.DNS_LABEL,
        "an alert's name has small letters, digits and '-', and begins with a letter",
    ),
]
Interval = Annotated[
    str,
    Format(
        "alert-interval-format",
        units.INTERVAL,
        "write a whole number and one unit without a space: 10s, 5m or 1h",
    ),
]
InfluxName = Annotated[
    str,
    Format(
        "influxdb-name-format",
        units.INFLUX_NAME,
        "use letters without accent, digits, '.', '_' and '-', beginning with a letter or a digit",
    ),
]
Retention = Annotated[
    str,
    Format(
        "retention-format",
        units.RETENTION,
        "write a whole number and one unit without a space: 90m, 36h, 7d or 2w, at least one "
        "hour; 0 keeps points for ever",
    ),
]


class AlertSpec(SpecModel):
    """One alert: InfluxDB looks at the newest points and writes to Kafka when a bound is passed."""

    name: AlertName = Field(
        description="Name of the alert: small letters, digits and '-'. Example: heat",
    )
    field: WeatherField = Field(
        description="Which measured value to look at. Example: temperature",
    )
    above: float | None = Field(
        default=None,
        description="Alert when the value is greater than this. Give either above or below. "
        "Example: 35",
    )
    below: float | None = Field(
        default=None,
        description="Alert when the value is less than this. Give either above or below. "
        "Example: -10",
    )
    every: Interval = Field(
        default="10s",
        max_length=16,
        description="How often to look: a whole number, then s, m or h. Example: 10s",
    )


class InfluxDBSpec(StoredSpec):
    """The InfluxDB database that receives the weather first."""

    org: InfluxName = Field(
        default="myorg",
        min_length=1,
        max_length=63,
        description="Organisation in InfluxDB. Fixed once the lab exists. Example: myorg",
    )
    bucket: InfluxName = Field(
        default="weather",
        min_length=1,
        max_length=63,
        description="Bucket that receives the points. Fixed once the lab exists. Example: weather",
    )
    retention: Retention = Field(
        default="7d",
        max_length=16,
        description="How long InfluxDB keeps a point: a whole number, then m, h, d or w, at least "
        "one hour; 0 keeps points for ever. Example: 7d, 36h",
    )
    storage: Quantity = Field(
        default="1Gi",
        description="Disk of InfluxDB, at least 100Mi. Grows where its StorageClass can. "
        "Example: 1Gi",
    )
    storage_class_name: StorageClassName | None = Field(
        default=None,
        description="StorageClass of InfluxDB's disk; a disk that is there stays as it is. "
        "Unset: the cluster's default. Example: standard",
    )
    alerts: list[AlertSpec] = Field(
        default_factory=list,
        max_length=MAX_ALERTS,
        json_schema_extra=list_map("name"),
        description="Alerts on the weather, sent to the topic spec.telegraf.alertTopic. "
        "Example: [{name: heat, field: temperature, above: 35}]",
    )
    resources: ResourceSpec | None = Field(
        default=None,
        description="CPU and memory of the InfluxDB pod, instead of the profile's.",
    )
