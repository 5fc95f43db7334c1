"""The conditions of a lab: which there are, what each means, and the reasons it can have.

One table. The operator's summary uses its names, docs/reference/conditions.md is drawn from it,
and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from streaminglab_operator.api.reasons import Reason

ConditionStatus = Literal["True", "False", "Unknown"]


class ConditionType(StrEnum):
    """The `type` of a condition, in the order in which they are written."""

    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    KAFKA_READY = "KafkaReady"
    INFLUXDB_READY = "InfluxDBReady"
    TELEGRAF_READY = "TelegrafReady"
    PRODUCER_READY = "ProducerReady"
    TOPICS_READY = "TopicsReady"
    INJECT_COMPLETE = "InjectComplete"
    DATA_FLOWING = "DataFlowing"
    CONNECT_READY = "ConnectReady"
    CONNECTORS_READY = "ConnectorsReady"
    KAFKA_UI_READY = "KafkaUIReady"
    SCHEMA_REGISTRY_READY = "SchemaRegistryReady"
    KSQLDB_READY = "KsqldbReady"
    POSTGRESQL_READY = "PostgresqlReady"
    MONGODB_READY = "MongodbReady"
    SFTP_READY = "SftpReady"
    JUPYTER_READY = "JupyterReady"
    GRAFANA_READY = "GrafanaReady"
    TOOLBOX_READY = "ToolboxReady"
    DBT_READY = "DbtReady"
    ACCESS_READY = "AccessReady"


@dataclass(frozen=True, slots=True)
class ConditionDoc:
    """What a condition means, and its reasons with the status each one comes with."""

    meaning: str
    reasons: Mapping[ConditionStatus, tuple[Reason, ...]]


# What can be wrong with the pods of any component, or with making them.
POD_TROUBLE: tuple[Reason, ...] = (
    Reason.NOT_READY,
    Reason.POD_MISSING,
    Reason.UNSCHEDULABLE,
    Reason.SCHEDULING_GATED,
    Reason.IMAGE_PULL_BACK_OFF,
    Reason.ERR_IMAGE_PULL,
    Reason.ERR_IMAGE_NEVER_PULL,
    Reason.INVALID_IMAGE_NAME,
    Reason.CRASH_LOOP_BACK_OFF,
    Reason.OOM_KILLED,
    Reason.ERROR,
    Reason.EVICTED,
    Reason.CREATE_CONTAINER_CONFIG_ERROR,
    Reason.CREATE_CONTAINER_ERROR,
    Reason.RUN_CONTAINER_ERROR,
    Reason.POD_FAILED,
)
REFUSALS: tuple[Reason, ...] = (
    Reason.QUOTA_EXCEEDED,
    Reason.POD_SECURITY,
    Reason.LIMIT_RANGE,
    Reason.REFUSED,
    Reason.FAILED_CREATE,
    Reason.NAMESPACE_TERMINATING,
)
WAITS: tuple[Reason, ...] = (
    Reason.WAITING_FOR_INFLUXDB,
    Reason.WAITING_FOR_TOPICS,
    Reason.WAITING_FOR_INJECTION,
    Reason.WAITING_FOR_COMPONENTS,
)
_COMING: tuple[Reason, ...] = (Reason.CREATING, Reason.STARTING, Reason.ROLLING_OUT)
_PARTS: tuple[Reason, ...] = (*_COMING, *WAITS, *POD_TROUBLE, *REFUSALS)
_JOBS: tuple[Reason, ...] = (Reason.RUNNING, Reason.RETRYING, Reason.FAILED)
_LAB: tuple[Reason, ...] = (Reason.INVALID_SPEC, Reason.RENDER_FAILED)
_DATA: tuple[Reason, ...] = (Reason.POINTS_MISSING, Reason.VERIFY_FAILED)
_DATA_OPEN: tuple[Reason, ...] = (Reason.VERIFYING, Reason.VERIFY_AGAIN)
# In the order in which they are told: what the student can mend comes first.
CONNECTOR_TROUBLE: tuple[Reason, ...] = (
    Reason.CONFIG_INVALID,
    Reason.SECRET_MISSING,
    Reason.PLUGIN_MISSING,
    Reason.CONNECTOR_FAILED,
    Reason.TASK_FAILED,
    Reason.NOT_RUNNING,
)
_CONNECT_UNSEEN: tuple[Reason, ...] = (Reason.CONNECT_UNREACHABLE, Reason.WAITING_FOR_CONNECT)


def _component(what: str, *also: Reason) -> ConditionDoc:
    return ConditionDoc(what, {"True": (Reason.READY,), "False": (*also, *_PARTS)})


def _service(what: str) -> ConditionDoc:
    """An optional service: there only when the spec asks for it."""
    return _component(what, Reason.IMAGE_NOT_AVAILABLE)


def _job(what: str) -> ConditionDoc:
    return ConditionDoc(what, {"True": (Reason.COMPLETE,), "False": (*_JOBS, *_PARTS)})


CONDITIONS: Mapping[ConditionType, ConditionDoc] = MappingProxyType(
    {
        ConditionType.READY: ConditionDoc(
            "The whole lab works, and the data was seen to flow. A summary of the other "
            "conditions: when it is False, its reason and message are those of the first part "
            "that is in the way.",
            {
                "True": (Reason.READY,),
                "False": (
                    *_LAB,
                    Reason.SETUP_FAILED,
                    Reason.HOST_TAKEN,
                    Reason.BROKER_STOPPED,
                    Reason.GATEWAY_API_MISSING,
                    *_JOBS,
                    *_DATA,
                    *_DATA_OPEN,
                    *CONNECTOR_TROUBLE,
                    *_CONNECT_UNSEEN,
                    *_PARTS,
                ),
            },
        ),
        ConditionType.RECONCILING: ConditionDoc(
            "The operator is at work on the lab: same reason and message as Ready.",
            {
                "True": (
                    Reason.SETUP_FAILED,
                    Reason.HOST_TAKEN,
                    Reason.BROKER_STOPPED,
                    Reason.GATEWAY_API_MISSING,
                    *_JOBS,
                    *_DATA,
                    *_DATA_OPEN,
                    *CONNECTOR_TROUBLE,
                    *_CONNECT_UNSEEN,
                    *_PARTS,
                ),
                "False": (Reason.READY, Reason.STALLED),
            },
        ),
        ConditionType.STALLED: ConditionDoc(
            "Something is in the way that waiting does not cure.",
            {
                "True": (*_LAB, Reason.FAILED, *_DATA),
                "False": (Reason.PROGRESSING,),
            },
        ),
        ConditionType.KAFKA_READY: _component(
            "All brokers are in the quorum and answer.", Reason.BROKER_STOPPED
        ),
        ConditionType.INFLUXDB_READY: _component(
            "InfluxDB answers, and has its organisation, bucket and tokens.", Reason.SETUP_FAILED
        ),
        ConditionType.TELEGRAF_READY: _component("Telegraf receives points and alerts."),
        ConditionType.PRODUCER_READY: _component("The producer reads InfluxDB and writes Kafka."),
        ConditionType.TOPICS_READY: _job(
            "The Job init has made the topics, the bucket and the alerts."
        ),
        ConditionType.INJECT_COMPLETE: _job(
            "The Job inject has written all its points to InfluxDB. An injection without end "
            "(spec.inject.points: 0) never is complete, and Ready does not wait for it."
        ),
        ConditionType.DATA_FLOWING: ConditionDoc(
            "The points in InfluxDB were compared with the records in both Kafka topics, with the "
            "pods that run now.",
            {
                "True": (Reason.VERIFIED,),
                "False": _DATA,
                "Unknown": (*_DATA_OPEN, Reason.RETRYING, *_PARTS),
            },
        ),
        ConditionType.CONNECT_READY: _service("The workers of Kafka Connect answer."),
        ConditionType.CONNECTORS_READY: ConditionDoc(
            "Every connector of spec.connect.connectors and all its tasks run, or are paused or "
            "stopped as declared. There only when the spec declares connectors.",
            {
                "True": (Reason.RUNNING,),
                "False": CONNECTOR_TROUBLE,
                "Unknown": _CONNECT_UNSEEN,
            },
        ),
        ConditionType.KAFKA_UI_READY: _service("The web page kafka-ui answers."),
        ConditionType.SCHEMA_REGISTRY_READY: _service("The schema registry answers."),
        ConditionType.KSQLDB_READY: _service("The ksqlDB server answers."),
        ConditionType.POSTGRESQL_READY: _service("PostgreSQL answers."),
        ConditionType.MONGODB_READY: _service("MongoDB answers."),
        ConditionType.SFTP_READY: _service("The SFTP server answers."),
        ConditionType.JUPYTER_READY: _service("JupyterLab answers."),
        ConditionType.GRAFANA_READY: _service("Grafana answers."),
        ConditionType.TOOLBOX_READY: _service("The toolbox can be entered by kubectl exec."),
        ConditionType.DBT_READY: _service("The program that runs dbt waits for messages."),
        ConditionType.ACCESS_READY: ConditionDoc(
            "Every page that spec.access.ingress asks for has its host name.",
            {
                "True": (Reason.READY,),
                "False": (Reason.HOST_TAKEN, Reason.GATEWAY_API_MISSING, *REFUSALS),
            },
        ),
    }
)
