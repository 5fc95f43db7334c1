"""The steps of a lab's life: which component needs what before it may be made.

A gate only holds back what does not exist yet, or its successor; it never takes away what runs.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import (
    Culprit,
    JobState,
    LabView,
    Observed,
    WorkloadState,
)
from streaminglab_operator.plan import access, services
from streaminglab_operator.plan.desired import Desired, Release
from streaminglab_operator.plan.lab import Lab, Options
from streaminglab_operator.plan.services import Service
from streaminglab_operator.plan.services.workbench import READER_TOKEN
from streaminglab_operator.plan.values import influxdb, jobs, kafka, telegraf

TOKEN_OWNERS = ("init", "inject", "producer", "reader", "verify")
TOKENS = frozenset(f"influxdb-{who}-token" for who in TOKEN_OWNERS)
WORKLOADS: Mapping[str, str] = {
    "kafka": "StatefulSet",
    "influxdb": "StatefulSet",
    "telegraf": "Deployment",
    "producer": "Deployment",
}
"""Kafka and the parts of the weather, and the kind of each one's workload."""
KINDS: Mapping[str, str] = {
    **WORKLOADS,
    **{service.component: service.kind for service in services.SERVICES},
}
"""The same, with the optional services."""


def workloads(lab: Lab) -> tuple[str, ...]:
    """Of Kafka and the weather, what this lab has."""
    return tuple(WORKLOADS) if lab.spec.weather else ("kafka",)


@dataclass(frozen=True, slots=True)
class _Pass:
    lab: Lab
    view: LabView
    options: Options

    def workload(self, component: str) -> WorkloadState | None:
        name = names.release(self.lab.key.name, component)
        seen = self.view.get(KINDS[component], name)
        return seen.state if seen and isinstance(seen.state, WorkloadState) else None

    def ready(self, component: str) -> bool:
        state = self.workload(component)
        if state is None or not state.settled or not state.ready >= state.desired > 0:
            return False
        # Pods and workloads come by two watches: wait until both tell the same.
        pods = self.view.live_pods(component)
        return len(pods) == state.desired and all(pod.ready for _, pod in pods)

    def job(self, release: Release) -> JobState | None:
        seen = self.view.get("Job", release.name(self.lab.key.name))
        return seen.state if seen and isinstance(seen.state, JobState) else None


def plan(lab: Lab, view: LabView, options: Options) -> Desired:
    """The releases that a lab should have now, and what the others wait for."""
    now = _Pass(lab, view, options)
    releases = [
        Release("kafka", "kafka", kafka.values(lab, options, alias=view.first_in_namespace))
    ]
    holds: dict[str, Culprit] = {}
    init = _init(now)
    earlier = ""
    if lab.spec.weather:
        earlier = _plan_weather(now, init, releases, holds)
    else:
        _admit(now, init, lambda _: None, releases, holds)
    unavailable = _plan_services(now, releases, holds)
    _plan_access(now, releases, unavailable)
    return Desired(
        releases=tuple(releases),
        holds=holds,
        unavailable=unavailable,
        set_up_influxdb=lab.spec.weather and now.ready("influxdb"),
        verified_before=earlier,
    )


def _plan_weather(
    now: _Pass, init: Release, releases: list[Release], holds: dict[str, Culprit]
) -> str:
    """The data's way; the name of the comparison before this one if the injection is endless."""
    lab, options, alias = now.lab, now.options, now.view.first_in_namespace
    releases += [
        Release("influxdb", "influxdb", influxdb.values(lab, options, alias=alias)),
        Release("telegraf", "telegraf", telegraf.values(lab, options)),
    ]
    inject = _inject(now)
    for release, gate in (
        (_producer(now), _needs_tokens),
        (init, _needs_tokens),
        (inject, lambda p: _needs_job(p, init, Reason.WAITING_FOR_TOPICS)),
    ):
        _admit(now, release, gate, releases, holds)
    waiting = _needs_data(now, init, inject)
    if waiting:
        holds["verify"] = waiting
    else:
        releases.append(_verify(now, inject))
    return "" if lab.spec.points else _verify(now, inject, ago=1).name(lab.key.name)


def _plan_services(
    now: _Pass, releases: list[Release], holds: dict[str, Culprit]
) -> dict[str, Culprit]:
    """What the spec asks for besides; the services whose image cannot be had, with the reason."""
    unavailable: dict[str, Culprit] = {}
    for service in services.wanted(now.lab.spec):
        image = service.missing_image(now.options)
        if image:
            unavailable[service.component] = Culprit(
                Reason.IMAGE_NOT_AVAILABLE,
                f"this installation has no image {image}; the lab works without "
                f"{service.component}",
            )
            continue
        values = service.values(now.lab, now.options, alias=now.view.first_in_namespace)
        release = Release(service.component, service.chart, values, secrets=service.secrets)
        _admit(now, release, partial(_needs_of, service), releases, holds)
    return unavailable


