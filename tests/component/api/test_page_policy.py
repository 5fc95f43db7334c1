"""The policy of the operator's chart on a real API server: a lab's page stops brokers and says how
far the exercises are, no more.

The account has every right here (the server authorises all): what is refused, the policy refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from streaminglab_page.kube import REJECTED
from tests.component.api.conftest import LABS, Labs
from tests.component.api.control_plane import Answer, Client
from tests.component.api.policies import PAGES, installed, let_in, until_in_force

FORBIDDEN = "may change spec.kafka.stoppedBrokers and nothing else"
TOPIC = {"name": "orders", "partitions": 6}
SPEC: dict[str, Any] = {
    "weather": False,
    "page": {},
    "connect": {},
    "kafka": {"brokers": 3, "topics": [TOPIC]},
}
STOP = {"kafka": {"stoppedBrokers": [1]}}

Edit = dict[str, Any]


class Lab:
    """One kept lab, edited on trial by whom one likes."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name
        self.where = f"{LABS}/{name}"
        self.page = f"system:serviceaccount:default:{name}-page"

    def edit(self, edit: Edit, user: str = "", subresource: str = "") -> Answer:
        where = f"{self.where}{subresource}?dryRun=All"
        return self.client.call("PATCH", where, edit, user or self.page)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> Iterator[Lab]:
    """A lab of three brokers, and the policy in force."""
    made = labs.create(SPEC, "paged", keep=True)
    assert made.accepted, made.message
    found = Lab(labs.client, "paged")
    marks = {"labels": {"course": "a"}, "annotations": {"a": "b"}, "finalizers": ["example.org/a"]}
    assert labs.client.call("PATCH", found.where, {"metadata": marks}).accepted
    with installed(labs.client, PAGES):
        until_in_force(lambda: found.edit({"spec": {"weather": True}}))
        yield found
    labs.client.call("PATCH", found.where, {"metadata": {"finalizers": None}})
    labs.client.call("DELETE", found.where)


@pytest.mark.parametrize("stopped", [[1], [0, 2], [], None])
def test_the_page_stops_and_starts_brokers(lab: Lab, stopped: list[int] | None) -> None:
    answer = lab.edit({"spec": {"kafka": {"stoppedBrokers": stopped}}})
    assert let_in(answer), answer.message


def test_a_broker_that_is_stopped_is_started_again(lab: Lab) -> None:
    for stopped in ([1], []):
        edit = {"spec": {"kafka": {"stoppedBrokers": stopped}}}
        answer = lab.client.call("PATCH", lab.where, edit, lab.page)
        assert let_in(answer), answer.message
        assert answer.body["spec"]["kafka"]["stoppedBrokers"] == stopped


def test_a_broker_is_stopped_in_the_spec_that_was_seen_and_in_no_newer_one(lab: Lab) -> None:
    generation = lab.client.call("GET", lab.where).body["metadata"]["generation"]

    def stop(seen: int) -> Answer:
        edit = [
            {"op": "test", "path": "/metadata/generation", "value": seen},
            {"op": "add", "path": "/spec/kafka/stoppedBrokers", "value": [2]},
        ]
        where, kind = f"{lab.where}?dryRun=All", "application/json-patch+json"
        return lab.client.call("PATCH", where, edit, lab.page, kind=kind)

    assert let_in(stop(generation))
    older = stop(generation - 1)
    assert (older.status, REJECTED in older.message) == (422, True), older.message


def test_what_the_crd_refuses_is_still_told_in_its_words(lab: Lab) -> None:
    answer = lab.edit({"spec": {"kafka": {"stoppedBrokers": [0, 1, 2]}}})
    assert answer.status == 422
    assert "stoppedBrokers" in answer.message


EDITS: dict[str, Edit] = {
    "spec.kafka.resources": {"spec": {"kafka": {"resources": {"cpu": "2"}}}},
    "spec.kafka.topics": {"spec": {"kafka": {"topics": [TOPIC, {"name": "more"}]}}},
    "spec.weather": {"spec": {"weather": True}},
    "spec.connect": {"spec": {"connect": {"resources": {"memory": "2Gi"}}}},
    "spec.page": {"spec": {"page": {"enabled": False}}},
    "spec.jupyter": {"spec": {"jupyter": {}}},
    "metadata.labels": {"metadata": {"labels": {"course": "b"}}},
    "metadata.annotations": {"metadata": {"annotations": {"c": "d"}}},
    "metadata.finalizers": {"metadata": {"finalizers": ["example.org/a", "example.org/b"]}},
    "metadata.ownerReferences": {
        "metadata": {
            "ownerReferences": [{"apiVersion": "v1", "kind": "Secret", "name": "a", "uid": "0"}]
        }
    },
}


@pytest.mark.parametrize("field", EDITS)
@pytest.mark.parametrize("besides", [{}, STOP], ids=["alone", "besides a broker"])
def test_the_page_edits_nothing_else_and_is_told_what(
    lab: Lab, field: str, besides: dict[str, Any]
) -> None:
    edit = {**EDITS[field]}
    spec = {**edit.get("spec", {})}
    if besides:
        edit["spec"] = {**spec, "kafka": {**spec.get("kafka", {}), **besides["kafka"]}}
    answer = lab.edit(edit)
    assert answer.status == 403
    assert FORBIDDEN in answer.message
    assert f"and so not {field}. Edit the lab as yourself." in answer.message


