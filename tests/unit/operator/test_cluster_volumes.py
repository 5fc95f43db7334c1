"""What the operator asks and writes of volume claims."""

from __future__ import annotations

import pytest

from streaminglab_operator.adapters.cluster import KubernetesCluster
from streaminglab_operator.observed import Observed
from streaminglab_operator.ports import VolumeChange
from tests.fakes.http import api_at
from tests.unit.operator.test_cluster import Json, Server

VOLUME = Observed("PersistentVolumeClaim", "data-a-0", "u", 7, "kafka", "", "", False)
BOTH = ({"kind": "StatefulSet", "uid": "u"}, {"kind": "StreamingLab", "uid": "u-lab"})


@pytest.mark.parametrize(
    ("metadata", "goes"),
    [
        ({}, False),
        ({"ownerReferences": [{"kind": "Backup", "uid": "u"}]}, False),
        ({"ownerReferences": [{"kind": "StatefulSet", "uid": "u"}]}, True),
        ({"ownerReferences": [{"kind": "Pod", "uid": "u"}]}, True),
        ({"deletionTimestamp": "2026-03-02T08:00:00Z"}, True),
        ({"ownerReferences": [{"kind": "StreamingLab", "uid": "u"}]}, True),
        ({"ownerReferences": [{"kind": "StreamingLab", "uid": "u-lab"}]}, False),
        ({"ownerReferences": [*BOTH]}, False),
        ({"ownerReferences": [*BOTH], "deletionTimestamp": "2026-03-02T08:00:00Z"}, True),
    ],
    ids=[
        "kept",
        "somebody else's",
        "of a StatefulSet",
        "of a pod",
        "being deleted",
        "of a former lab",
        "of this lab",
        "of this lab and a StatefulSet that is gone",
        "of this lab, and being deleted",
    ],
)
async def test_a_volume_that_goes_is_told_from_one_that_is_kept(metadata: Json, goes: bool) -> None:
    server = Server((200, {"metadata": metadata}))
    async with api_at(server.answer) as api:
        assert await KubernetesCluster(api).volume_goes("user-alice", "data-a-0", "u-lab") is goes
    ((method, path, *_),) = server.requests
    assert method == "GET"
    assert path == "/api/v1/namespaces/user-alice/persistentvolumeclaims/data-a-0"


async def test_a_volume_is_changed_as_it_was_seen_and_others_owners_stay() -> None:
    server = Server((200, {"metadata": {}}))
    owner = {"kind": "StreamingLab", "uid": "u-lab", "controller": False}
    async with api_at(server.answer) as api:
        await KubernetesCluster(api).change_volume(
            "user-alice", VOLUME, VolumeChange("5Gi", owner, ("u-old",))
        )
    ((method, path, _, body, kind),) = server.requests
    assert (method, path) == (
        "PATCH",
        "/api/v1/namespaces/user-alice/persistentvolumeclaims/data-a-0",
    )
    assert kind == "application/strategic-merge-patch+json"
    assert body == {
        "metadata": {
            "resourceVersion": "7",
            "ownerReferences": [{"$patch": "delete", "uid": "u-old"}, owner],
        },
        "spec": {"resources": {"requests": {"storage": "5Gi"}}},
    }


async def test_a_volume_that_only_grows_keeps_its_owners() -> None:
    server = Server((200, {"metadata": {}}))
    async with api_at(server.answer) as api:
        await KubernetesCluster(api).change_volume("user-alice", VOLUME, VolumeChange("5Gi"))
    assert server.requests[0][3]["metadata"] == {"resourceVersion": "7"}


async def test_a_volume_is_deleted_only_as_it_was_seen() -> None:
    server = Server((200, {}))
    async with api_at(server.answer) as api:
        await KubernetesCluster(api).delete(VOLUME, "user-alice")
    body = server.requests[0][3]
    assert body["preconditions"] == {"uid": "u", "resourceVersion": "7"}


async def test_a_volume_that_is_not_there_does_not_go() -> None:
    async with api_at(Server((404, {"kind": "Status", "message": "not found"})).answer) as api:
        assert not await KubernetesCluster(api).volume_goes("user-alice", "data-a-0", "u-lab")
