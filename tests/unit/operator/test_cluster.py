"""What the operator really sends to the Kubernetes API, and what it makes of the answers."""

import base64
import json
from collections.abc import Callable
from typing import Any, cast

import pytest
from aiohttp import web

from streaminglab_operator.adapters.api import MAX_RETRY_AFTER
from streaminglab_operator.adapters.cluster import KubernetesCluster
from streaminglab_operator.errors import ApiError, Conflict, Forbidden, NotFound
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Culprit, Observed
from streaminglab_operator.observed.refusals import refusal, unable
from streaminglab_operator.ports import EventToPublish, ObjectToApply
from tests.fakes.http import api_at

Json = dict[str, Any]
METEO = LabKey("user-alice", "meteo")
ITEM = Observed("Job", "meteo-init-1", "u7", 3, "init", "d", "o", False)
BODY = '{"kind":"Service","metadata":{"name":"meteo-kafka"}}'
METADATA = {
    "name": "meteo-kafka",
    "namespace": "user-alice",
    "uid": "u1",
    "resourceVersion": "4",
}


class Server:
    """Remembers requests; answers each with the next answer, or with an empty object."""

    def __init__(self, *answers: tuple[int, Json]) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, str, Json, Json, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        text = await request.text()
        body = json.loads(text) if text else {}
        kind = request.headers.get("Content-Type", "")
        self.requests.append((request.method, request.path, dict(request.query), body, kind))
        status, answer = self.answers.pop(0) if self.answers else (200, {})
        return web.json_response(answer, status=status)


def _refusal(status: int, message: str) -> tuple[int, Json]:
    return status, {"kind": "Status", "message": message}


async def test_an_apply_is_a_forced_server_side_apply_under_our_name() -> None:
    server = Server((200, {"metadata": METADATA}))
    async with api_at(server.answer) as api:
        item = ObjectToApply("v1", "Service", "user-alice", "meteo-kafka", BODY, uid="u1")
        record = await KubernetesCluster(api).apply(item)
    ((method, path, query, sent, content_type),) = server.requests
    assert (method, path) == ("PATCH", "/api/v1/namespaces/user-alice/services/meteo-kafka")
    assert query == {"fieldManager": "streaminglab-operator", "force": "true"}
    assert content_type == "application/apply-patch+yaml"
    assert sent == {"kind": "Service", "metadata": {"name": "meteo-kafka", "uid": "u1"}}
    assert (record.kind, record.uid, record.resource_version) == ("Service", "u1", 4)


async def test_what_is_to_be_made_is_applied_to_no_object_that_is_there() -> None:
    """Of an object that exists the API server compares the version, and nothing has version 1."""
    server = Server((200, {"metadata": METADATA}))
    async with api_at(server.answer) as api:
        item = ObjectToApply("v1", "Service", "user-alice", "meteo-kafka", BODY)
        await KubernetesCluster(api).apply(item)
    ((_, _, _, sent, _),) = server.requests
    assert sent["metadata"] == {"name": "meteo-kafka", "resourceVersion": "1"}


@pytest.mark.parametrize(
    "answer",
    [
        _refusal(409, 'Operation cannot be fulfilled on services "kafka": it has been modified'),
        _refusal(422, 'Service "kafka" is invalid: metadata.uid: Invalid value: "u1": immutable'),
    ],
    ids=["another version", "another uid"],
)
async def test_an_object_of_somebody_else_is_a_conflict(answer: tuple[int, Json]) -> None:
    async with api_at(Server(answer).answer) as api:
        item = ObjectToApply("v1", "Service", "user-alice", "kafka", BODY, uid="u1")
        with pytest.raises(Conflict):
            await KubernetesCluster(api).apply(item)


async def test_another_immutable_field_is_a_refusal() -> None:
    async with api_at(Server(_refusal(422, "spec.template: field is immutable")).answer) as api:
        item = ObjectToApply("batch/v1", "Job", "user-alice", "meteo-init-1", BODY, uid="u1")
        with pytest.raises(ApiError) as caught:
            await KubernetesCluster(api).apply(item)
    assert caught.value.status == 422


