"""The plan as a table: what was seen leads to what is made now and what waits."""

import pytest

from streaminglab_operator.claims import SHORT_NAMES
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import CredentialsView, LabView
from streaminglab_operator.plan import Release, plan
from streaminglab_operator.plan.credentials import TOKENS
from streaminglab_operator.services.influxdb import DATABASE
from tests import labs
from tests.labs import (
    OPTIONS,
    RUNNING,
    all_ready,
    init,
    inject,
    lab,
    view,
    workloads,
)

LAB = lab()
ENDLESS = lab({"inject": {"points": 0}})
BASE = {"kafka", "influxdb", "telegraf"}
STARTED = BASE | {"producer", "init"}
TOPICS, INFLUXDB = "WaitingForTopics", "WaitingForInfluxDB"

PLANS: dict[str, tuple[LabView, set[str], dict[str, str]]] = {
    "nothing yet leads to the three servers": (
        view(LAB, tokens=False),
        BASE,
        {"producer": INFLUXDB, "init": INFLUXDB, "inject": TOPICS, "verify": TOPICS},
    ),
    "InfluxDB up without tokens still holds back who needs them": (
        view(LAB, workloads(LAB, "influxdb"), tokens=False),
        BASE,
        {"producer": INFLUXDB, "init": INFLUXDB, "inject": TOPICS, "verify": TOPICS},
    ),
    "tokens lead to producer and init": (
        view(LAB),
        STARTED,
        {"inject": TOPICS, "verify": TOPICS},
    ),
    "a running init holds back the injection": (
        view(LAB, init(LAB, RUNNING)),
        STARTED,
        {"inject": TOPICS, "verify": TOPICS},
    ),
    "a failed init holds back the injection": (
        view(LAB, init(LAB, labs.FAILED)),
        STARTED,
        {"inject": TOPICS, "verify": TOPICS},
    ),
    "a complete init leads to the injection": (
        view(LAB, init(LAB)),
        STARTED | {"inject"},
        {"verify": "WaitingForInjection"},
    ),
    "a running injection holds back the comparison": (
        view(LAB, workloads(LAB), init(LAB), inject(LAB, RUNNING)),
        STARTED | {"inject"},
        {"verify": "WaitingForInjection"},
    ),
    "a component that is not ready holds back the comparison": (
        view(LAB, workloads(LAB, "kafka", "influxdb", "producer"), init(LAB), inject(LAB)),
        STARTED | {"inject"},
        {"verify": "WaitingForComponents"},
    ),
    "all ready leads to the comparison": (
        all_ready(LAB),
        STARTED | {"inject", "verify"},
        {},
    ),
}


@pytest.mark.parametrize("case", PLANS, ids=list(PLANS))
def test_plan(case: str) -> None:
    seen, releases, holds = PLANS[case]
    made = plan(LAB, seen, OPTIONS)
    assert {release.component for release in made.releases} == releases
    assert {component: why.reason for component, why in made.holds.items()} == holds
    assert made.kept == set(holds)


def test_an_endless_injection_is_compared_while_it_runs() -> None:
    running = inject(ENDLESS, RUNNING)
    seen = view(ENDLESS, workloads(ENDLESS), init(ENDLESS), running)
    assert plan(ENDLESS, seen, OPTIONS).release("verify") is not None


def test_influxdb_is_set_up_once_it_is_ready_and_not_before() -> None:
    starting = labs.workload(LAB, "influxdb", ready=0)
    assert not plan(LAB, view(LAB, starting, tokens=False), OPTIONS).set_up_influxdb
    ready = view(LAB, workloads(LAB, "influxdb"), tokens=False)
    assert plan(LAB, ready, OPTIONS).set_up_influxdb


def test_what_runs_already_is_not_held_back_when_its_gate_closes() -> None:
    seen = view(LAB, workloads(LAB, "producer"), tokens=False)
    assert plan(LAB, seen, OPTIONS).release("producer") is not None


def test_a_workload_that_is_ready_without_its_pods_is_not_believed() -> None:
    (stateful_set, *_) = labs.workload(LAB, "kafka")
    others = workloads(LAB, "influxdb", "telegraf", "producer")
    seen = view(LAB, [stateful_set], others, init(LAB), inject(LAB))
    assert "verify" in plan(LAB, seen, OPTIONS).holds


def test_a_pod_that_ended_counts_neither_for_nor_against() -> None:
    evicted = [labs.pod("meteo-telegraf-old", "telegraf", ready=False, finished=True)]
    seen = view(LAB, workloads(LAB), init(LAB), inject(LAB), evicted)
    assert plan(LAB, seen, OPTIONS).release("verify") is not None


