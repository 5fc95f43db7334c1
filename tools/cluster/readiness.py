"""What must be so before a cluster is called up."""

from __future__ import annotations

from collections.abc import Mapping

from tools.cluster.api import Api, Json, is_true


def nodes_ready(api: Api) -> tuple[int, int]:
    """(nodes that are Ready, nodes)."""
    items = api.items("nodes")
    return sum(is_true(node, "Ready") for node in items), len(items)


def started_before(pod: Json, moment: str) -> bool:
    """Whether a container of the pod is said to run since before `moment` (RFC 3339, UTC).

    After a node was restarted such a status is a memory: its kubelet has not looked yet.
    """
    states = [c.get("state", {}) for c in pod["status"].get("containerStatuses", [])]
    return any(s["running"]["startedAt"] < moment for s in states if "running" in s)


def pod_unready(pod: Json, restarted: Mapping[str, str]) -> bool:
    """Whether a pod should be Ready and is not; `restarted` maps nodes to the moment."""
    if pod["status"].get("phase") == "Succeeded":
        return False
    moment = restarted.get(pod["spec"].get("nodeName", ""), "")
    if moment and started_before(pod, moment):
        return True
    return not is_true(pod, "Ready")


def pods_unready(api: Api, *namespaces: str, restarted: Mapping[str, str]) -> list[str]:
    """Names of the pods in these namespaces that should be Ready and are not."""
    late = []
    for namespace in namespaces:
        found = api.items("pods", namespace)
        if not found:
            late.append(f"pods of {namespace}")
        late += [pod["metadata"]["name"] for pod in found if pod_unready(pod, restarted)]
    return late


def default_class(api: Api) -> str:
    """Name of the default StorageClass, or nothing."""
    for item in api.items("storageclasses"):
        notes = item["metadata"].get("annotations") or {}
        if notes.get("storageclass.kubernetes.io/is-default-class") == "true":
            return str(item["metadata"]["name"])
    return ""
