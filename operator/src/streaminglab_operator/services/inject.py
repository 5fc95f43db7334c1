"""The program `inject`: simulated weather; its run is the Job's own digest, so that a restart of
its pod goes on where the last one ended."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from streaminglab_operator.schema import units
from streaminglab_operator.schema.formats import Format
from streaminglab_operator.schema.parts import ServiceSpec
from streaminglab_operator.services import influxdb, telegraf
from streaminglab_operator.services.base import Program
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.pieces import Part

TOKEN = influxdb.token("inject")

Rate = Annotated[
    str,
    Format(
        "rate-format",
        units.RATE,
        "write a whole number of points, then /s or /min: 1000/s, 600/min",
    ),
]


class InjectSpec(ServiceSpec):
    """The simulated weather that is written to InfluxDB. A change of what is injected starts one
    more injection; a change of ``resources`` does not."""

    stations: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="Number of weather stations that send points, from 1 to 1000. The station "
        "is the key of the Kafka record. Example: 5",
    )
    rate: Rate = Field(
        default="1000/s",
        max_length=16,
        description="How fast all stations together send points: a whole number, then /s or "
        "/min. Example: 10/s, 600/min",
    )
    points: int = Field(
        default=3000,
        ge=0,
        le=10_000_000,
        description="Number of points to send in all; 0 sends until the lab is deleted. "
        "Example: 3000",
    )
    seed: int = Field(
        default=42,
        ge=0,
        le=2_147_483_647,
        description="Start of the random numbers: the same seed gives the same weather. "
        "Example: 42",
    )


def _config(ctx: ServiceContext) -> dict[str, Any]:
    part = ctx.part(PART)
    return {
        "influxdb": influxdb.client(ctx),
        "measurement": telegraf.MEASUREMENT,
        "stations": part.stations,
        "rate": units.parse_rate(part.rate),
        "points": part.points,
        "seed": part.seed,
        "batchSize": 500,
    }


def _keys(_: ServiceContext) -> tuple[str, ...]:
    return (TOKEN,)


def _database(_: ServiceContext) -> tuple[str, ...]:
    # An InfluxDB whose volume was lost is another one, and what was written to the old one must be
    # written again. Not after a rotation: its tokens are others then, and its data is there.
    return (influxdb.DATABASE,)


PART = Part(
    "inject",
    InjectSpec,
    "The simulated weather written to InfluxDB. A change starts one more injection; points "
    "already written stay. Example: {stations: 5, rate: 10/s, points: 3000}",
    optional=False,
)
INJECT = Program(
    name="inject",
    condition="InjectComplete",
    meaning="The Job inject has written all its points to InfluxDB. An injection without end "
    "(spec.inject.points: 0) never is complete, and Ready does not wait for it.",
    outcome="Injection",
    part=PART,
    config=_config,
    names_run=True,
    reaches=(influxdb.TO_INFLUXDB,),
    gives_to=("influxdb",),
    secrets=_keys,
    keys_in_name=_database,
    after=("init",),
    endless=lambda ctx: not ctx.part(PART).points,
)
