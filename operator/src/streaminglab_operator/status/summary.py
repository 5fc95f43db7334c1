"""Conditions and phase of a lab, from its components and its data. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import ConditionType, Problem
from streaminglab_operator.api.status import ConnectorStatus
from streaminglab_operator.observed import Culprit, LabView
from streaminglab_operator.plan import Desired, Lab, access, services
from streaminglab_operator.plan.steps import KINDS, workloads
from streaminglab_operator.status.addresses import addresses
from streaminglab_operator.status.components import ComponentStatus, job, workload
from streaminglab_operator.status.connectors import connectors_ready
from streaminglab_operator.status.data import NO_DATA, DataStatus, data_status

_CONDITIONS = {
    "kafka": "KafkaReady",
    "influxdb": "InfluxDBReady",
    "telegraf": "TelegrafReady",
    "producer": "ProducerReady",
    "init": "TopicsReady",
    "inject": "InjectComplete",
    **{service.component: str(service.condition) for service in services.SERVICES},
}


def summarise(
    lab: Lab,
    view: LabView,
    desired: Desired,
    last: Mapping[str, Any],
    connectors: Sequence[ConnectorStatus] = (),
) -> dict[str, Any]:
    """The whole status, without transition times: those need the last one and a clock.

    ``connectors``: as Connect was last seen to have them.
    """
    parts = [_workload(lab, view, desired, c) for c in workloads(lab)]
    parts += [job(lab, view, desired, c) for c in _jobs(lab)]
    optional = [s.component for s in services.wanted(lab.spec)]
    parts += [_workload(lab, view, desired, c) for c in optional]
    conditions = [_component_condition(lab, part) for part in parts]
    data = NO_DATA
    if lab.spec.weather:
        data = data_status(lab, view, desired, last)
        conditions.append(_condition("DataFlowing", data.flowing, data.reason, data.message, lab))
    reachable = _access(lab, view, desired)
    others = [c for c in (_connectors(lab, connectors), reachable) if c is not None]
    conditions += others
    ready, stalled = _ready(lab, parts, data, others), _stalled(lab, parts, data)
    reconciling = _reconciling(lab, ready, stalled)
    status: dict[str, Any] = {
        "observedGeneration": lab.generation,
        "phase": _phase(parts, ready, stalled, last),
        "conditions": [ready, reconciling, stalled, *conditions],
        "components": [_component(part) for part in parts],
        "connectors": [c.to_dict() for c in connectors],
        **addresses(lab, view, parts),
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


def _jobs(lab: Lab) -> tuple[str, ...]:
    return ("init", "inject") if lab.spec.weather else ("init",)


def _workload(lab: Lab, view: LabView, desired: Desired, component: str) -> ComponentStatus:
    held = desired.holds.get(component)
    missing = desired.unavailable.get(component)
    if missing is not None:
        kind = KINDS[component]
        return ComponentStatus(
            component, kind, False, "0/0", missing.reason, missing.message, blocking=False
        )
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


def _connectors(lab: Lab, connectors: Sequence[ConnectorStatus]) -> dict[str, Any] | None:
    """Whether the declared connectors run; None in a lab that declares none."""
    connect = lab.spec.wish.connect
    if connect is None or not connect.connectors:
        return None
    status, reason, message = connectors_ready(connect.connectors, connectors)
    return _condition(ConditionType.CONNECTORS_READY, status, reason, message, lab)


def _access(lab: Lab, view: LabView, desired: Desired) -> dict[str, Any] | None:
    """Whether the pages have their host names; None when none is asked for."""
    if lab.spec.wish.access.ingress is None:
        return None
    problem = view.problems.get(access.COMPONENT)
    if view.taken_hosts:
        host, owner = sorted(view.taken_hosts.items())[0]
        problem = Culprit(
            "HostTaken",
            f"the host name {host} belongs to the lab {owner} already; choose another one under "
            "spec.access.ingress.hosts",
        )
    if problem is not None:
        return _condition("AccessReady", "False", problem.reason, problem.message, lab)
    pages = [
        page.real_host
        for page in access.exposed(lab.key, lab.spec)
        if page.component not in desired.unavailable
    ]
    message = f"pages: {', '.join(pages)}" if pages else "no service of this lab has a page"
    return _condition("AccessReady", "True", "Ready", message, lab)


def _relevant(lab: Lab, parts: Iterable[ComponentStatus]) -> list[ComponentStatus]:
    """An injection without end is never complete, and need not be."""
    return [
        p
        for p in parts
        if p.blocking and not (p.name == "inject" and lab.spec.endless and not p.final)
    ]


def _ready(
    lab: Lab,
    parts: Iterable[ComponentStatus],
    data: DataStatus,
    others: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    waiting = [p for p in _relevant(lab, parts) if not p.ready]
    # What is broken comes before what only waits for it.
    waiting.sort(key=lambda p: (not p.final, p.reason.startswith("WaitingFor")))
    if waiting:
        return _condition("Ready", "False", waiting[0].reason, waiting[0].message, lab)
    if data.flowing != "True":
        return _condition("Ready", "False", data.reason, data.message, lab)
    for other in others:
        if other["status"] != "True":
            return _condition("Ready", "False", other["reason"], other["message"], lab)
    flows = f"data flows: {data.message}" if lab.spec.weather else "all parts of the lab are ready"
    return _condition("Ready", "True", "Ready", flows, lab)


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
    pods = [p for p in parts if p.kind != "Job" and p.blocking]
    if last.get("data") or last.get("phase") in ("Ready", "Degraded"):
        return "Verifying" if all(p.ready for p in pods) else "Degraded"
    if not all(p.ready for p in pods):
        return "Starting"
    by_name = {p.name: p for p in parts}
    if not by_name["init"].ready:
        return "Initialising"
    inject = by_name.get("inject")
    return "Verifying" if inject is None or inject.ready else "Injecting"


def _component(part: ComponentStatus) -> dict[str, Any]:
    return {
        "name": part.name,
        "kind": part.kind,
        "ready": part.count,
        "image": part.image,
        "reason": part.reason,
        "message": part.message,
    }
