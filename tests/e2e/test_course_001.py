"""Course 001: three brokers measured into InfluxDB, while one of them goes and comes back."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest

from tests.e2e.cluster import Kubectl
from tests.e2e.courses import Course
from tests.terminal import Terminal
from tools.pages import put, typed

PAGE = "docs/courses/001-measuring.md"
APPLY = typed(PAGE, "kubectl apply -f examples/measuring.yaml")
WAIT = typed(PAGE, "kubectl wait --for=condition=Ready slab/measuring")
CONFIG = typed(PAGE, "kubectl get configmap measuring-metrics")
QUERY = typed(PAGE, "kubectl exec deploy/measuring-toolbox -- sh -c 'curl")
READ = typed(PAGE, "kubectl exec deploy/measuring-toolbox -- kafka-console-consumer.sh")
STOP = typed(
    PAGE, """kubectl patch slab measuring --type merge -p '{"spec":{"kafka":{"stoppedBrokers":[1]"""
)
START = typed(
    PAGE, """kubectl patch slab measuring --type merge -p '{"spec":{"kafka":{"stoppedBrokers":[]"""
)
CHAOS = typed(PAGE, """kubectl patch slab measuring --type merge \\\n  -p '{"spec":{"chaos":""")
TOLD = typed(PAGE, "kubectl get slab measuring -o jsonpath='{.status.chaos}'")
CURL = (
    'curl -sS "$INFLUXDB_URL/api/v2/query?org=$INFLUXDB_ORG"'
    ' -H "Authorization: Token $INFLUXDB_TOKEN" -H "Content-Type: application/vnd.flux"'
    " --data-binary @-"
)
Row = dict[str, str]
UNDER = "under_replicated_partitions"


@pytest.fixture(scope="module")
def course(kubectl: Kubectl, course_namespace: str, course_terminal: Terminal) -> Iterator[Course]:
    """The lab of examples/measuring.yaml."""
    made = Course(kubectl, course_namespace, "measuring")
    course_terminal.type(APPLY)
    made.wait("Ready")
    course_terminal.type(WAIT, 610)
    yield made


@pytest.fixture
def home(course: Course, course_terminal: Terminal) -> Terminal:
    """The terminal in front of the lab."""
    assert course.name
    return course_terminal


def asked(course: Course, measurement: str, field: str, seconds: int, then: str) -> list[Row]:
    """Rows of an answer of InfluxDB, by the token that people have."""
    flux = (
        f'from(bucket: "kafka_metrics") |> range(start: -{seconds}s)'
        f' |> filter(fn: (r) => r._measurement == "{measurement}" and r._field == "{field}")'
        f" |> {then}"
    )
    text = course.run("deploy/measuring-toolbox", "sh", "-c", CURL, stdin=flux)
    return list(csv.DictReader(line for line in text.splitlines() if line.strip()))


def by_broker(course: Course, field: str, seconds: int = 30) -> dict[str, int]:
    """The newest value of each broker that has said anything lately."""
    found = asked(course, "kafka_replication", field, seconds, "last()")
    return {row["broker"]: int(row["_value"]) for row in found}


def lag(course: Course) -> int:
    """Of the group `slow`, over all partitions that it has read."""
    rows = asked(course, "kafka_lag", "lag", 30, "last()")
    return sum(int(row["_value"]) for row in rows if row["group"] == "slow")


def test_points_of_every_broker_arrive(course: Course, home: Terminal) -> None:
    assert course.condition("MetricsReady")["status"] == "True"
    course.until(lambda: by_broker(course, UNDER).keys() == set("012"), "all three")
    course.until(lambda: sum(by_broker(course, UNDER).values()) == 0, "all in sync")
    assert "9405/metrics" in home.type(CONFIG)
    active = asked(course, "kafka_controller", "active", 30, "last()")
    assert sorted(row["_value"] for row in active) == ["0", "0", "1"]
    course.until_passed("m1-start")


def test_a_query_of_the_page_shows_every_broker(course: Course, home: Terminal) -> None:
    course.until(lambda: by_broker(course, UNDER).keys() == set("012"), "all three")
    shown = home.type(QUERY)
    rows = list(csv.DictReader(line for line in shown.splitlines() if line.strip()))
    assert {row["broker"] for row in rows} >= set("012")
    assert {UNDER, "leaders", "isr_shrinks"} <= {row["_field"] for row in rows}


def test_a_count_becomes_a_rate(course: Course) -> None:
    """Ten points a second, in two topics; what groups commit is counted too."""
    then = "derivative(unit: 1s, nonNegative: true) |> mean()"

    def rate() -> float:
        return sum(
            float(r["_value"]) for r in asked(course, "kafka_network", "messages_in", 60, then)
        )

    course.until(lambda: 10 < rate() < 60, "about twenty messages a second")


def test_a_group_that_stops_lags_more_and_more(course: Course, home: Terminal) -> None:
    home.type(READ)
    course.until(lambda: lag(course) > 0, "the group's lag is in InfluxDB")
    before = lag(course)
    course.until(lambda: lag(course) > before + 50, "it rises")
    # Without a number of messages it goes on, and is ended here as by Ctrl-C.
    on = put(READ, {" --max-messages 50": ""}).partition(" -- ")[2]
    course.shell("deploy/measuring-toolbox", f"timeout 30 {on} > /dev/null || [ $? = 124 ]")
    course.until_passed("m4-lag")


def test_a_broker_that_is_stopped_is_seen_in_the_curves_of_the_others(
    course: Course, home: Terminal
) -> None:
    course.until(lambda: by_broker(course, "leaders").keys() == set("012"), "all three")
    before = by_broker(course, "isr_expands")

    home.type(STOP)

    def lacking() -> bool:
        found = by_broker(course, UNDER, 15)
        return "1" not in found and sum(found.values()) > 0

    course.until(lacking, "replicas lack, and broker 1 says nothing", 240)
    home.type(START)
    course.until(lambda: by_broker(course, UNDER, 15).keys() == set("012"), "it is back", 240)
    course.until(lambda: sum(by_broker(course, UNDER, 15).values()) == 0, "all in sync", 240)
    # The leaders took it back. That it went was the controller's doing, which no leader counts.
    after = by_broker(course, "isr_expands")
    assert after["0"] + after["2"] > before["0"] + before["2"]
    course.wait("Ready", seconds=240)
    course.until_passed("m5-stop", "m6-back")


def test_a_declared_chaos_is_told_of(course: Course, home: Terminal) -> None:
    home.type(CHAOS)
    course.until(lambda: '"endsAt"' in home.type(TOLD), "it has begun")
    elections = asked(course, "kafka_leader", "elections", 60, "last()")
    assert {"weather", "weather-telegraf"} <= {row["topic"] for row in elections}
    course.until_passed("m7-chaos")
    course.kubectl(
        "patch", "slab", course.name, "-n", course.namespace, "--type", "merge",
        "-p", '{"spec":{"chaos":null}}',
    )  # fmt: skip
    course.wait("Ready", seconds=300)
