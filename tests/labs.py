"""Labs whose every gate is open: all that a plan can hold, without a cluster."""

from __future__ import annotations

from streaminglab_operator.api import effective, parse_spec
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import (
    CredentialsView,
    JobState,
    LabView,
    ObjectKey,
    Observed,
    PodState,
    State,
    WorkloadState,
)
from streaminglab_operator.plan import Lab, Options, Release, access, plan
from streaminglab_operator.plan.steps import KINDS, TOKENS
from tests.strategies import Raw

KEY = LabKey("user-alice", "meteo")


def lab_of(raw: Raw, key: LabKey = KEY) -> Lab:
    """A lab with this spec."""
    return Lab(key=key, uid="uid-lab", generation=1, spec=effective(parse_spec(raw)))


def seen(kind: str, name: str, component: str, state: State) -> Observed:
    """One object, as the watch would have told of it."""
    return Observed(
        kind=kind,
        name=name,
        uid=f"uid-{name}",
        resource_version=1,
        component=component,
        digest="",
        ownership="",
        deleting=False,
        state=state,
    )


def finished_view(lab: Lab, releases: tuple[Release, ...]) -> LabView:
    """Everything that these releases make, up and done, so that the next gate opens."""
    objects: dict[ObjectKey, Observed] = {}
    for release in releases:
        name = release.name(lab.key.name)
        if release.component == access.COMPONENT:
            continue
        if release.component in KINDS:
            kind = KINDS[release.component]
            count = lab.spec.brokers if release.component == "kafka" else 1
            state = WorkloadState(count, count, settled=True)
            objects[kind, name] = seen(kind, name, release.component, state)
            for pod in (f"{name}-{i}" for i in range(count)):
                ready = PodState(ready=True, finished=False, fingerprint="f", owner=name)
                objects["Pod", pod] = seen("Pod", pod, release.component, ready)
        else:
            done = JobState(complete=True, failed=False, active=0, failures=0)
            objects["Job", name] = seen("Job", name, release.component, done)
    credentials = CredentialsView(digests=dict.fromkeys(TOKENS, "d"))
    return LabView(objects=objects, credentials=credentials)


def every_release(lab: Lab, options: Options | None = None) -> tuple[Release, ...]:
    """The releases of a lab whose every gate is open."""
    releases: tuple[Release, ...] = ()
    for _ in range(10):
        following = plan(lab, finished_view(lab, releases), options or Options()).releases
        if following == releases:
            return releases
        releases = following
    raise AssertionError("the plan of a finished lab never comes to rest")
