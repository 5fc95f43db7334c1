"""The floor's manifests are what the operator applied, and nothing that others added."""

from typing import Any

from bench.owned import applied_by, without_owner

LIVE: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {
        "name": "web",
        "namespace": "ns",
        "uid": "1",
        "labels": {"app": "web", "added": "by-others"},
        "finalizers": ["ours", "theirs"],
        "ownerReferences": [{"uid": "u"}],
        "managedFields": [
            {"manager": "other", "operation": "Update", "fieldsV1": {"f:status": {}}},
            {
                "manager": "me",
                "operation": "Apply",
                "fieldsV1": {
                    "f:metadata": {
                        "f:labels": {"f:app": {}},
                        "f:finalizers": {'v:"ours"': {}},
                        "f:ownerReferences": {'k:{"uid":"u"}': {}},
                    },
                    "f:spec": {
                        "f:replicas": {},
                        "f:selector": {},
                        "f:template": {
                            "f:spec": {
                                "f:containers": {
                                    'k:{"name":"b"}': {
                                        ".": {},
                                        "f:name": {},
                                        "f:ports": {
                                            'k:{"containerPort":80,"protocol":"TCP"}': {
                                                ".": {},
                                                "f:containerPort": {},
                                            }
                                        },
                                    }
                                },
                                "f:volumes": {'k:{"name":"tmp"}': {".": {}, "f:emptyDir": {}}},
                                "f:securityContext": {".": {}},
                            }
                        },
                    },
                },
            },
        ],
    },
    "spec": {
        "replicas": 0,
        "paused": False,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "spec": {
                "containers": [
                    {"name": "a", "image": "injected"},
                    {
                        "name": "b",
                        "image": "default",
                        "ports": [{"containerPort": 80, "protocol": "TCP", "hostPort": 1}],
                    },
                ],
                "volumes": [{"name": "tmp", "emptyDir": {}}],
                "securityContext": {"fsGroup": 7},
            }
        },
    },
    "status": {"readyReplicas": 1},
}


def test_only_the_fields_of_one_manager_are_taken() -> None:
    assert applied_by("me", LIVE) == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "web",
            "namespace": "ns",
            "labels": {"app": "web"},
            "finalizers": ["ours"],
            "ownerReferences": [{"uid": "u"}],
        },
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "spec": {
                    "containers": [
                        {"name": "b", "ports": [{"containerPort": 80, "protocol": "TCP"}]}
                    ],
                    "volumes": [{"name": "tmp", "emptyDir": {}}],
                    "securityContext": {},
                }
            },
        },
    }


def test_an_object_that_the_manager_did_not_apply_gives_nothing() -> None:
    assert applied_by("other", LIVE) is None
    assert applied_by("nobody", LIVE) is None


def test_the_owner_is_left_out_and_nothing_else() -> None:
    mine = applied_by("me", LIVE)
    assert mine is not None
    freed = without_owner(mine)
    assert "ownerReferences" not in freed["metadata"]
    assert freed["metadata"]["labels"] == {"app": "web"}
    assert freed["spec"] == mine["spec"]
    assert "ownerReferences" in mine["metadata"]
