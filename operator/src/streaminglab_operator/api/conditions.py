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


def _component(what: str, *also: Reason) -> ConditionDoc:
    return ConditionDoc(what, {"True": (Reason.READY,), "False": (*also, *_PARTS)})


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
                    *_JOBS,
                    *_DATA,
                    *_DATA_OPEN,
                    *_PARTS,
                ),
            },
        ),
        ConditionType.RECONCILING: ConditionDoc(
            "The operator is at work on the lab: same reason and message as Ready.",
            {
                "True": (Reason.SETUP_FAILED, *_JOBS, *_DATA, *_DATA_OPEN, *_PARTS),
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
        ConditionType.KAFKA_READY: _component("All brokers are in the quorum and answer."),
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
    }
)