async def test_a_quota_is_told_in_the_api_servers_words() -> None:
    server = Server(_refusal(403, "exceeded quota: student"))
    async with api_at(server.answer) as api:
        with pytest.raises(Forbidden) as caught:
            item = ObjectToApply("v1", "Service", "user-alice", "meteo-kafka", BODY)
            await KubernetesCluster(api).apply(item)
    assert caught.value.message == "exceeded quota: student"


async def test_an_answer_that_is_no_json_is_an_api_error() -> None:
    async def gateway(_: web.Request) -> web.Response:
        return web.Response(text="<html>", status=200)

    async with api_at(gateway) as api:
        with pytest.raises(ApiError):
            await KubernetesCluster(api).read_secret("user-alice", "x")


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), (" 1 ", 1.0), ("86400", MAX_RETRY_AFTER), ("9" * 5000, 0.0), ("-3", 0.0),
     ("²", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0), (None, 0.0)],
)  # fmt: skip
async def test_an_error_says_for_how_long_the_api_server_wants_to_be_left_alone(
    status: int, header: str | None, seconds: float
) -> None:
    async def busy(_: web.Request) -> web.Response:
        headers = {} if header is None else {"Retry-After": header}
        return web.json_response({"message": "too many requests"}, status=status, headers=headers)

    async with api_at(busy) as api:
        with pytest.raises(ApiError) as caught:
            await KubernetesCluster(api).read_secret("user-alice", "x")
        with pytest.raises(ApiError) as streamed:
            async for _ in api.stream("/api/v1/pods", {}, "application/json", 5):
                pass
    for error in (caught.value, streamed.value):
        assert (error.status, error.retry_after) == (status, seconds)
        assert error.message == "too many requests"


async def test_a_delete_demands_the_uid_that_was_seen() -> None:
    server = Server()
    async with api_at(server.answer) as api:
        await KubernetesCluster(api).delete(ITEM, "user-alice")
    ((method, path, _, body, _),) = server.requests
    assert (method, path) == ("DELETE", "/apis/batch/v1/namespaces/user-alice/jobs/meteo-init-1")
    assert body["preconditions"] == {"uid": "u7"}
    assert body["propagationPolicy"] == "Background"


@pytest.mark.parametrize("status", [404, 409], ids=["gone", "another by now"])
async def test_a_delete_of_what_is_no_longer_there_is_fine(status: int) -> None:
    server = Server(_refusal(status, "no"))
    async with api_at(server.answer) as api:
        await KubernetesCluster(api).delete(ITEM, "user-alice")
    assert len(server.requests) == 1


async def test_a_secret_is_read_with_its_owners() -> None:
    data = {"a": base64.b64encode(b"SECRET-a").decode()}
    metadata = {
        "ownerReferences": [{"uid": "u-lab"}],
        "labels": {"l": "1"},
        "annotations": {"a": "2"},
        "resourceVersion": "7",
    }
    server = Server((200, {"metadata": metadata, "data": data}))
    async with api_at(server.answer) as api:
        stored = await KubernetesCluster(api).read_secret("user-alice", "meteo-credentials")
    assert stored is not None
    assert stored.values == {"a": "SECRET-a"}
    assert stored.owners == {"u-lab"}
    assert (stored.labels, stored.annotations) == ({"l": "1"}, {"a": "2"})
    assert (stored.version, stored.deleting) == ("7", False)
    assert "SECRET" not in repr(stored)


async def test_a_secret_that_is_not_there_is_none() -> None:
    async with api_at(Server(_refusal(404, "not found")).answer) as api:
        assert await KubernetesCluster(api).read_secret("user-alice", "x") is None


async def test_a_secret_is_made_with_all_its_values_in_one_request() -> None:
    server = Server((201, {"metadata": {"resourceVersion": "7"}}))
    metadata = {"labels": {"l": "1"}, "ownerReferences": [{"uid": "u-lab"}]}
    async with api_at(server.answer) as api:
        cluster = KubernetesCluster(api)
        where = ("user-alice", "meteo-credentials")
        assert await cluster.create_secret(*where, {"a": "b", "c": "d"}, metadata) == "7"
    ((method, path, _, body, _),) = server.requests
    assert (method, path) == ("POST", "/api/v1/namespaces/user-alice/secrets")
    assert body["metadata"] == {"name": where[1], "namespace": where[0], **metadata}
    assert body["data"] == {
        "a": base64.b64encode(b"b").decode(),
        "c": base64.b64encode(b"d").decode(),
    }


