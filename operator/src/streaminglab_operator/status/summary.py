"""The status of a lab, from its components, its data and what else was asked for. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import (
    ComponentStatus,
    Condition,
    ConditionStatus,
    ConditionType,
    ConnectorStatus,
    StreamingLabStatus,
    condition_of,
)
from streaminglab_operator.api.status_topics import TopicsStatus
from streaminglab_operator.observed import Culprit, LabView
from streaminglab_operator.plan import Desired, Lab, topics
from streaminglab_operator.plan.lab import wanted
from streaminglab_operator.plan.steps import programs_of
from streaminglab_operator.services import BY_NAME, Program, Service
from streaminglab_operator.services.connect import CONNECT
from streaminglab_operator.services.init import INIT
from streaminglab_operator.status import resting
from streaminglab_operator.status.addresses import endpoints, urls
from streaminglab_operator.status.chaos import chaos_ended
from streaminglab_operator.status.components import PartState, absent, job, workload
from streaminglab_operator.status.connectors import connectors_ready
from streaminglab_operator.status.data import NO_DATA, Comparison, compared
from streaminglab_operator.status.kafka import kafka
from streaminglab_operator.status.overall import condition, overall, phase
from streaminglab_operator.status.short_names import short_names
from streaminglab_operator.status.volumes import volumes_ready
from streaminglab_operator.status.ways import access_ready

MOST_NAMED = 5


def summarise(
    lab: Lab,
    view: LabView,
    desired: Desired,
    last: StreamingLabStatus,
    connectors: Sequence[ConnectorStatus] = (),
    *,
    volumes: Sequence[Culprit] = (),
) -> StreamingLabStatus:
    """The operator's status, without transition times: those need the last one and a clock.

    ``connectors``: as Connect was last seen to have them; ``volumes``: what is to be said of their
    sizes. Fields that are not known here stay None, and ``data`` where there is no new comparison:
    they are left as they are stored.
    """
    parts = list(_parts(lab, view, desired))
    data = _data(lab, view, desired, last)
    asked = list(_asked(lab, view, desired, connectors))
    if desired.suspended:
        of_all = resting.overall(lab, desired)
        word = resting.phase(desired)
    else:
        of_all = overall(lab, parts, data, asked)
        ready, _, stalled = of_all
        word = phase(parts, ready, stalled, last)
    of_parts = [*(_of_part(lab, part) for part in parts), *_flows(lab, data)]
    beside = (
        resting.said(lab, desired, last),
        short_names(lab, view, desired),
        volumes_ready(lab, volumes),
        _fits(lab, desired),
    )
    return StreamingLabStatus(
        observed_generation=lab.generation,
        phase=word,
        conditions=[*of_all, *of_parts, *asked, *(found for found in beside if found)],
        components=[_component(part) for part in parts],
        connectors=list(connectors),
        kafka=kafka(lab, view, desired, last.kafka),
        chaos=desired.chaos,
        data=data.counts,
        endpoints=endpoints(lab, view, parts),
        urls=urls(lab, view, parts, desired),
        credentials_secret=names.credentials(lab.key.name),
        brokers=lab.spec.brokers,
        topics=_topics(desired, parts),
    )


def _flows(lab: Lab, data: Comparison) -> Iterator[Condition]:
    if lab.spec.weather:
        kind = ConditionType.DATA_FLOWING
        yield condition(kind, data.flowing, data.reason, data.message, lab.generation)


def _asked(
    lab: Lab, view: LabView, desired: Desired, connectors: Sequence[ConnectorStatus]
) -> Iterator[Condition]:
    """What is said of no component, and counts, or stands beside, when the lab is Ready."""
    for found in (
        _connectors(lab, connectors),
        access_ready(lab, view, desired),
        chaos_ended(lab, desired),
    ):
        if found is not None:
            yield found


def _parts(lab: Lab, view: LabView, desired: Desired) -> Iterator[PartState]:
    services = wanted(lab.spec)
    yield from (_workload(lab, view, desired, s) for s in services if not s.optional)
    for program in programs_of(lab):
        if program.condition:
            yield _job(lab, view, desired, program)
    yield from (_workload(lab, view, desired, s) for s in services if s.optional)


def _topics(desired: Desired, parts: Sequence[PartState]) -> TopicsStatus:
    done = any(part.ready for part in parts if part.name == INIT.name) and not desired.suspended
    return desired.topics.model_copy(update={"done": desired.topics.done or done})


def _job(lab: Lab, view: LabView, desired: Desired, program: Program) -> PartState:
    if desired.suspended:
        return resting.job(view, program)
    part = job(lab, view, desired, program.name)
    left = topics.unlisted(desired.topics) if program is INIT else []
    if not part.ready or not left:
        return part
    named = ", ".join(left[:MOST_NAMED]) + (", ..." if len(left) > MOST_NAMED else "")
    return replace(part, message=f"{part.message}; listed no more, and not deleted: {named}")


def _data(lab: Lab, view: LabView, desired: Desired, last: StreamingLabStatus) -> Comparison:
    if not lab.spec.weather:
        return NO_DATA
    return resting.comparison(desired) if desired.suspended else compared(lab, view, desired, last)


def _workload(lab: Lab, view: LabView, desired: Desired, service: Service[Any]) -> PartState:
    if desired.suspended:
        return resting.workload(view, desired, service)
    component = service.component
    held = desired.holds.get(component)
    missing = desired.unavailable.get(component)
    if missing is not None:
        return absent(service, missing)
    part = workload(lab, view, desired, component)
    if held is None:
        return part
    return PartState(
        part.name, part.kind, False, part.count, held.reason, f"{component} {held.message}"
    )


def _of_part(lab: Lab, part: PartState) -> Condition:
    value: ConditionStatus = "True" if part.ready else "False"
    return condition(
        condition_of(BY_NAME[part.name]), value, part.reason, part.message, lab.generation
    )


def _connectors(lab: Lab, connectors: Sequence[ConnectorStatus]) -> Condition | None:
    """Whether the declared connectors run; None in a lab that declares none."""
    connect = lab.spec.part(CONNECT.part)
    if connect is None or not connect.connectors:
        return None
    status, reason, message = connectors_ready(connect.connectors, connectors)
    return condition(ConditionType.CONNECTORS_READY, status, reason, message, lab.generation)


def _fits(lab: Lab, desired: Desired) -> Condition | None:
    """That the operator and its chart are of two versions; None where they are of one."""
    why = desired.chart_problem
    if why is None:
        return None
    kind = ConditionType.INSTALLATION_FITS
    return condition(kind, "False", why.reason, why.message, lab.generation)


def _component(part: PartState) -> ComponentStatus:
    return ComponentStatus(
        name=part.name,
        kind=part.kind,
        ready=part.count,
        image=part.image,
        reason=part.reason,
        message=part.message,
    )
