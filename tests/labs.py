"""Labs and what was seen of them, in few words, without a cluster."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from streaminglab_operator import names
from streaminglab_operator.api import effective, parse_spec
from streaminglab_operator.api.status_topics import TopicsStatus
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import (
    CredentialsView,
    Culprit,
    JobState,
    LabView,
    ObjectKey,
    Observed,
    PodState,
    State,
    WorkloadState,
)
from streaminglab_operator.placeholders import of_number
from streaminglab_operator.plan import Lab, Options, Release, access, credentials, plan
from streaminglab_operator.plan.lab import wanted
from streaminglab_operator.services import BY_COMPONENT, CORE, Service

KEY = LabKey("user-alice", "meteo")
OPTIONS = Options()
ALL = tuple(service.component for service in CORE)
NO_PAGE: Mapping[str, Any] = {"page": {"enabled": False}}
RUNNING = JobState(complete=False, failed=False, active=1, failures=0)
COMPLETE = JobState(complete=True, failed=False, active=0, failures=0)
FAILED = JobState(complete=False, failed=True, active=0, failures=7, message="backoff limit")


def without(service: Service[Any]) -> Any:
    """What a merge patch says of the part of a service that is to go."""
    return {"enabled": False} if service.part.by_default else None


def lab(spec: Mapping[str, Any] | None = None, key: LabKey = KEY) -> Lab:
    """A lab of this spec; without the page unless the spec names it."""
    return Lab(key, "uid-lab", 1, effective(parse_spec({**NO_PAGE, **(spec or {})})))


def item(kind: str, name: str, component: str, state: State, *, deleting: bool = False) -> Observed:
    """One object that was seen."""
    uid = f"uid-{kind}-{name}"
    return Observed(kind, name, uid, 1, component, "digest", "owned", deleting, "image:1", state)


def pod(
    name: str,
    component: str,
    *,
    ready: bool = True,
    owner: str = "",
    culprit: Culprit | None = None,
    **more: Any,
) -> Observed:
    """One pod that was seen; ``finished``, ``termination``, ``deleting`` and so on in ``more``."""
    deleting = more.pop("deleting", False)
    fingerprint = more.pop("fingerprint", f"print-{name}")
    finished = more.pop("finished", False)
    state = PodState(ready, finished, fingerprint, owner, culprit=culprit, **more)
    kind = BY_COMPONENT[component].kind if component in BY_COMPONENT else "Job"
    seen = item("Pod", name, component, state, deleting=deleting)
    return replace(seen, owner=f"uid-{kind}-{owner}" if owner else "")


def workload(
    of: Lab, component: str, *, ready: int | None = None, settled: bool = True
) -> list[Observed]:
    """A workload of a lab and as many ready pods."""
    if component == "kafka":
        return _brokers(of, of.spec.brokers if ready is None else ready, settled=settled)
    desired = 1
    count = desired if ready is None else ready
    name = names.release(of.key.name, component)
    state = WorkloadState(desired, count, settled)
    found = [item(BY_COMPONENT[component].kind, name, component, state)]
    return found + [pod(f"{name}-{i}", component) for i in range(count)]


def _brokers(of: Lab, ready: int, *, settled: bool) -> list[Observed]:
    """A StatefulSet a broker, and as many ready pods, from the first broker on."""
    found: list[Observed] = []
    for number in range(of.spec.brokers):
        name = names.broker(of.key.name, number)
        state = WorkloadState(1, int(number < ready), settled, revision="r1" if settled else "")
        found.append(item("StatefulSet", name, "kafka", state))
        if number < ready:
            pod_name = names.broker_pod(of.key.name, number)
            found.append(pod(pod_name, "kafka", owner=name, revision="r1"))
    return found


def view(of: Lab, *groups: Iterable[Observed], tokens: bool = True, **more: Any) -> LabView:
    """What was seen of a lab."""
    objects: dict[ObjectKey, Observed] = {(o.kind, o.name): o for group in groups for o in group}
    digests = dict.fromkeys(credentials.tokens(of), "0") if tokens else {}
    return LabView(objects, CredentialsView(digests), **more)


def job(
    of: Lab, component: str, state: JobState, said: str = "", base: LabView | None = None
) -> Any:
    """A Job of a lab under the name that the plan gives it, and its pod with last words."""
    everything = base or all_ready(of)
    release = plan(of, everything, OPTIONS).release(component)
    assert release is not None, f"the plan has no {component} yet"
    name = release.name(of.key.name)
    found = [item("Job", name, component, state)]
    if said:
        done = pod(f"{name}-1", component, ready=False, owner=name, finished=True, termination=said)
        found.append(done)
    return found


def init(of: Lab, state: JobState = COMPLETE, said: str = "") -> Any:
    """The Job init."""
    return job(of, "init", state, said, view(of))


def inject(of: Lab, state: JobState = COMPLETE, said: str = "") -> Any:
    """The Job inject."""
    return job(of, "inject", state, said, view(of, init(of)))


def workloads(of: Lab, *components: str) -> list[Observed]:
    """Ready workloads."""
    every = tuple(service.component for service in wanted(of.spec))
    return [o for component in components or every for o in workload(of, component)]


def all_ready(of: Lab, **more: Any) -> LabView:
    """Everything but the comparison is done."""
    return view(of, workloads(of), init(of), inject(of), **more)


def report(influxdb: int = 3000, telegraf: int = 3000, own: int = 0) -> str:
    """The termination message of a comparison."""
    counts = {"influxdb": influxdb, "producer": influxdb, "telegraf": telegraf, "own": own}
    message = "equal" if influxdb == telegraf else "weather-telegraf misses points"
    return json.dumps(
        counts
        | {"equal": influxdb == telegraf, "message": message}
        | ({} if influxdb == telegraf else {"waitsFor": "Telegraf to carry them"})
    )


def finished_view(of: Lab, releases: Iterable[Release]) -> LabView:
    """Everything that these releases make, up and done, so that the next gate opens."""
    return view(of, *(_finished(of, release) for release in releases))


def _finished(of: Lab, release: Release) -> list[Observed]:
    component = release.component
    if component == access.COMPONENT:
        return []
    if component in BY_COMPONENT:
        return workload(of, component)
    return [item("Job", release.name(of.key.name), component, COMPLETE)]


def every_release(of: Lab, options: Options | None = None) -> tuple[Release, ...]:
    """The releases of a lab whose every gate is open."""
    releases: tuple[Release, ...] = ()
    topics = TopicsStatus()
    for _ in range(10):
        seen = replace(finished_view(of, releases), topics=topics)
        following = plan(of, seen, options or OPTIONS)
        if (following.releases, following.topics) == (releases, topics):
            return releases
        releases, topics = following.releases, following.topics
    raise AssertionError("the plan of a finished lab never comes to rest")


def config_of(release: Release) -> dict[str, Any]:
    """What the program of a release is told, with its numbers in their places."""

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [filled(item) for item in value]
        return of.get(value, value) if isinstance(value, str) else value

    of = {of_number(i): number for i, number in enumerate(release.numbers)}
    found: dict[str, Any] = filled(release.values["config"])
    return found
