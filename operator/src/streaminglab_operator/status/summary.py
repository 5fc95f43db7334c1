"""Conditions and phase of a lab, from its components and its data. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import Problem
from streaminglab_operator.observed import Culprit, LabView
from streaminglab_operator.plan import Desired, Lab
from streaminglab_operator.status.components import ComponentStatus, job, workload
from streaminglab_operator.status.data import DataStatus, data_status, endpoints

_CONDITIONS = {
    "kafka": "KafkaReady",
    "influxdb": "InfluxDBReady",
    "telegraf": "TelegrafReady",
    "producer": "ProducerReady",
    "init": "TopicsReady",
    "inject": "InjectComplete",
}
_WORKLOADS = ("kafka", "influxdb", "telegraf", "producer")
_JOBS = ("init", "inject")


def summarise(lab: Lab, view: LabView, desired: Desired, last: Mapping[str, Any]) -> dict[str, Any]:
    """The whole status, without transition times: those need the last one and a clock."""
    parts = [_workload(lab, view, desired, c) for c in _WORKLOADS]
    parts += [job(lab, view, desired, c) for c in _JOBS]
    data = data_status(lab, view, desired, last)
    conditions = [_component_condition(lab, part) for part in parts]
    conditions.append(_condition("DataFlowing", data.flowing, data.reason, data.message, lab))
    ready, stalled = _ready(lab, parts, data), _stalled(lab, parts, data)
    reconciling = _reconciling(lab, ready, stalled)
    status: dict[str, Any] = {
        "observedGeneration": lab.generation,
        "phase": _phase(parts, ready, stalled, last),
        "conditions": [ready, reconciling, stalled, *conditions],
        "components": [_component(part) for part in parts],
        "endpoints": endpoints(lab, view),
        "credentialsSecret": names.credentials(lab.key.name),
        "brokers": lab.spec.brokers,
    }
    if data.counts is not None:
        status["data"] = data.counts
    return status


def invalid(
    raw: Mapping[str, Any], problems: Iterable[Problem], status: Mapping[str, Any]
) -> dict[str, Any]:
    """The status of a lab whose spec cannot work: named field by field, nothing is changed.

    ``status``: what is known of the lab as it runs; only its summary is replaced.
    """
    message = "; ".join(f"{p.field}: {p.message}" for p in problems)
    message = f"the spec was not applied, what runs is left as it is. {message}"
    return blocked(raw, Culprit("InvalidSpec", message), status, final=True)


def blocked(
    raw: Mapping[str, Any], why: Culprit, status: Mapping[str, Any], *, final: bool
) -> dict[str, Any]:
    """A status whose summary says why a pass could not be made.

    ``final``: no waiting will heal it (Stalled), it is not tried again soon (Reconciling).
    """
    generation = raw["metadata"].get("generation", 0)

    def made(kind: str, value: bool, reason: str, message: str) -> dict[str, Any]:
        return {
            "type": kind,
            "status": str(value),
            "reason": reason,
            "message": message,
            "observedGeneration": generation,
        }

    kept = [
        {k: v for k, v in c.items() if k != "lastTransitionTime"}
        for c in status.get("conditions", [])
        if c["type"] not in ("Ready", "Reconciling", "Stalled")
    ]
    summary = [
        made("Ready", False, why.reason, why.message),
        made("Reconciling", not final, "Stalled" if final else why.reason, why.message),
        made("Stalled", final, *((why.reason, why.message) if final else ("Progressing", ""))),
    ]
    return {
        **{k: v for k, v in status.items() if k != "appliedHash"},
        "observedGeneration": generation,
        "phase": "Failed" if final else "Degraded" if status.get("data") else "Starting",
        "conditions": [*summary, *kept],
    }


def _workload(lab: Lab, view: LabView, desired: Desired, component: str) -> ComponentStatus:
    held = desired.holds.get(component)
    part = workload(lab, view, component)
    if held is None:
        return part
    return ComponentStatus(
        part.name, part.kind, False, part.count, held.reason, f"{component} {held.message}"
    )


def _condition(kind: str, status: str, reason: str, message: str, lab: Lab) -> dict[str, Any]:
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "observedGeneration": lab.generation,
    }


def _component_condition(lab: Lab, part: ComponentStatus) -> dict[str, Any]:
    value = "True" if part.ready else "False"
    return _condition(_CONDITIONS[part.name], value, part.reason, part.message, lab)


def _relevant(lab: Lab, parts: Iterable[ComponentStatus]) -> list[ComponentStatus]:
    """An injection without end is never complete, and need not be."""
    return [p for p in parts if not (p.name == "inject" and lab.spec.endless and not p.final)]


def _ready(lab: Lab, parts: Iterable[ComponentStatus], data: DataStatus) -> dict[str, Any]:
    waiting = [p for p in _relevant(lab, parts) if not p.ready]
    # What is broken comes before what only waits for it.
    waiting.sort(key=lambda p: (not p.final, p.reason.startswith("WaitingFor")))
    if waiting:
        return _condition("Ready", "False", waiting[0].reason, waiting[0].message, lab)
    if data.flowing != "True":
        return _condition("Ready", "False", data.reason, data.message, lab)
    return _condition("Ready", "True", "Ready", f"data flows: {data.message}", lab)


def _stalled(lab: Lab, parts: Iterable[ComponentStatus], data: DataStatus) -> dict[str, Any]:
    final = [p for p in parts if p.final]
    if final:
        return _condition("Stalled", "True", final[0].reason, final[0].message, lab)
    if data.final:
        return _condition("Stalled", "True", data.reason, data.message, lab)
    return _condition("Stalled", "False", "Progressing", "", lab)


def _reconciling(lab: Lab, ready: Mapping[str, Any], stalled: Mapping[str, Any]) -> dict[str, Any]:
    if ready["status"] == "True":
        return _condition("Reconciling", "False", "Ready", "", lab)
    if stalled["status"] == "True":
        return _condition("Reconciling", "False", "Stalled", stalled["message"], lab)
    return _condition("Reconciling", "True", ready["reason"], ready["message"], lab)


def _phase(
    parts: Iterable[ComponentStatus],
    ready: Mapping[str, Any],
    stalled: Mapping[str, Any],
    last: Mapping[str, Any],
) -> str:
    if ready["status"] == "True":
        return "Ready"
    if stalled["status"] == "True":
        return "Failed"
    if last.get("data"):
        broken = [p for p in parts if p.name in _WORKLOADS and not p.ready]
        return "Degraded" if broken else "Verifying"
    by_name = {p.name: p for p in parts}
    if not all(by_name[c].ready for c in _WORKLOADS):
        return "Starting"
    if not by_name["init"].ready:
        return "Initialising"
    return "Verifying" if by_name["inject"].ready else "Injecting"


def _component(part: ComponentStatus) -> dict[str, Any]:
    return {
        "name": part.name,
        "kind": part.kind,
        "ready": part.count,
        "image": part.image,
        "reason": part.reason,
        "message": part.message,
    }
