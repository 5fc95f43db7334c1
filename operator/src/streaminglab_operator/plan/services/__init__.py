"""The optional services of a lab: one file each, and the table of all of them."""

from collections.abc import Iterator

from streaminglab_operator.api import EffectiveSpec
from streaminglab_operator.plan.services.base import NO_IMAGE, Page, Service
from streaminglab_operator.plan.services.connect import CONNECT
from streaminglab_operator.plan.services.dbt import DBT
from streaminglab_operator.plan.services.grafana import GRAFANA
from streaminglab_operator.plan.services.kafka_ui import KAFKA_UI
from streaminglab_operator.plan.services.ksqldb import KSQLDB
from streaminglab_operator.plan.services.mongodb import MONGODB
from streaminglab_operator.plan.services.postgresql import POSTGRESQL
from streaminglab_operator.plan.services.schema_registry import SCHEMA_REGISTRY
from streaminglab_operator.plan.services.sftp import SFTP
from streaminglab_operator.plan.services.workbench import JUPYTER, TOOLBOX

SERVICES: tuple[Service, ...] = (
    SCHEMA_REGISTRY,
    POSTGRESQL,
    MONGODB,
    SFTP,
    CONNECT,
    KSQLDB,
    KAFKA_UI,
    JUPYTER,
    GRAFANA,
    TOOLBOX,
    DBT,
)


def wanted(spec: EffectiveSpec) -> Iterator[Service]:
    """The services that a spec asks for, in the order of the status."""
    return (service for service in SERVICES if service.wanted(spec))


__all__ = ["NO_IMAGE", "SERVICES", "Page", "Service", "wanted"]
