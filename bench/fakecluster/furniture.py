"""What stands in the fake cluster before anybody uses it: nodes, volumes, rights."""

from typing import Any

from bench.fakecluster.files import CLIENTS_GROUP

PODS_PER_NODE = 100  # of the 110 that a node takes: some room for pods that are being replaced

Item = tuple[str, dict[str, Any]]
"""The path of a collection, and an object for it."""


def nodes_for(pods: int) -> int:
    """How many nodes so many pods need."""
    return max(2, -(-pods // PODS_PER_NODE))


def node(number: int) -> Item:
    """One fake node; kwok fills in its status."""
    name = f"fake-{number:03}"
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    return "/api/v1/nodes", _object("Node", "v1", name, labels=labels)


def volume(number: int) -> Item:
    """A volume that any claim of up to 10 GiB may have: the real binder finds and binds it."""
    spec = {
        "capacity": {"storage": "10Gi"},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "fake",
        "hostPath": {"path": "/nowhere"},
    }
    return "/api/v1/persistentvolumes", {
        **_object("PersistentVolume", "v1", f"fake-{number:05}"),
        "spec": spec,
    }


def storage_class() -> Item:
    """The default class: claims take volumes that exist already, at once."""
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    return "/apis/storage.k8s.io/v1/storageclasses", {
        **_object("StorageClass", "storage.k8s.io/v1", "fake", annotations=annotations),
        "provisioner": "kubernetes.io/no-provisioner",
        "volumeBindingMode": "Immediate",
    }


def rights() -> Item:
    """The measured clients may do everything, but are not above priority and fairness."""
    group = "rbac.authorization.k8s.io"
    return f"/apis/{group}/v1/clusterrolebindings", {
        **_object("ClusterRoleBinding", f"{group}/v1", CLIENTS_GROUP),
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": group, "kind": "Group", "name": CLIENTS_GROUP}],
    }


def namespace(name: str) -> Item:
    """One namespace."""
    return "/api/v1/namespaces", _object("Namespace", "v1", name)


def _object(kind: str, version: str, name: str, **metadata: dict[str, str]) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}}
