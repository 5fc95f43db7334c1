"""The steps of a lab's life: which component needs what before it may be made.

A gate only holds back what does not exist yet, or its successor; it never takes away what runs.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.api.status_chaos import ChaosStatus
from streaminglab_operator.api.status_topics import TopicsStatus
from streaminglab_operator.observed import Culprit, JobState, LabView, Observed, WorkloadState
from streaminglab_operator.placeholders import PLACEHOLDER
from streaminglab_operator.plan import (
    access,
    brokers,
    chaos,
    lifecycle,
    missing,
    numbers,
    outside,
    short_names,
    topics,
)
from streaminglab_operator.plan.brokers import Broker, Roll, Stops
from streaminglab_operator.plan.credentials import MORE_TOKENS, TOKENS, read_by, tokens
from streaminglab_operator.plan.desired import Desired, Release
from streaminglab_operator.plan.lab import Lab, Options, context, wanted
from streaminglab_operator.plan.limit_ranges import NO_LIMITS, Limits, at_rest
from streaminglab_operator.plan.sizes import Sized, size_of
from streaminglab_operator.plan.stuck import hopeless_jobs, stuck
from streaminglab_operator.services import (
    BY_COMPONENT,
    CORE,
    PROGRAMS,
    Program,
    Service,
    chart,
    jobs,
)
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.init import INIT
from streaminglab_operator.services.partitions import PARTITIONS


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is planned so far, beside what was seen."""

    lab: Lab
    view: LabView
    options: Options
    around: ServiceContext
    limits: Limits | None
    ahead: bool = False
    asked: TopicsStatus = field(default_factory=TopicsStatus)
    releases: list[Release] = field(default_factory=list)
    holds: dict[str, Culprit] = field(default_factory=dict)
    unavailable: dict[str, Culprit] = field(default_factory=dict)
    programs: dict[str, Release] = field(default_factory=dict)
    """Of the programs before this one, held back or not."""

    def workload(self, component: str) -> WorkloadState | None:
        if component == brokers.COMPONENT:
            return brokers.workload(brokers.seen(self.lab, self.view))
        name = names.release(self.lab.key.name, component)
        seen = self.view.get(BY_COMPONENT[component].kind, name)
        return seen.state if seen and isinstance(seen.state, WorkloadState) else None

    def ready(self, component: str) -> bool:
        state = self.workload(component)
        if state is None:
            return False
        if not (state.up and state.desired > 0):
            return False
        # Pods and workloads come by two watches: wait until both tell the same.
        pods = self.view.live_pods(component)
        return len(pods) == state.desired and all(pod.ready for _, pod in pods)

    def complete(self, program: str, digest: str) -> bool:
        """Whether the Job of a program with these inputs is done."""
        seen = self.view.get("Job", names.release(self.lab.key.name, program, digest))
        return seen is not None and isinstance(seen.state, JobState) and seen.state.complete

    def sized(self, entry: Service[Any] | Program, live: Sequence[Observed | None]) -> Sized:
        """``live``: what runs it, as far as it is there."""
        there = [item for item in live if item is not None]
        suspended = self.lab.spec.suspend
        return size_of(entry, self.around, self.view, there, self.limits, suspended=suspended)

    def admit(self, release: Release, waiting: Culprit | None) -> None:
        """Take a release up, or hold it back unless it is there already."""
        name = release.name(self.lab.key.name)
        there = (self.view.get(kind, name) for kind in ("Job", "Deployment", "StatefulSet"))
        exists = any(o and not o.deleting and not at_rest(o) for o in there)
        if waiting and not exists and not self.ahead:
            self.holds[release.component] = waiting
        else:
            self.releases.append(release)