async def test_a_secret_that_exists_gets_keys_and_owners_by_a_patch_of_what_was_read() -> None:
    server = Server((200, {"metadata": {"resourceVersion": "8"}}))
    metadata = {"labels": {"l": "1"}, "ownerReferences": [{"uid": "u-lab"}]}
    async with api_at(server.answer) as api:
        cluster = KubernetesCluster(api)
        where = ("user-alice", "meteo-credentials")
        assert await cluster.patch_secret(*where, {"a": "b", "c": None}, metadata, "7") == "8"
    ((method, path, _, body, content_type),) = server.requests
    assert (method, content_type) == ("PATCH", "application/merge-patch+json")
    assert path.endswith("/secrets/meteo-credentials")
    assert body == {
        "metadata": {**metadata, "resourceVersion": "7"},
        "data": {"a": base64.b64encode(b"b").decode(), "c": None},
    }


@pytest.mark.parametrize("status", [409, 404], ids=["changed since", "gone"])
async def test_a_secret_that_is_another_by_now_is_not_written_to(status: int) -> None:
    server = Server(_refusal(status, "no"))
    async with api_at(server.answer) as api:
        with pytest.raises(Conflict if status == 409 else NotFound):
            await KubernetesCluster(api).patch_secret("user-alice", "x", {"a": "b"}, {}, "7")
    assert len(server.requests) == 1


REJECTED = "the server rejected our request due to an error in our request"


async def test_each_field_of_a_status_is_written_whole_and_a_lab_that_is_gone_is_fine() -> None:
    server = Server((200, {}), _refusal(404, "not found"))
    async with api_at(server.answer) as api:
        cluster = KubernetesCluster(api)
        assert await cluster.patch_status(METEO, "u-lab", {"phase": "Ready", "data": None})
        assert not await cluster.patch_status(METEO, "u-lab", {"phase": "Ready"})
    path, body = server.requests[0][1], cast("Any", server.requests[0][3])
    assert path == (
        "/apis/streaminglab.dev/v1alpha1/namespaces/user-alice/streaminglabs/meteo/status"
    )
    assert body == [
        {"op": "test", "path": "/metadata/uid", "value": "u-lab"},
        {"op": "add", "path": "/status/phase", "value": "Ready"},
        {"op": "add", "path": "/status/data", "value": ""},
        {"op": "remove", "path": "/status/data"},
    ]


@pytest.mark.parametrize("first", [True, False])
async def test_a_status_is_made_where_there_is_none_and_edited_where_there_is_one(
    first: bool,
) -> None:
    """Whatever was seen before: the other form is tried where the first is rejected."""
    server = Server(_refusal(422, REJECTED), (200, {}))
    async with api_at(server.answer) as api:
        fields = {"phase": "Ready", "data": None}
        assert await KubernetesCluster(api).patch_status(METEO, "u-lab", fields, first=first)
    made, edited = (cast("Any", r[3]) for r in sorted(server.requests, key=lambda r: len(r[3])))
    assert made[1:] == [
        {"op": "test", "path": "/status", "value": None},
        {"op": "add", "path": "/status", "value": {"phase": "Ready"}},
    ]
    assert [made[1]["path"], edited[1]["path"]] == ["/status", "/status/phase"]
    assert (server.requests[0][3] == made) == first


async def test_the_status_of_a_lab_goes_to_no_other_one_of_its_name() -> None:
    async with api_at(Server(_refusal(422, REJECTED), _refusal(422, REJECTED)).answer) as api:
        assert not await KubernetesCluster(api).patch_status(METEO, "u-lab", {"phase": "Ready"})


