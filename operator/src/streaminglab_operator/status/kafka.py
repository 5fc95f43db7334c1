"""`status.kafka`: the brokers as they run, the partitions as the Job of that name saw them."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from streaminglab_operator import names
from streaminglab_operator.api.status_kafka import (
    BrokerState,
    BrokerStatus,
    KafkaStatus,
    PartitionStatus,
)
from streaminglab_operator.observed import JobState, LabView
from streaminglab_operator.plan import Desired, Lab, brokers
from streaminglab_operator.plan.brokers import Broker
from streaminglab_operator.services.partitions import PARTITIONS
from streaminglab_operator.status.components import report_of, said_by

LOOK = PARTITIONS.name


def kafka(
    lab: Lab, view: LabView, desired: Desired, last: KafkaStatus | None
) -> KafkaStatus | None:
    """Of a lab with several brokers; None of one with a single broker."""
    found = brokers.seen(lab, view)
    if len(found) == 1:
        return None
    report = _report(lab, view, desired)
    known = report or last or KafkaStatus()
    leaders = _leaders(lab, view, desired) if report else {}
    return known.model_copy(
        update={
            "brokers": [_broker(lab, b, leaders) for b in found],
            "message": ": ".join(filter(None, (desired.roll.waits, _trouble(lab, view, desired)))),
            "current": report is not None,
        }
    )


def _broker(lab: Lab, broker: Broker, leaders: Mapping[int, int]) -> BrokerStatus:
    return BrokerStatus(
        id=broker.id,
        pod=names.broker_pod(lab.key.name, broker.id),
        state=_state(broker),
        leaders=leaders.get(broker.id),
    )


def _state(broker: Broker) -> BrokerState:
    if broker.stopped:
        return BrokerState.STOPPED if broker.gone else BrokerState.STOPPING
    if broker.leaving:
        return BrokerState.RESTARTING
    return BrokerState.RUNNING if broker.ready else BrokerState.STARTING


def _job(lab: Lab, desired: Desired) -> str:
    """The Job that looks at the brokers as they run now; empty while there is none."""
    release = desired.release(LOOK)
    return release.name(lab.key.name) if release else ""


def _raw(lab: Lab, view: LabView, desired: Desired) -> Mapping[str, Any]:
    return report_of(view, LOOK, _job(lab, desired)) or {}


def _report(lab: Lab, view: LabView, desired: Desired) -> KafkaStatus | None:
    """What the Job saw; None before it has, or when it cannot be read."""
    raw = _raw(lab, view, desired)
    try:
        return KafkaStatus(
            under_replicated=raw["underReplicated"],
            offline=raw["offline"],
            partitions=list(_partitions(raw["partitions"])),
        )
    except (KeyError, TypeError, ValueError, ValidationError):
        return None


def _partitions(raw: Any) -> Iterator[PartitionStatus]:
    for topic, partition, leader, replicas, isr in raw:
        yield PartitionStatus(
            topic=topic, partition=partition, leader=leader, replicas=replicas, isr=isr
        )


def _leaders(lab: Lab, view: LabView, desired: Desired) -> Mapping[int, int]:
    raw = _raw(lab, view, desired).get("leaders")
    if not isinstance(raw, Mapping):
        return {}
    return {int(k): v for k, v in raw.items() if str(k).isdigit() and isinstance(v, int)}


def _trouble(lab: Lab, view: LabView, desired: Desired) -> str:
    """What the look itself says while it does not find all in sync."""
    name = _job(lab, desired)
    item = view.get("Job", name)
    if item is None or not isinstance(item.state, JobState) or item.state.complete:
        return ""
    said = said_by(view, LOOK, name)
    if item.state.failed:
        return f"{said or item.state.message} (to look again: kubectl delete job {name})"
    return said