def plan(
    lab: Lab,
    view: LabView,
    options: Options,
    limits: Limits | None = None,
    *,
    ahead: bool = False,
) -> Desired:
    """The releases that a lab should have now, and what the others wait for.

    ``limits``: the LimitRanges of its namespace, None where they were not looked at; the plan says
    then for which parts they count. ``ahead``: the releases that it will have, as if none waited.
    """
    now = _Plan(lab, view, options, context(lab, options), limits, ahead)
    asked = topics.following(view.topics, lab.spec, _digest(INIT.config(now.around)))
    now = replace(now, around=replace(now.around, given_back=topics.given_back(asked)), asked=asked)
    roll, chaos_now = _plan_brokers(now)
    now = replace(now, around=replace(now.around, stopped=roll.stopped))
    for service in wanted(lab.spec):
        _plan_service(now, service)
    for program in programs_of(lab):
        if not program.of_brokers:
            _plan_program(now, program)
    _plan_access(now)
    desired = Desired(
        releases=tuple(now.releases),
        holds=now.holds,
        unavailable=now.unavailable,
        set_up_influxdb=lab.spec.weather and now.ready("influxdb"),
        verified_before=_verified_before(now),
        roll=roll,
        chaos=chaos_now,
        stuck=stuck(view, apart=brokers.COMPONENT if lab.spec.brokers > 1 else ""),
        refused_pages=frozenset(p.component for p in access.refused_pages(lab, options.ingress)),
        access_problem=access.problem(lab, options.ingress),
        chart_problem=missing.of_chart(options),
        addresses_reported=options.ingress.reports_addresses,
        topics=asked,
        ask_limits=frozenset(r.component for r in now.releases if r.asks_limits),
        limits=limits or NO_LIMITS,
        hopeless=hopeless_jobs(view),
    )
    return lifecycle.suspended(desired, view) if lab.spec.suspend else desired


def programs_of(lab: Lab) -> tuple[Program, ...]:
    """The programs that run in a lab, in their order."""
    return tuple(
        p
        for p in PROGRAMS
        if (lab.spec.weather or not p.weather) and (lab.spec.brokers > 1 or not p.of_brokers)
    )


def _plan_brokers(now: _Plan) -> tuple[Roll, ChaosStatus | None]:
    """What happens to Kafka's brokers, the look at its replicas that it waits for, and how far the
    chaos has come."""
    found = brokers.seen(now.lab, now.view)
    init = _job_digest(now, INIT, INIT.config(now.around))
    made = now.complete(INIT.name, init)
    stopped = tuple(b.id for b in found if b.stopped)
    before = replace(now, around=replace(now.around, stopped=stopped))
    chaos_now = chaos.following(now.view.chaos, now.lab, found, now.view.now, topics=made)
    wanted = _stops(now, chaos_now)
    synced = False
    if PARTITIONS in programs_of(now.lab):
        more = brokers.inputs(found, wanted.all, init if made else "")
        look = _job(before, PARTITIONS, more=more)
        without = missing.of_jobs(jobs.IMAGE, now.options)
        now.admit(look, without or _look_waits(found, topics=made))
        synced = now.complete(look.component, look.digest)
    return brokers.roll(found, wanted, topics=made, in_sync=synced), chaos_now


def _stops(now: _Plan, chaos_now: ChaosStatus | None) -> Stops:
    declared = now.lab.spec.chaos
    hurry = declared is not None and not declared.wait_for_replicas
    until = (chaos_now.ends_at if chaos_now else None) or ""
    return Stops(
        now.lab.spec.stopped_brokers, chaos.in_force(now.view.chaos, chaos_now), hurry, until
    )


def _look_waits(found: Sequence[Broker], *, topics: bool) -> Culprit | None:
    """Nobody who will change the picture at once, and something to see."""
    if brokers.away(found) is not None or not any(b.asked for b in found):
        return Culprit(Reason.WAITING_FOR_COMPONENTS, "waits until all brokers are there")
    if topics or any(b.outdated for b in found):
        return None
    return Culprit(Reason.WAITING_FOR_TOPICS, "waits until the Job init is done")


def _plan_service(now: _Plan, service: Service[Any]) -> None:
    part = now.lab.spec.parts[service.part.field]
    lacking = missing.of_service(service, part, now.options)
    if lacking is not None:
        now.unavailable[service.component] = lacking
        return
    sized = now.sized(service, now.view.of_kind(service.kind, service.component))
    values = chart.of_service(service, part, sized.around) | service.values(part, sized.around)
    if service.alias:
        values["aliasService"] = short_names.alias_of(now.lab, now.view, service)
    keys = read_by(service)
    release = Release(
        service.component,
        service.chart,
        values,
        secrets=keys,
        limits=sized.record,
        asks_limits=sized.asks,
    )
    now.admit(release, _needs_of(now, service, keys))


def _needs_of(now: _Plan, service: Service[Any], keys: tuple[str, ...]) -> Culprit | None:
    """A service starts when what it cannot do without is there, so that no pod fails in vain."""
    lacking = next((c for c in service.needs if not now.ready(c)), "")
    if lacking:
        return Culprit(Reason.WAITING_FOR_COMPONENTS, f"waits until {lacking} is ready")
    return None if (TOKENS | MORE_TOKENS).isdisjoint(keys) else _needs_tokens(now)


