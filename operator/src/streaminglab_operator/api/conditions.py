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
    TOPICS_READY = "TopicsReady"
    PRODUCER_READY = "ProducerReady"
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
    Reason.PODS_MISSING,
    Reason.QUOTA_EXCEEDED,
    Reason.FORBIDDEN,
    Reason.UNSCHEDULABLE,
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
OWN_TROUBLE: tuple[Reason, ...] = (
    Reason.SPEC_INVALID,
    Reason.RENDER_FAILED,
    Reason.APPLY_FAILED,
    Reason.CREDENTIALS_LOST,
    Reason.SETUP_FAILED,
)
DATA_TROUBLE: tuple[Reason, ...] = (
    Reason.POINTS_MISSING,
    Reason.POINTS_TWICE,
    Reason.CHECK_FAILED,
)
_NOT_YET: tuple[Reason, ...] = (Reason.WAITING, Reason.STARTING, Reason.ROLLING_OUT)


def _component(what: str) -> ConditionDoc:
    return ConditionDoc(
        meaning=what,
        reasons={
            "True": (Reason.PODS_READY,),
            "False": (*_NOT_YET, *OWN_TROUBLE, *POD_TROUBLE),
        },
    )


CONDITIONS: Mapping[ConditionType, ConditionDoc] = MappingProxyType(
    {
        ConditionType.READY: ConditionDoc(
            "The whole lab works, and the data was seen to flow. A summary of the other "
            "conditions: when it is False, its reason and message are those of the first part "
            "that is in the way.",
            {
                "True": (Reason.ALL_READY,),
                "False": (
                    Reason.PROGRESSING,
                    *_NOT_YET,
                    Reason.RUNNING,
                    Reason.CHECKING,
                    *OWN_TROUBLE,
                    *POD_TROUBLE,
                    Reason.JOB_FAILED,
                    *DATA_TROUBLE,
                ),
                "Unknown": (Reason.NOT_CHECKED,),
            },
        ),
        ConditionType.RECONCILING: ConditionDoc(
            "The operator is at work on the lab. Tools that follow kstatus read it.",
            {"True": (Reason.PROGRESSING,), "False": (Reason.SETTLED,)},
        ),
        ConditionType.STALLED: ConditionDoc(
            "Something is in the way that waiting does not cure. Tools that follow kstatus "
            "read it.",
            {
                "True": (*OWN_TROUBLE, *POD_TROUBLE, Reason.JOB_FAILED, *DATA_TROUBLE),
                "False": (Reason.NOT_STALLED,),
            },
        ),
        ConditionType.KAFKA_READY: _component("All brokers are in the quorum and answer."),
        ConditionType.INFLUXDB_READY: _component(
            "InfluxDB answers, and has its organisation, bucket and tokens."
        ),
        ConditionType.TELEGRAF_READY: _component("Telegraf receives points and alerts."),
        ConditionType.TOPICS_READY: ConditionDoc(
            "The init Job has made the topics, the bucket and the alerts.",
            {
                "True": (Reason.COMPLETE,),
                "False": (
                    *_NOT_YET,
                    Reason.RUNNING,
                    Reason.JOB_FAILED,
                    *OWN_TROUBLE,
                    *POD_TROUBLE,
                ),
            },
        ),
        ConditionType.PRODUCER_READY: _component("The producer reads InfluxDB and writes Kafka."),
        ConditionType.INJECT_COMPLETE: ConditionDoc(
            "The inject Job has written all its points to InfluxDB.",
            {
                "True": (Reason.COMPLETE, Reason.ENDLESS),
                "False": (
                    *_NOT_YET,
                    Reason.RUNNING,
                    Reason.JOB_FAILED,
                    *OWN_TROUBLE,
                    *POD_TROUBLE,
                ),
            },
        ),
        ConditionType.DATA_FLOWING: ConditionDoc(
            "The points in InfluxDB were compared with the records in both Kafka topics.",
            {
                "True": (Reason.POINTS_EQUAL, Reason.POINTS_ARRIVING),
                "False": (
                    *_NOT_YET,
                    Reason.CHECKING,
                    *DATA_TROUBLE,
                    *OWN_TROUBLE,
                    *POD_TROUBLE,
                ),
                "Unknown": (Reason.NOT_CHECKED,),
            },
        ),
    }
)
