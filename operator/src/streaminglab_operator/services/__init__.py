"""Everything that can run in a lab: one declaration each, and the two tables of them.

A new service is a module here with its record in `SERVICES`, a new program that runs once one in
`PROGRAMS`; what the API, the plan, the status, the documents and the tests know of them is derived.
"""

from typing import Any

from streaminglab_operator.services.base import Entry, Program, Service
from streaminglab_operator.services.connect import CONNECT
from streaminglab_operator.services.dbt import DBT
from streaminglab_operator.services.grafana import GRAFANA
from streaminglab_operator.services.influxdb import INFLUXDB
from streaminglab_operator.services.init import INIT
from streaminglab_operator.services.inject import INJECT
from streaminglab_operator.services.jupyter import JUPYTER
from streaminglab_operator.services.kafka import KAFKA
from streaminglab_operator.services.kafka_ui import KAFKA_UI
from streaminglab_operator.services.ksqldb import KSQLDB
from streaminglab_operator.services.metrics import METRICS
from streaminglab_operator.services.mongodb import MONGODB
from streaminglab_operator.services.page import PAGE
from streaminglab_operator.services.partitions import PARTITIONS
from streaminglab_operator.services.pieces import Page, Part
from streaminglab_operator.services.postgresql import POSTGRESQL
from streaminglab_operator.services.producer import PRODUCER
from streaminglab_operator.services.schema_registry import SCHEMA_REGISTRY
from streaminglab_operator.services.sftp import SFTP
from streaminglab_operator.services.telegraf import TELEGRAF
from streaminglab_operator.services.toolbox import TOOLBOX
from streaminglab_operator.services.verify import VERIFY

SERVICES: tuple[Service[Any], ...] = (
    KAFKA,
    INFLUXDB,
    TELEGRAF,
    PRODUCER,
    CONNECT,
    KAFKA_UI,
    SCHEMA_REGISTRY,
    KSQLDB,
    POSTGRESQL,
    MONGODB,
    SFTP,
    JUPYTER,
    GRAFANA,
    METRICS,
    TOOLBOX,
    DBT,
    PAGE,
)
"""In the order of the spec, of the conditions and of the status."""

PROGRAMS: tuple[Program, ...] = (INIT, PARTITIONS, INJECT, VERIFY)
"""In the order in which they run."""

TABLE: tuple[Entry, ...] = (*SERVICES, *PROGRAMS)
OPTIONAL: tuple[Service[Any], ...] = tuple(s for s in SERVICES if s.optional)
CORE: tuple[Service[Any], ...] = tuple(s for s in SERVICES if not s.optional)
"""Kafka and the weather."""
USUAL: tuple[Service[Any], ...] = tuple(s for s in SERVICES if not s.optional or s.part.by_default)
"""What a lab has whose spec says nothing: these and the page."""
BY_COMPONENT = {service.component: service for service in SERVICES}
BY_NAME: dict[str, Entry] = {entry.component: entry for entry in TABLE}
OFFERED = frozenset(key for service in SERVICES for key in service.offers)
"""Credentials of a lab that connectors may refer to. Of InfluxDB's tokens: none."""

__all__ = [
    "BY_COMPONENT",
    "BY_NAME",
    "CORE",
    "OFFERED",
    "OPTIONAL",
    "PROGRAMS",
    "SERVICES",
    "TABLE",
    "USUAL",
    "Page",
    "Part",
    "Program",
    "Service",
]