def _needs_tokens(now: _Plan) -> Culprit | None:
    if not now.lab.spec.weather or now.view.credentials.digests.keys() >= tokens(now.lab):
        return None
    return Culprit(
        Reason.WAITING_FOR_INFLUXDB, "waits until InfluxDB is up and its tokens are made"
    )


def _plan_program(now: _Plan, program: Program) -> None:
    """A Job named after its inputs: another input, another Job, and the old one is pruned."""
    release = _job(now, program)
    waiting = _program_waits(now, program)
    now.programs[program.name] = release
    # What is compared is only known when all of it is there: no older comparison may stand for it.
    if waiting and program.of_pods and not now.ahead:
        now.holds[program.name] = waiting
    else:
        now.admit(release, waiting)


def _program_waits(now: _Plan, program: Program) -> Culprit | None:
    lacking_image = missing.of_jobs(jobs.IMAGE, now.options)
    if lacking_image is not None:
        return lacking_image
    if program is INIT and not topics.recorded(now.view.topics, now.asked):
        return Culprit(Reason.CREATING, "waits until the status tells which settings it makes")
    if not program.after:
        return _needs_tokens(now)
    for earlier in (p for p in PROGRAMS if p.name in program.after):
        release = now.programs[earlier.name]
        done = now.complete(release.component, release.digest)
        if not earlier.endless(now.around) and not done:
            text = f"waits until the Job {earlier.name} is done"
            return Culprit(Reason(f"WaitingFor{earlier.outcome}"), text)
    lacking = (s.component for s in CORE if program.of_pods and not now.ready(s.component))
    for component in lacking:
        return Culprit(Reason.WAITING_FOR_COMPONENTS, f"waits until {component} is ready")
    return None


def _job_digest(
    now: _Plan, program: Program, config: Mapping[str, Any], ago: int = 0, more: Iterable[str] = ()
) -> str:
    """What ends the name of a program's Job; ``ago``: that many times before; ``more``: inputs."""
    said = json.dumps(config, sort_keys=True)
    return names.digest(program.name, said, *_inputs(now, program, ago), *more)


def _job(now: _Plan, program: Program, more: Iterable[str] = ()) -> Release:
    """The Job of a program; ``more``: inputs."""
    config = program.config(now.around)
    digest = _job_digest(now, program, config, more=more)
    if program.names_run:
        config |= {"run": PLACEHOLDER.digest}
    name = names.release(now.lab.key.name, program.name, digest)
    sized = now.sized(program, [now.view.get("Job", name)])
    general, found = numbers.lifted(config)
    return Release(
        program.name,
        jobs.CHART,
        jobs.values(program, general, sized.around),
        digest,
        limits=sized.record,
        asks_limits=sized.asks,
        numbers=found,
    )


def _digest(config: Mapping[str, Any]) -> str:
    return names.digest(json.dumps(config, sort_keys=True))


def _inputs(now: _Plan, program: Program, ago: int) -> Iterator[str]:
    """What names a Job besides its config.

    The containers of pods are inputs of what looks at their data: when one of them was started
    anew, it looks again; in a lab without end also from time to time.
    """
    for key in program.keys_in_name(now.around):
        yield now.view.credentials.digests.get(key, "")
    if program.named_after:
        yield now.programs[program.named_after].digest
    if program.of_pods:
        yield str(now.view.epoch - ago) if now.lab.spec.endless else ""
        yield from sorted(
            f"{pod.name}={state.fingerprint}"
            for service in CORE
            for pod, state in now.view.live_pods(service.component)
        )


def _verified_before(now: _Plan) -> str:
    """The name of the comparison before this one, if the injection has no end."""
    if not now.lab.spec.endless:
        return ""
    (program,) = (p for p in PROGRAMS if p.of_pods)
    before = _job_digest(now, program, program.config(now.around), ago=1)
    return names.release(now.lab.key.name, program.name, before)


def _plan_access(now: _Plan) -> None:
    policy = now.options.ingress
    refused = access.refused_pages(now.lab, policy)
    asked = access.exposed(now.lab.key, now.lab.spec) if access.by_operator(now.lab.spec) else ()
    pages = tuple(
        page
        for page in asked
        if page.component not in now.unavailable
        and page.real_host not in now.view.taken_hosts
        and page not in refused
    )
    if pages or outside.doors(now.lab.spec):
        values = access.values(now.lab, pages, policy)
        now.releases.append(Release(access.COMPONENT, access.COMPONENT, values))


def job_of(view: LabView, component: str) -> Observed | None:
    """The newest Job of a component that was seen."""
    found = [o for o in view.of_kind("Job", component) if not o.deleting]
    return max(found, key=lambda o: o.resource_version) if found else None
