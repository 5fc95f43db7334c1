"""The conditions of a lab: which there are, what each means, and the reasons it can have.

One table. The operator's summary uses its names, docs/reference/conditions.md is drawn from it,
and a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.services import BY_COMPONENT, CORE, OPTIONAL, PROGRAMS
from streaminglab_operator.services.base import Entry, Service
from streaminglab_operator.services.influxdb import INFLUXDB
from streaminglab_operator.services.kafka import KAFKA

ConditionStatus = Literal["True", "False", "Unknown"]


def _member(component: str, type_: str) -> str:
    """`kafka-ui` is KAFKA_UI_READY; of a program, whose condition has a word of its own: that."""
    if type_.endswith("Ready") and component in BY_COMPONENT:
        return f"{component.replace('-', '_').upper()}_READY"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type_).upper()


def _of(*entries: Entry) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if entry.condition_type:
            yield _member(entry.component, entry.condition_type), entry.condition_type


class ConditionType(StrEnum):
    """The `type` of a condition, in the order in which they are written.

    One for each service, as KAFKA_READY, comes from its declaration:
    `condition_of` gives it.
    """

    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    SUSPENDED = "Suspended"
    UPGRADED = "Upgraded"
    # `vars()` of an enum's body is how Python's own guide makes members that are computed.
    _ignore_ = "_members"
    _members = vars()
    _members.update(_of(*CORE, *PROGRAMS))
    DATA_FLOWING = "DataFlowing"
    _members.update(_of(*OPTIONAL))
    CONNECTORS_READY = "ConnectorsReady"
    ACCESS_READY = "AccessReady"
    SHORT_NAMES_READY = "ShortNamesReady"
    VOLUMES_READY = "VolumesReady"
    INSTALLATION_FITS = "InstallationFits"
    NETWORK_CLOSED = "NetworkClosed"
    CHAOS_ENDED = "ChaosEnded"


def condition_of(entry: Entry) -> ConditionType:
    """The condition of a service, or of a program that has one. Raises KeyError."""
    return ConditionType[_member(entry.component, entry.condition_type)]


@dataclass(frozen=True, slots=True)
class ConditionDoc:
    """What a condition means, and its reasons with the status each one comes with."""

    meaning: str
    reasons: Mapping[ConditionStatus, tuple[Reason, ...]]


# What can be wrong with the pods of any component, or with making them.
POD_TROUBLE: tuple[Reason, ...] = (
    Reason.NOT_READY,
    Reason.POD_MISSING,
    Reason.NODE_LOST,
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
    Reason.OTHER_CONTAINER_RUNS,
)
REFUSALS: tuple[Reason, ...] = (
    Reason.QUOTA_EXCEEDED,
    Reason.POD_SECURITY,
    Reason.LIMIT_RANGE,
    Reason.REFUSED,
    Reason.NODE_PORT_REFUSED,
    Reason.NAMESPACE_TERMINATING,
    Reason.NAME_TAKEN,
    Reason.FORMER_LAB,
    Reason.API_SERVER_ERROR,
)
REST: tuple[Reason, ...] = (Reason.SUSPENDED, Reason.SUSPENDING)
WAITS: tuple[Reason, ...] = (
    Reason.WAITING_FOR_INFLUXDB,
    Reason.WAITING_FOR_TOPICS,
    Reason.WAITING_FOR_INJECTION,
    Reason.WAITING_FOR_COMPONENTS,
)
_COMING: tuple[Reason, ...] = (Reason.CREATING, Reason.STARTING, Reason.ROLLING_OUT)
WELL: tuple[Reason, ...] = (Reason.READY, Reason.COMPLETE)
"""Of a part that is as it shall be. Who shows labs to people is told of these three groups by a
generated file."""
UNDER_WAY: tuple[Reason, ...] = (
    *_COMING,
    *WAITS,
    *REST,
    Reason.BROKER_STOPPED,
    Reason.POD_MISSING,
    Reason.RUNNING,
    Reason.VERIFYING,
    Reason.VERIFY_AGAIN,
    Reason.WAITING_FOR_CONNECT,
    Reason.WAITING_FOR_TURN,
)
"""Of a part that is on its way, or rests because it shall; any other one is trouble."""
SUMMARIES: tuple[ConditionType, ...] = (
    ConditionType.READY,
    ConditionType.RECONCILING,
    ConditionType.STALLED,
    ConditionType.SUSPENDED,
)
"""Conditions that say again what others say, or that are good when they are False."""
_PARTS: tuple[Reason, ...] = (*_COMING, *WAITS, *REST, *POD_TROUBLE, *REFUSALS)
_JOBS: tuple[Reason, ...] = (Reason.RUNNING, Reason.RETRYING, Reason.FAILED)
_ACCESS: tuple[Reason, ...] = (
    Reason.HOST_TAKEN,
    Reason.HOST_NOT_ALLOWED,
    Reason.ANNOTATION_NOT_ALLOWED,
)
_VOLUMES: tuple[Reason, ...] = (
    Reason.VOLUME_GROWING,
    Reason.VOLUME_CANNOT_GROW,
    Reason.VOLUME_CANNOT_SHRINK,
    Reason.VOLUME_WITHOUT_CLASS,
    Reason.VOLUME_CANNOT_MOVE,
)
_LAB: tuple[Reason, ...] = (
    Reason.INVALID_SPEC,
    Reason.RENDER_FAILED,
    Reason.PAUSED,
    Reason.TOO_MANY_LABS,
    Reason.OTHER_OPERATOR,
)
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


_OWN: Mapping[str, tuple[Reason, ...]] = {
    KAFKA.component: (Reason.BROKER_STOPPED,),
    INFLUXDB.component: (Reason.SETUP_FAILED,),
}


def _components(*services: Service[Any]) -> dict[ConditionType, ConditionDoc]:
    return {condition_of(service): _component(service) for service in services}


def _component(service: Service[Any]) -> ConditionDoc:
    own = _OWN.get(service.component, ())
    absent = (Reason.IMAGE_NOT_AVAILABLE, *((Reason.NOT_OFFERED,) if service.optional else ()))
    return ConditionDoc(
        service.meaning, {"True": (Reason.READY,), "False": (*absent, *own, *_PARTS)}
    )


def _job(what: str) -> ConditionDoc:
    why = (Reason.IMAGE_NOT_AVAILABLE, *_JOBS, *_PARTS)
    return ConditionDoc(what, {"True": (Reason.COMPLETE,), "False": why})


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
                    Reason.IMAGE_NOT_AVAILABLE,
                    Reason.EDITED_TOO_OFTEN,
                    Reason.PULL_SECRET_MISSING,
                    Reason.PASSWORDS_NOT_USABLE,
                    Reason.SETUP_FAILED,
                    *_ACCESS,
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
                    Reason.EDITED_TOO_OFTEN,
                    Reason.PULL_SECRET_MISSING,
                    Reason.PASSWORDS_NOT_USABLE,
                    Reason.SETUP_FAILED,
                    *_ACCESS,
                    Reason.BROKER_STOPPED,
                    Reason.GATEWAY_API_MISSING,
                    *_JOBS,
                    *_DATA,
                    *_DATA_OPEN,
                    *CONNECTOR_TROUBLE,
                    *_CONNECT_UNSEEN,
                    *_PARTS,
                ),
                "False": (Reason.READY, Reason.STALLED, Reason.SUSPENDED),
            },
        ),
        ConditionType.STALLED: ConditionDoc(
            "Something is in the way that waiting does not cure.",
            {
                "True": (*_LAB, Reason.IMAGE_NOT_AVAILABLE, Reason.FAILED, *_DATA),
                "False": (Reason.PROGRESSING,),
            },
        ),
        ConditionType.SUSPENDED: ConditionDoc(
            "The lab has no pods, because spec.suspend is true; its data is kept. There only when "
            "the lab is, or was, suspended.",
            {"True": (Reason.SUSPENDED,), "False": (Reason.SUSPENDING, Reason.RESUMED)},
        ),
        ConditionType.UPGRADED: ConditionDoc(
            "Whether the operator, which was upgraded, has brought the lab up to date. There only "
            "while the lab waits for its turn.",
            {"False": (Reason.WAITING_FOR_TURN,)},
        ),
        **_components(*CORE),
        **{condition_of(p): _job(p.meaning) for p in PROGRAMS if p.condition},
        ConditionType.DATA_FLOWING: ConditionDoc(
            "The points in InfluxDB were compared with the records in both Kafka topics, with the "
            "pods that run now.",
            {
                "True": (Reason.VERIFIED,),
                "False": _DATA,
                "Unknown": (*_DATA_OPEN, Reason.IMAGE_NOT_AVAILABLE, Reason.RETRYING, *_PARTS),
            },
        ),
        **_components(*OPTIONAL),
        ConditionType.CONNECTORS_READY: ConditionDoc(
            "Every connector of spec.connect.connectors and all its tasks run, or are paused or "
            "stopped as declared. There only when the spec declares connectors.",
            {
                "True": (Reason.RUNNING,),
                "False": CONNECTOR_TROUBLE,
                "Unknown": (*_CONNECT_UNSEEN, *REST),
            },
        ),
        ConditionType.ACCESS_READY: ConditionDoc(
            "Every page that spec.access.ingress asks for has its host name, and somebody serves "
            "it; each load balancer of spec.access.kafka has an address.",
            {
                "True": (Reason.READY,),
                "False": (
                    *_ACCESS,
                    Reason.NO_ADDRESS,
                    Reason.GATEWAY_API_MISSING,
                    *REFUSALS,
                ),
            },
        ),
        ConditionType.SHORT_NAMES_READY: ConditionDoc(
            "The short names of the courses (`kafka`, `influxdb`, ...) lead to this lab. There "
            "only while one of them does not, though spec.access.shortNames asks for it; the lab "
            "is Ready without, by its long names.",
            {"False": REFUSALS},
        ),
        ConditionType.VOLUMES_READY: ConditionDoc(
            "Every volume has the size that the `storage` of its service asks for, and is of its "
            "`storageClassName`. There only while one of them is not; the lab is Ready without, on "
            "the volume that it has.",
            {"False": (*_VOLUMES, *REFUSALS)},
        ),
        ConditionType.INSTALLATION_FITS: ConditionDoc(
            "The operator and the chart that installed it are of one version. There only while "
            "they are not; the lab is Ready without, as far as the two fit.",
            {"False": (Reason.OTHER_CHART_VERSION,)},
        ),
        ConditionType.NETWORK_CLOSED: ConditionDoc(
            "The lab's NetworkPolicies are enforced. There only while the operator, which they "
            "keep out, is let in by Kafka; the lab is Ready without. That it is not there proves "
            "nothing: a lab in the operator's own namespace cannot be tried.",
            {"False": (Reason.NOT_ENFORCED,)},
        ),
        ConditionType.CHAOS_ENDED: ConditionDoc(
            "The chaos that spec.chaos declares is over, and every broker that it stopped may run. "
            "There only in a lab that declares one, or did. Ready does not wait for its end, but "
            "for the brokers that it has stopped.",
            {
                "True": (Reason.CHAOS_OVER,),
                "False": (Reason.CHAOS_WAITING, Reason.CHAOS_RUNNING),
            },
        ),
    }
)