@pytest.mark.parametrize(
    "taken", [{"labels": None}, {"annotations": None}, {"finalizers": None}], ids=str
)
def test_the_page_takes_nothing_away(lab: Lab, taken: dict[str, Any]) -> None:
    (field,) = taken
    answer = lab.edit({"metadata": taken})
    assert answer.status == 403
    assert f"and so not metadata.{field}." in answer.message


def test_all_that_was_tried_is_named(lab: Lab) -> None:
    answer = lab.edit({"spec": {"weather": True, "kafka": {"topics": []}}})
    assert "and so not spec.weather, spec.kafka.topics." in answer.message


def test_the_number_of_brokers_is_not_the_pages_to_change(lab: Lab) -> None:
    for brokers in (1, None):
        assert not let_in(lab.edit({"spec": {"kafka": {"brokers": brokers}}}))


def test_the_page_says_how_far_the_exercises_are(lab: Lab) -> None:
    items = [{"name": "topic", "state": "passed", "passedAt": "2026-11-28T09:00:00Z"}]
    told = {"set": "000", "summary": "1/1", "startedAt": "2026-11-28T08:00:00Z", "items": items}
    answer = lab.edit({"status": {"exercises": told}}, subresource="/status")
    assert let_in(answer), answer.message
    assert answer.body["status"]["exercises"] == told


def test_an_edit_of_the_lab_says_nothing_of_its_exercises(lab: Lab) -> None:
    """Whoever edits labs, as students do: of the status the API server takes nothing."""
    told = {"set": "000", "summary": "1/1", "items": []}
    for user in ("alice", lab.page):
        answer = lab.edit({"status": {"exercises": told}}, user)
        assert "exercises" not in answer.body.get("status", {})


def test_the_page_writes_no_other_status_and_neither_deletes_nor_makes_its_lab(lab: Lab) -> None:
    told = {"set": "000", "summary": "0/0", "items": []}
    status = lab.edit({"status": {"phase": "Ready", "exercises": told}}, subresource="/status")
    deleted = lab.client.call("DELETE", f"{lab.where}?dryRun=All", user=lab.page)
    body = {**lab.client.call("GET", lab.where).body, "metadata": {"name": "fresh"}}
    page = "system:serviceaccount:default:fresh-page"
    made = lab.client.call("POST", f"{LABS}?dryRun=All", body, page)
    for answer, said in ((status, "not status.phase"), (deleted, "delete it"), (made, "delete it")):
        assert answer.status == 403, answer.message
        assert FORBIDDEN in answer.message
        assert f"{said}. Edit the lab as yourself." in answer.message


@pytest.mark.parametrize(
    "user",
    [
        "alice",
        "system:serviceaccount:default:paged",
        "system:serviceaccount:default:other-page",
        "system:serviceaccount:elsewhere:paged-page",
        "default:paged-page",
    ],
)
def test_whoever_else_may_edit_is_not_held(lab: Lab, user: str) -> None:
    for edit in EDITS.values():
        answer = lab.edit(edit, user)
        assert let_in(answer) or FORBIDDEN not in answer.message
    both = lab.edit({"spec": {"weather": True, **STOP}, "metadata": {"labels": {"a": "b"}}}, user)
    assert let_in(both), both.message


def test_all_labs_of_a_namespace_can_be_deleted_at_once(lab: Lab) -> None:
    """As the end of a namespace does it: such a request names no lab."""
    answer = lab.client.call("DELETE", f"{LABS}?dryRun=All")
    assert answer.accepted, answer.message


def test_a_lab_made_with_a_generated_name_is_let_in(lab: Lab) -> None:
    """Nor does such a request."""
    body = {
        "apiVersion": "streaminglab.dev/v1alpha1",
        "kind": "StreamingLab",
        "metadata": {"generateName": "lab-"},
        "spec": {},
    }
    answer = lab.client.call("POST", f"{LABS}?dryRun=All", body)
    assert answer.accepted, answer.message


def test_a_lab_of_the_largest_size_is_compared_within_the_servers_limit(
    lab: Lab, labs: Labs
) -> None:
    topics = [
        {"name": f"topic-{n}", "config": {f"option.{m}": "x" * 512 for m in range(32)}}
        for n in range(32)
    ]
    made = labs.create({**SPEC, "kafka": {"brokers": 3, "topics": topics}}, "heavy", keep=True)
    assert made.accepted, made.message
    heavy = Lab(labs.client, "heavy")
    notes = {"annotations": {f"note-{n}": "x" * 1000 for n in range(256)}}
    assert labs.client.call("PATCH", heavy.where, {"metadata": notes}).accepted
    assert heavy.client is lab.client, "where the policy is in force"
    stopped = heavy.edit({"spec": STOP})
    assert let_in(stopped), stopped.message
    assert FORBIDDEN in heavy.edit({"spec": {"kafka": {"topics": []}}}).message
    labs.client.call("DELETE", heavy.where)
