"""The fence between jobs and operator: what the programs say at their end, the operator reads.

Both sides are the real ones: the report as `verify` builds and writes it, and the lab's status.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_jobs.verify.digests import NOTHING, Difference
from streaminglab_jobs.verify.report import Counts
from streaminglab_operator.api import StreamingLabStatus
from streaminglab_operator.plan import plan
from streaminglab_operator.status import summarise
from tests import labs
from tests.fakes.reports import last_words, partitions_report, verify_report

Json = dict[str, Any]
LAB = labs.lab({"inject": {"points": 40}})
READ = ("influxdb", "producer", "telegraf", "alerts", "expected", "replayed", "own")
numbers = st.integers(0, 60)
differences = st.just(NOTHING) | st.builds(Difference, *[st.integers(0, 3)] * 4, st.just(0))


def _status(said: str, state: Any = labs.COMPLETE) -> Json:
    verify = labs.job(LAB, "verify", state, said)
    view = labs.view(LAB, labs.workloads(LAB), labs.init(LAB), labs.inject(LAB), verify)
    return summarise(LAB, view, plan(LAB, view, labs.OPTIONS), StreamingLabStatus()).to_dict()


def _condition(status: Json, kind: str) -> Json:
    return next(c for c in status["conditions"] if c["type"] == kind)


@settings(deadline=None)
@given(st.tuples(numbers, numbers, numbers), differences, differences, numbers, st.integers(0, 5))
def test_the_counts_of_any_comparison_are_in_the_status(
    seen: tuple[int, int, int], first: Difference, second: Difference, alerts: int, replayed: int
) -> None:
    points, producer, telegraf = seen
    topics = {"producer": (producer, first), "telegraf": (telegraf, second)}
    report = verify_report(points, Counts(40, alerts, replayed), topics)
    status = _status(last_words(report), labs.COMPLETE if report["equal"] else labs.RUNNING)
    assert {key: status["data"][key] for key in READ} == {key: report[key] for key in READ}
    assert status["data"]["summary"] == f"{points}/{producer}/{telegraf}"
    flowing = _condition(status, "DataFlowing")
    assert (flowing["status"] == "True") is report["equal"]
    if not report["equal"]:
        assert flowing["reason"] == "PointsMissing"


@pytest.mark.parametrize("key", [*READ, "equal"])
def test_a_count_that_only_one_side_renames_is_noticed(key: str) -> None:
    report = verify_report(
        40,
        Counts(40, 7, 3),
        {"producer": (41, NOTHING), "telegraf": (43, NOTHING._replace(edited=1))},
    )
    assert report[key], "a count of 0 could not be told from one that is missing"
    report[f"{key}Renamed"] = report.pop(key)
    status = _status(last_words(report), labs.RUNNING if key == "equal" else labs.COMPLETE)
    if key == "expected":
        # The operator knows itself what was asked for.
        assert status["data"]["expected"] == 40
    elif key == "equal":
        assert _condition(status, "DataFlowing")["status"] == "False"
    else:
        assert status.get("data", {}).get(key) != report[f"{key}Renamed"]


@settings(deadline=None)
@given(st.text(min_size=1, max_size=5000))
def test_what_a_program_that_failed_says_is_what_the_student_reads(said: str) -> None:
    words = last_words({"message": said})
    init = labs.job(LAB, "init", labs.FAILED, words, labs.view(LAB))
    view = labs.view(LAB, labs.workloads(LAB), init)
    status = summarise(LAB, view, plan(LAB, view, labs.OPTIONS), StreamingLabStatus()).to_dict()
    shown = _condition(status, "TopicsReady")["message"]
    assert said[:200] in shown


THREE = labs.lab({"weather": False, "kafka": {"brokers": 3}})


def _kafka(report: Json) -> Json:
    base = labs.view(THREE, labs.workloads(THREE), labs.init(THREE))
    look = labs.job(THREE, "partitions", labs.COMPLETE, last_words(report), base)
    view = labs.view(THREE, labs.workloads(THREE), labs.init(THREE), look)
    found = summarise(THREE, view, plan(THREE, view, labs.OPTIONS), StreamingLabStatus()).to_dict()
    return dict(found["kafka"])


@pytest.mark.parametrize("in_sync", [[0, 1, 2], [2, 0]])
def test_leaders_and_replicas_in_sync_are_in_the_status(in_sync: list[int]) -> None:
    kafka = _kafka(partitions_report([1, 2, 0], in_sync))
    assert kafka["current"] is True
    assert (kafka["underReplicated"], kafka["offline"]) == (int(len(in_sync) < 3), 0)
    assert kafka["partitions"] == [
        {"topic": "weather", "partition": 0, "leader": in_sync[0], "replicas": [1, 2, 0],
         "isr": in_sync}
    ]  # fmt: skip
    led = {b["id"]: b.get("leaders", 0) for b in kafka["brokers"]}
    assert led == {n: int(n == in_sync[0]) for n in range(3)}


@pytest.mark.parametrize("key", ["underReplicated", "offline", "partitions"])
def test_a_layout_of_which_only_one_side_renames_a_key_is_not_taken_for_seen(key: str) -> None:
    report = partitions_report([1, 2, 0], [2, 0])
    report[f"{key}Renamed"] = report.pop(key)
    assert _kafka(report)["current"] is False
