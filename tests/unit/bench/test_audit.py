"""Writes are told from reads, and the Lease's renewals from both."""

import json
from pathlib import Path

from bench.audit import AuditLog, Request, by_kind, by_kind_with_latency, writes


def line(user: str, verb: str, resource: str, subresource: str = "", code: int = 200) -> str:
    reference = {"resource": resource}
    if subresource:
        reference["subresource"] = subresource
    event = {
        "user": {"username": user},
        "verb": verb,
        "objectRef": reference,
        "responseStatus": {"code": code},
    }
    return json.dumps(event) + "\n"


def test_only_new_lines_of_one_user_are_read(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    log = AuditLog(path)
    assert log.new("operator") == []
    path.write_text(line("operator", "get", "pods") + line("floor", "patch", "pods"))
    assert log.new("operator") == [Request("operator", "get", "pods", 200)]
    with path.open("a") as stream:
        stream.write(line("operator", "patch", "labs", "status", 500))
    assert log.new("operator") == [Request("operator", "patch", "labs/status", 500)]
    assert log.new("operator") == []


def test_a_line_that_is_still_being_written_is_read_later(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    whole = line("operator", "get", "pods")
    path.write_text(whole + whole[:20])
    log = AuditLog(path)
    assert len(log.new("operator")) == 1
    with path.open("a") as stream:
        stream.write(whole[20:])
    assert len(log.new("operator")) == 1


def test_a_request_about_no_object_is_counted_too(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    path.write_text('{"user": {"username": "operator"}, "verb": "get"}\n')
    assert AuditLog(path).new("operator") == [Request("operator", "get", "", 0)]


def test_renewals_of_the_lease_are_counted_apart() -> None:
    seen = [
        Request("operator", "update", "leases", 200),
        Request("operator", "get", "leases", 200),
        Request("operator", "patch", "services", 200),
        Request("operator", "delete", "jobs", 200),
        Request("operator", "watch", "pods", 200),
    ]
    assert writes(seen) == (2, 1)


def test_requests_are_named_by_verb_and_resource_most_frequent_first() -> None:
    get = Request("operator", "get", "pods", 200)
    patch = Request("operator", "patch", "jobs", 200)
    assert list(by_kind([get, patch, patch]).items()) == [("patch jobs", 2), ("get pods", 1)]


def test_the_time_of_a_request_is_from_its_arrival_to_the_end_of_its_answer(tmp_path: Path) -> None:
    event = json.loads(line("operator", "patch", "services"))
    event["requestReceivedTimestamp"] = "2026-01-31T09:00:00.250000Z"
    event["stageTimestamp"] = "2026-01-31T09:00:01.000000Z"
    path = tmp_path / "audit.log"
    path.write_text(json.dumps(event) + "\n")
    assert AuditLog(path).new("operator") == [Request("operator", "patch", "services", 200, 0.75)]


def test_each_kind_of_call_has_its_number_and_latencies_and_a_watch_has_none() -> None:
    patches = [Request("operator", "patch", "services", 200, n / 1000) for n in range(1, 101)]
    watch = Request("operator", "watch", "pods", 200, 300.0)
    assert by_kind_with_latency([watch, *patches]) == {
        "patch services": {"calls": 100, "p50ms": 50.0, "p99ms": 99.0},
        "watch pods": {"calls": 1},
    }
