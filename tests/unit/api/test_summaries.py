"""Whatever is seen of a lab, its status keeps to the schema and to the table of conditions."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.api import (
    CONDITIONS,
    ConditionType,
    Problem,
    Reason,
    StreamingLabStatus,
    condition_of,
)
from streaminglab_operator.api.conditions import POD_TROUBLE, REFUSALS
from streaminglab_operator.observed import (
    CredentialsView,
    Culprit,
    JobState,
    LabView,
    Observed,
    PodState,
    WorkloadState,
)
from streaminglab_operator.plan import Lab, Options, plan
from streaminglab_operator.plan.credentials import TOKENS
from streaminglab_operator.plan.lab import wanted
from streaminglab_operator.services import CORE
from streaminglab_operator.services import OPTIONAL as OPTIONAL_SERVICES
from streaminglab_operator.services.connect import CONNECT
from streaminglab_operator.services.inject import INJECT
from streaminglab_operator.status import blocked, invalid, summarise
from tests.labs import every_release, finished_view
from tests.labs import lab as lab_of

EVERY_SERVICE: dict[str, Any] = {
    **{s.part.key: {} for s in OPTIONAL_SERVICES if not s.needs_weather},
    "connect": {"connectors": [{"name": "a", "class": "org.example.Sink"}]},
    "access": {"ingress": {"domain": "example.org"}},
}
LABS = [
    lab_of({}),
    lab_of({"suspend": True}),
    lab_of({**EVERY_SERVICE, "suspend": True}),
    lab_of({"kafka": {"brokers": 3, "stoppedBrokers": [1]}, "chaos": {}}),
    lab_of({"inject": {"points": 0}}),
    lab_of({"weather": False}),
    lab_of({**EVERY_SERVICE, **{s.part.key: {} for s in OPTIONAL_SERVICES if s.needs_weather}}),
    lab_of({**EVERY_SERVICE, "weather": False}),
]
OF_THE_WEATHER = {
    *(condition_of(service) for service in CORE if service.weather),
    condition_of(INJECT),
    ConditionType.DATA_FLOWING,
}
OPTIONAL = {condition_of(service) for service in OPTIONAL_SERVICES} | {
    ConditionType.CONNECTORS_READY,
    ConditionType.ACCESS_READY,
    ConditionType.SUSPENDED,
    ConditionType.UPGRADED,
    ConditionType.SHORT_NAMES_READY,
    ConditionType.VOLUMES_READY,
    ConditionType.INSTALLATION_FITS,
    ConditionType.NETWORK_CLOSED,
    ConditionType.CHAOS_ENDED,
}


def conditions_of(lab: Lab) -> set[ConditionType]:
    """The conditions that the status of a lab must have."""
    found = {condition_of(service) for service in wanted(lab.spec) if service.optional}
    connect = lab.spec.part(CONNECT.part)
    if connect is not None and connect.connectors:
        found.add(ConditionType.CONNECTORS_READY)
    if lab.spec.access.ingress is not None:
        found.add(ConditionType.ACCESS_READY)
    if lab.spec.suspend:
        found.add(ConditionType.SUSPENDED)
    if lab.spec.chaos is not None:
        found.add(ConditionType.CHAOS_ENDED)
    always = set(ConditionType) - OPTIONAL - OF_THE_WEATHER
    return always | found | (OF_THE_WEATHER if lab.spec.weather else set())


REPORT = {"influxdb": 3, "producer": 3, "telegraf": 2, "alerts": 0, "expected": 3, "replayed": 1}


def culprits(reasons: tuple[Reason, ...]) -> st.SearchStrategy[Culprit]:
    """One trouble with its sentence."""
    return st.sampled_from(reasons).map(lambda r: Culprit(r, f"the message of {r.value}"))


JOB_STATES = st.sampled_from(
    [
        JobState(complete=True, failed=False, active=0, failures=0),
        JobState(complete=False, failed=True, active=0, failures=7, message="gave up"),
        JobState(complete=False, failed=False, active=1, failures=0),
        JobState(complete=False, failed=False, active=1, failures=2),
    ]
)
REPORTS = st.sampled_from(
    ["", "not JSON", json.dumps({"message": "no"})]
    + [json.dumps({**REPORT, "equal": equal}) for equal in (True, False)]
)


@st.composite
def pods(draw: st.DrawFn, owner: str) -> PodState:
    """A pod that works, or has a trouble."""
    ready = draw(st.booleans())
    return PodState(
        ready=ready,
        finished=draw(st.booleans()),
        fingerprint="f",
        owner=owner,
        termination=draw(REPORTS),
        culprit=None if ready else draw(culprits((*POD_TROUBLE, Reason.STARTING))),
    )


@st.composite
def spoilt(draw: st.DrawFn, item: Observed) -> Observed | None:
    """One object of a finished lab, as it may be on another day."""
    if draw(st.integers(0, 4)) == 0:
        return None
    state = item.state
    if isinstance(state, WorkloadState):
        ready = draw(st.integers(0, state.desired))
        culprit = draw(st.none() | culprits(REFUSALS))
        state = WorkloadState(state.desired, ready, draw(st.booleans()), culprit)
    elif isinstance(state, JobState):
        state = draw(JOB_STATES)
    elif isinstance(state, PodState):
        state = draw(pods(state.owner))
    return dataclasses.replace(item, state=state)


@st.composite
def sights(draw: st.DrawFn) -> tuple[Lab, LabView, dict[str, Any]]:
    """A lab, what is seen of it, and its last status."""
    lab = draw(st.sampled_from(LABS))
    releases = every_release(lab)
    whole = finished_view(lab, releases)
    objects = dict(whole.objects)
    verify = next((r.name(lab.key.name) for r in releases if r.component == "verify"), "")
    # Few troubles at once, or only one at the end, so that the last gate is often open.
    few = st.lists(st.sampled_from(sorted(objects)), max_size=3, unique=True)
    for key in draw(few | st.just([("Job", verify)] if verify else [])):
        found = draw(spoilt(objects.pop(key)))
        if found:
            objects[key] = found
    for release in releases:
        if release.component in ("init", "inject", "verify"):
            name = f"{release.name(lab.key.name)}-abcde"
            state = draw(pods(release.name(lab.key.name)))
            made = dataclasses.replace(
                next(iter(whole.objects.values())),
                kind="Pod", name=name, component=release.component, state=state,
            )  # fmt: skip
            objects["Pod", name] = made
    components = [release.component for release in releases]
    view = LabView(
        objects=objects,
        credentials=CredentialsView(digests=dict.fromkeys(draw(
            st.sampled_from([TOKENS, frozenset()])), "d")),
        problems=draw(st.dictionaries(st.sampled_from(components), culprits(REFUSALS), max_size=2)),
        taken_names=draw(st.dictionaries(st.just("kafka"), st.just("user-alice/first"))),
        name_problems=draw(st.dictionaries(st.just("kafka"), culprits(REFUSALS))),
    )  # fmt: skip
    last: dict[str, Any] = {}
    if draw(st.booleans()):
        by = draw(st.sampled_from([verify, "meteo-verify-earlier"]))
        last = {"data": {**REPORT, "summary": "3/3/2", "verifiedBy": by}}
    return lab, view, last


@given(sights())
@settings(max_examples=300, deadline=None)
def test_every_summary_keeps_to_the_schema_and_the_table(
    look: tuple[Lab, LabView, dict[str, Any]],
) -> None:
    lab, view, last = look
    status = summarise(lab, view, plan(lab, view, Options()), StreamingLabStatus.read(last))
    lost = {ConditionType.SHORT_NAMES_READY} if view.taken_names or view.name_problems else set()
    check(status, lab, lost)


@pytest.mark.parametrize("final", [True, False])
def test_the_status_of_a_lab_that_cannot_be_served_keeps_to_both(final: bool) -> None:
    lab = LABS[0]
    whole = finished_view(lab, every_release(lab))
    status = summarise(lab, whole, plan(lab, whole, Options()), StreamingLabStatus())
    why = Culprit(Reason.RENDER_FAILED if final else Reason.REFUSED, "in words")
    check(blocked(2, why, status, final=final), lab)
    check(invalid(2, [Problem("spec.suspend", "not now")], status), lab)


def check(
    model: StreamingLabStatus, lab: Lab, more: Collection[ConditionType] = frozenset()
) -> None:
    """Nothing that the schema would prune, every condition once, every reason in the table."""
    status = model.to_dict()
    assert _known(status) == status
    types = [condition["type"] for condition in status["conditions"]]
    assert sorted(types) == sorted(kind.value for kind in {*conditions_of(lab), *more})
    for condition in status["conditions"]:
        doc = CONDITIONS[ConditionType(condition["type"])]
        allowed = {reason.value for reason in doc.reasons.get(condition["status"], ())}
        assert condition["reason"] in allowed, condition


def _known(status: dict[str, Any]) -> dict[str, Any]:
    """The status without what the API server would prune."""
    stamp = {"lastTransitionTime": "2026-01-31T09:00:00Z"}
    dated = {**status, "conditions": [{**c, **stamp} for c in status["conditions"]]}
    kept = StreamingLabStatus.model_validate(dated).to_dict()
    for condition in kept["conditions"]:
        del condition["lastTransitionTime"]
    return kept