def _needs_of(service: Service, now: _Pass) -> Culprit | None:
    """A service starts when what it cannot do without is there, so that no pod fails in vain."""
    lacking = next((c for c in service.needs if not now.ready(c)), "")
    if lacking:
        return Culprit(Reason.WAITING_FOR_COMPONENTS, f"waits until {lacking} is ready")
    reads = now.lab.spec.weather and READER_TOKEN in service.secrets
    return _needs_tokens(now) if reads else None


def _plan_access(now: _Pass, releases: list[Release], unavailable: dict[str, Culprit]) -> None:
    if not access.by_operator(now.lab.spec):
        return
    pages = tuple(
        page
        for page in access.exposed(now.lab.key, now.lab.spec)
        if page.component not in unavailable and page.real_host not in now.view.taken_hosts
    )
    if pages:
        releases.append(Release(access.COMPONENT, access.COMPONENT, access.values(now.lab, pages)))


def _admit(
    now: _Pass,
    release: Release,
    gate: Callable[[_Pass], Culprit | None],
    releases: list[Release],
    holds: dict[str, Culprit],
) -> None:
    exists = any(
        o.name == release.name(now.lab.key.name) and not o.deleting
        for kind in ("Job", "Deployment", "StatefulSet")
        for o in now.view.of_kind(kind)
    )
    waiting = None if exists else gate(now)
    if waiting:
        holds[release.component] = waiting
    else:
        releases.append(release)


def _needs_tokens(now: _Pass) -> Culprit | None:
    if now.view.credentials.digests.keys() >= TOKENS:
        return None
    return Culprit(
        Reason.WAITING_FOR_INFLUXDB, "waits until InfluxDB is up and its tokens are made"
    )


def _needs_job(now: _Pass, release: Release, reason: Reason) -> Culprit | None:
    state = now.job(release)
    if state is not None and state.complete:
        return None
    return Culprit(reason, f"waits until the Job {release.component} is done")


def _needs_data(now: _Pass, init: Release, inject: Release) -> Culprit | None:
    waiting = _needs_job(now, init, Reason.WAITING_FOR_TOPICS)
    if waiting is None and now.lab.spec.points:
        waiting = _needs_job(now, inject, Reason.WAITING_FOR_INJECTION)
    if waiting:
        return waiting
    for component in WORKLOADS:
        if not now.ready(component):
            return Culprit(Reason.WAITING_FOR_COMPONENTS, f"waits until {component} is ready")
    return None


def _job(now: _Pass, component: str, config: dict[str, Any], *also: str) -> Release:
    """A Job named after its inputs: another input, another Job, and the old one is pruned."""
    digest = names.digest(component, json.dumps(config, sort_keys=True), *also)
    endless = component == "inject" and not now.lab.spec.points
    if component == "inject":
        config = config | jobs.run_of()
    values = jobs.values(now.lab, now.options, component, config, endless=endless)
    return Release(component, "lab-job", values, digest)


def _init(now: _Pass) -> Release:
    # With another password for clients outside, it is told to Kafka again.
    password = now.view.credentials.digests.get(kafka.PASSWORD_KEY, "")
    told = (password,) if kafka.outside(now.lab) else ()
    return _job(now, "init", jobs.init_config(now.lab), _token_of(now, "init"), *told)


def _inject(now: _Pass) -> Release:
    return _job(now, "inject", jobs.inject_config(now.lab), _token_of(now, "inject"))


def _token_of(now: _Pass, job: str) -> str:
    """Stands for one database: InfluxDB draws its tokens itself, so one whose volume was lost has
    others, and what was written to the old one must be written again."""
    return now.view.credentials.digests.get(f"influxdb-{job}-token", "")


def _producer(now: _Pass) -> Release:
    values = jobs.values(now.lab, now.options, "producer", jobs.producer_config(now.lab))
    return Release("producer", "lab-job", values, secrets=("influxdb-producer-token",))


def _verify(now: _Pass, inject: Release, ago: int = 0) -> Release:
    """Named after the very containers that hold and carry the data: when one of them was
    started anew, the data is compared anew. Of an endless injection also from time to time;
    ``ago``: as it was named that many times before."""
    fingerprints = [
        f"{pod.name}={state.fingerprint}"
        for component in WORKLOADS
        for pod, state in now.view.live_pods(component)
    ]
    epoch = "" if now.lab.spec.points else str(now.view.epoch - ago)
    return _job(
        now, "verify", jobs.verify_config(now.lab), inject.digest, epoch, *sorted(fingerprints)
    )


def job_of(view: LabView, component: str) -> Observed | None:
    """The newest Job of a component that was seen."""
    found = [o for o in view.of_kind("Job", component) if not o.deleting]
    return max(found, key=lambda o: o.resource_version) if found else None