@pytest.mark.parametrize(("status", "words"), [(409, "modified"), (422, "phase is invalid")])
async def test_a_status_that_is_refused_does_not_mean_that_its_lab_is_gone(
    status: int, words: str
) -> None:
    async with api_at(Server(_refusal(status, words)).answer) as api:
        with pytest.raises(ApiError, match=words):
            await KubernetesCluster(api).patch_status(METEO, "u-lab", {"phase": "Ready"})


async def test_an_event_is_about_the_lab_and_its_loss_is_no_error() -> None:
    server = Server(_refusal(403, "no"))
    async with api_at(server.answer) as api:
        event = EventToPublish("Warning", "Failed", "x" * 5000)
        await KubernetesCluster(api).publish(METEO, "u-lab", event)
    _, path, _, body, _ = server.requests[0]
    assert path == "/api/v1/namespaces/user-alice/events"
    assert body["involvedObject"]["uid"] == "u-lab"
    assert len(body["message"]) <= 1024, "the API server refuses longer messages"


async def test_the_newest_refusal_about_this_very_object_counts() -> None:
    def event(uid: str, when: str, message: str) -> Json:
        return {"involvedObject": {"uid": uid}, "lastTimestamp": when, "message": message}

    items = [
        event("u7", "2026-03-02T08:00:00Z", "exceeded quota: old"),
        event("u7", "2026-03-02T08:05:00Z", "exceeded quota: new"),
        event("another", "2026-03-02T09:00:00Z", "violates PodSecurity"),
    ]
    server = Server((200, {"items": items}), (200, {"items": []}))
    async with api_at(server.answer) as api:
        cluster = KubernetesCluster(api)
        culprit = await cluster.why_not_created("user-alice", ITEM)
        assert await cluster.why_not_created("user-alice", ITEM) is None
    assert culprit is not None
    assert "exceeded quota: new" in culprit.message
    assert "involvedObject.name=meteo-init-1" in server.requests[0][2]["fieldSelector"]


async def test_a_nudge_does_not_become_one_of_our_fields() -> None:
    server = Server()
    async with api_at(server.answer) as api:
        await KubernetesCluster(api).nudge("user-alice", ITEM, "17")
    _, _, query, body, _ = server.requests[0]
    assert query == {"fieldManager": "streaminglab-operator-nudge"}
    assert body["metadata"]["annotations"] == {"streaminglab.dev/tried-again-at": "17"}


async def test_a_nudge_names_the_very_object_that_was_seen() -> None:
    server = Server()
    async with api_at(server.answer) as api:
        await KubernetesCluster(api).nudge("user-alice", ITEM, "17")
    metadata = server.requests[0][3]["metadata"]
    assert metadata["uid"] == ITEM.uid
    assert metadata["resourceVersion"] == str(ITEM.resource_version)


@pytest.mark.parametrize("words", ["metadata.uid: Invalid value: field is immutable", ""])
async def test_a_nudge_of_an_object_made_anew_is_a_conflict(words: str) -> None:
    async with api_at(Server(_refusal(422 if words else 409, words or "modified")).answer) as api:
        with pytest.raises(Conflict):
            await KubernetesCluster(api).nudge("user-alice", ITEM, "17")


async def test_an_api_server_that_is_not_there_is_an_api_error_without_a_status() -> None:
    server = Server()
    async with api_at(server.answer) as api:
        api._server = "http://127.0.0.1:9"
        with pytest.raises(ApiError) as caught:
            await KubernetesCluster(api).read_secret("user-alice", "x")
    assert caught.value.status == 0
    assert not isinstance(caught.value, Conflict)


def test_a_cluster_without_the_gateway_api_is_named_so() -> None:
    for words in ("404 page not found", "the server could not find the requested resource"):
        assert refusal(words, "HTTPRoute meteo-access").reason == "GatewayAPIMissing"
    assert refusal("secrets not found", "Job meteo-init").reason == "Refused"


@pytest.mark.parametrize("why", [refusal, unable])
def test_foreign_words_are_cut(why: Callable[[str, str], Culprit]) -> None:
    assert len(why("exceeded quota " + "://:" * 250_000, "Pod x").message) < 1200
