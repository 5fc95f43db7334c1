"""config.json as types, one model a job. A wrong file is refused with the field's name."""

import json
import os
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from streaminglab_base.errors import ConfigError

CONFIG_PATH = "/etc/streaminglab/config.json"
SHORTEST_RETENTION = 3600
SECRETS_PATH = "/etc/streaminglab/secrets"

TopicName = Annotated[str, Field(min_length=1, max_length=249, pattern=r"^[a-zA-Z0-9._-]+$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Url = Annotated[str, Field(pattern=r"^http://[^/\s]+(/\S*)?$")]
Every = Annotated[str, Field(pattern=r"^[1-9][0-9]*(s|m|h|d)$")]


class Model(BaseModel):
    """Strict about names, so that a typing error is found; camelCase in the file."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class Influx(Model):
    """Where InfluxDB is. ``url`` like ``http://meteo-influxdb:8086``."""

    url: Url
    org: Name
    bucket: Name


class Kafka(Model):
    """Where Kafka is: ``host:port`` with commas between."""

    bootstrap_servers: Annotated[str, Field(min_length=1)]


class Job(Model):
    """What every job knows."""

    influxdb: Influx


class Common(Job):
    """What every job but ``inject`` knows besides."""

    kafka: Kafka


class Topic(Model):
    """A topic that must exist, and how. ``unset``: settings that go back to their defaults."""

    name: TopicName
    partitions: Annotated[int, Field(ge=1, le=10_000)]
    replication_factor: Annotated[int, Field(ge=1, le=32_767)]
    config: dict[str, str] = {}
    unset: list[str] = []


class Replication(Model):
    """The stream of every write to InfluxDB on to Telegraf."""

    name: Name
    url: Url


class Alert(Model):
    """A threshold on one field; at least one of ``above`` and ``below``."""

    name: Name
    field: Name
    above: float | None = None
    below: float | None = None
    every: Every = "10s"

    @model_validator(mode="after")
    def _has_a_threshold(self) -> "Alert":
        if self.above is None and self.below is None:
            raise ValueError("needs 'above', 'below' or both")
        return self


class AlertEndpoint(Model):
    """Where alerts are sent (HTTP POST with a JSON body)."""

    name: Name
    url: Url


def _retention(seconds: int) -> int:
    if seconds and seconds < SHORTEST_RETENTION:
        raise ValueError(f"InfluxDB keeps points for ever (0) or at least {SHORTEST_RETENTION} s")
    return seconds


class ScramUser(Model):
    """Who may use Kafka's listeners for clients outside; the password is in a file."""

    name: Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
    password_file: Annotated[str, Field(max_length=253, pattern=r"^[-_a-zA-Z0-9][-._a-zA-Z0-9]*$")]


class InitConfig(Model):
    """What ``init`` makes. ``bucketRetentionSeconds`` 0 keeps points for ever; ``moreBuckets`` keep
    them as long.

    A lab without InfluxDB leaves ``influxdb`` out; then there are topics and users only.
    """

    influxdb: Influx | None = None
    kafka: Kafka
    topics: list[Topic] = []
    scram_users: list[ScramUser] = []
    bucket_retention_seconds: Annotated[int, AfterValidator(_retention)] = 604_800
    more_buckets: list[Name] = []
    measurement: Name = "weather"
    replication: Replication | None = None
    alerts: list[Alert] = []
    alert_endpoint: AlertEndpoint | None = None
    timeout_seconds: Annotated[float, Field(gt=0)] = 300

    @model_validator(mode="after")
    def _has_influxdb_for_what_needs_it(self) -> "InitConfig":
        if self.influxdb is None and (self.replication or self.alerts):
            raise ValueError("'replication' and 'alerts' need 'influxdb'")
        return self

    @property
    def influx(self) -> Influx:
        """Where InfluxDB is, for the steps that are only taken where there is one."""
        if self.influxdb is None:
            raise ConfigError("config.json: influxdb: is missing")
        return self.influxdb


class InjectConfig(Job):
    """What ``inject`` writes. ``rate``: points per second, all stations; ``points`` 0: no end.

    A write waits for ``batchSize`` points, half a second at most; where more are due than that,
    because InfluxDB takes them slower than they come, it holds up to ``largestBatch``.

    ``kafka`` may be there as for the other jobs; nothing needs it.
    """

    kafka: Kafka | None = None
    run: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
    measurement: Name = "weather"
    stations: Annotated[int, Field(ge=1, le=100_000)] = 5
    rate: Annotated[float, Field(gt=0, le=10_000_000)] = 1000.0
    points: Annotated[int, Field(ge=0)] = 3000
    seed: int = 42
    batch_size: Annotated[int, Field(ge=1, le=50_000)] = 500
    largest_batch: Annotated[int, Field(ge=1, le=50_000)] = 5000


class ProducerConfig(Common):
    """What ``producer`` carries where."""

    measurement: Name = "weather"
    topic: TopicName = "weather"
    poll_interval_seconds: Annotated[float, Field(gt=0, le=60)] = 0.25


class VerifyTopics(Model):
    """The topics that must hold InfluxDB's points, and the alerts' topic."""

    producer: TopicName | None = "weather"
    telegraf: TopicName | None = "weather-telegraf"
    alerts: TopicName | None = None


class VerifyConfig(Common):
    """What ``verify`` compares. ``expectedPoints`` 0: an endless injection.

    ``stations`` and ``rate``: of an injection whose marker does not say them.
    ``telegrafHealthUrl`` answers 200 when Telegraf holds no point for Kafka, 503 when it does.
    """

    measurement: Name = "weather"
    topics: VerifyTopics = VerifyTopics()
    expected_points: Annotated[int, Field(ge=0)] = 3000
    stations: Annotated[int, Field(ge=1, le=100_000)] = 5
    rate: Annotated[float, Field(gt=0, le=10_000_000)] = 1000.0
    timeout_seconds: Annotated[float, Field(gt=0)] = 120
    repair: bool = True
    telegraf_health_url: Url | None = None


class PartitionsConfig(Model):
    """What ``partitions`` looks at.

    ``topics``: those to tell first; ``stopped``: the ids of brokers that are away on purpose, of
    ``brokers`` that are numbered from 0.
    """

    kafka: Kafka
    topics: list[TopicName] = []
    brokers: Annotated[int, Field(ge=1, le=100)]
    stopped: list[Annotated[int, Field(ge=0)]] = []
    timeout_seconds: Annotated[float, Field(gt=0)] = 300


TokenName = Literal[
    "influxdb-init-token",
    "influxdb-inject-token",
    "influxdb-producer-token",
    "influxdb-verify-token",
    "telegraf-token",
]
M = TypeVar("M", bound=Model)


def load(model: type[M]) -> M:
    """Read and check config.json. Raises ConfigError naming the file or the fields."""
    path = Path(os.environ.get("STREAMINGLAB_CONFIG", CONFIG_PATH))
    try:
        return model.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        if isinstance(error, ValidationError):
            raise ConfigError(explain(error)) from error
        raise ConfigError(f"{path} is not JSON: {error}") from error


def explain(error: ValidationError) -> str:
    """Say each wrong field in one line: ``topics[0].partitions: ...``. Values are not repeated."""
    return "config.json: " + "; ".join(
        f"{_path(item['loc'])}: {item['msg'].removeprefix('Value error, ')}"
        for item in error.errors(include_input=False, include_url=False)
    )


def _path(location: tuple[int | str, ...]) -> str:
    parts = [f"[{p}]" if isinstance(p, int) else f".{p}" for p in location]
    return "".join(parts).removeprefix(".") or "(whole file)"


def secret(name: TokenName) -> str:
    """Read the file of one token. Raises ConfigError as ``secret_file``."""
    return secret_file(name)


def secret_file(name: str) -> str:
    """Read one secret file. Raises ConfigError naming the file, never its content."""
    path = Path(os.environ.get("STREAMINGLAB_SECRETS", SECRETS_PATH)) / name
    try:
        value = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"cannot read the secret file {path}: {error.strerror}") from error
    if not value:
        raise ConfigError(f"the secret file {path} is empty")
    return value
