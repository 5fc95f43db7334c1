"""Any spec that the API admits renders in every chart, and what comes out is valid."""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings

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
from streaminglab_operator.plan import Lab, Options, Release, plan
from streaminglab_operator.plan.steps import TOKENS, WORKLOADS
from tests.charts.support import template
from tests.charts.test_kubeconform import problems
from tests.strategies import Raw, specs

KEY = LabKey("user-alice", "meteo")
EXAMPLES = 12
"""Each one is seven runs of Helm."""


def _seen(kind: str, name: str, component: str, state: State) -> Observed:
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


def _finished_view(lab: Lab, releases: tuple[Release, ...]) -> LabView:
    """Everything that these releases make, up and done, so that the next gate opens."""
    objects: dict[ObjectKey, Observed] = {}
    for release in releases:
        name = release.name(lab.key.name)
        if release.component in WORKLOADS:
            kind = WORKLOADS[release.component]
            count = lab.spec.brokers if release.component == "kafka" else 1
            objects[kind, name] = _seen(
                kind, name, release.component, WorkloadState(count, count, settled=True)
            )
            for i in range(count):
                pod = PodState(ready=True, finished=False, fingerprint="f", owner=name)
                objects["Pod", f"{name}-{i}"] = _seen("Pod", f"{name}-{i}", release.component, pod)
        else:
            done = JobState(complete=True, failed=False, active=0, failures=0)
            objects["Job", name] = _seen("Job", name, release.component, done)
    return LabView(objects=objects, credentials=CredentialsView(digests=dict.fromkeys(TOKENS, "d")))


def every_release(lab: Lab) -> tuple[Release, ...]:
    """The releases of a lab whose every gate is open."""
    releases: tuple[Release, ...] = ()
    for _ in range(10):
        following = plan(lab, _finished_view(lab, releases), Options()).releases
        if following == releases:
            return releases
        releases = following
    raise AssertionError("the plan of a finished lab never comes to rest")


@given(raw=specs())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_admissible_spec_renders_to_valid_objects(raw: Raw, kube_schemas: Path) -> None:
    lab = Lab(key=KEY, uid="uid-lab", generation=1, spec=effective(parse_spec(raw)))
    releases = every_release(lab)
    assert {release.component for release in releases} == {
        "kafka", "influxdb", "telegraf", "producer", "init", "inject", "verify",
    }  # fmt: skip
    texts = [template(r.chart, r.values, r.name(KEY.name)) for r in releases]
    assert problems("\n---\n".join(texts), kube_schemas) == []
    for text in texts:
        for manifest in yaml.safe_load_all(text):
            assert len(manifest["metadata"]["name"]) <= 63