def _verify(seen: LabView) -> str:
    release = plan(LAB, seen, OPTIONS).release("verify")
    assert release is not None
    return release.digest


def test_the_comparison_has_the_same_name_as_long_as_the_same_containers_run() -> None:
    assert _verify(all_ready(LAB)) == _verify(all_ready(LAB, epoch=7))


def test_the_comparison_has_another_name_when_a_container_was_started_anew() -> None:
    again = [labs.pod("meteo-kafka-0-0", "kafka", fingerprint="another")]
    seen = view(LAB, workloads(LAB), init(LAB), inject(LAB), again)
    assert _verify(seen) != _verify(all_ready(LAB))


def test_the_comparison_of_an_endless_injection_is_made_again_from_time_to_time() -> None:
    now = plan(ENDLESS, all_ready(ENDLESS, epoch=7), OPTIONS)
    later = plan(ENDLESS, all_ready(ENDLESS, epoch=8), OPTIONS)
    verify = now.release("verify")
    assert verify is not None
    assert later.verified_before == verify.name("meteo")
    assert later.release("verify") != verify


def test_a_topic_changes_the_init_job_and_no_other() -> None:
    more = lab({"kafka": {"topics": [{"name": "weather", "partitions": 6}]}})
    seen = view(LAB, init(LAB))
    before = {r.component: r.digest for r in plan(LAB, seen, OPTIONS).releases}
    after = {r.component: r.digest for r in plan(more, seen, OPTIONS).releases}
    assert before["init"] != after["init"]
    assert {k: v for k, v in after.items() if k != "init"}.items() <= before.items()


def test_a_database_with_other_tokens_is_filled_again() -> None:
    other = dict.fromkeys((*TOKENS, DATABASE), "1")
    seen = view(LAB, init(LAB), inject(LAB))
    made = plan(LAB, LabView(seen.objects, CredentialsView(other)), OPTIONS)
    release = made.release("init")
    assert release is not None
    assert ("Job", release.name("meteo")) not in seen.objects
    assert "inject" in made.holds


def test_other_tokens_alone_inject_nothing_again() -> None:
    seen = view(LAB, init(LAB), inject(LAB))
    rotated = LabView(seen.objects, CredentialsView(dict.fromkeys(TOKENS, "1")))
    release = plan(LAB, rotated, OPTIONS).release("inject")
    assert release is not None
    assert ("Job", release.name("meteo")) in seen.objects


def test_the_same_lab_always_has_the_same_plan() -> None:
    assert plan(LAB, all_ready(LAB), OPTIONS) == plan(lab(), all_ready(lab()), OPTIONS)


def test_two_labs_of_one_spec_share_every_shape() -> None:
    other = lab(key=LabKey("user-alice", "wetter"))
    here = [r.shape() for r in plan(LAB, all_ready(LAB), OPTIONS).releases]
    there = [r.shape() for r in plan(other, all_ready(other), OPTIONS).releases]
    assert here == there


@pytest.mark.parametrize("value", [1, 2**70, "half a character: \ud800", None, [{"b": 1, "a": 2}]])
def test_a_shape_is_that_of_its_values_whatever_they_are_and_however_they_are_ordered(
    value: object,
) -> None:
    one, same = ({"v": value, "w": 0}, {"w": 0, "v": value})
    shapes = [Release("kafka", "kafka", values).shape() for values in (one, same, {"v": value})]
    assert shapes[0] == shapes[1] != shapes[2]


def test_only_the_first_lab_of_a_namespace_has_the_short_names() -> None:
    taken = dict.fromkeys(SHORT_NAMES, "user-alice/first")
    second = plan(LAB, view(LAB, taken_names=taken), OPTIONS)
    for component in ("kafka", "influxdb"):
        release = second.release(component)
        assert release is not None
        assert release.values["aliasService"] == ""


def test_who_reads_influxdb_starts_when_the_token_for_people_is_made() -> None:
    of = lab({"toolbox": {}, "jupyter": {}, "mongodb": {}})
    early = plan(of, view(of, workloads(of, "influxdb"), tokens=False), OPTIONS)
    assert {"toolbox", "jupyter"} <= early.holds.keys()
    assert early.release("mongodb") is not None
    late = plan(of, view(of, workloads(of, "influxdb")), OPTIONS)
    assert late.release("toolbox") is not None
    assert late.release("jupyter") is not None
