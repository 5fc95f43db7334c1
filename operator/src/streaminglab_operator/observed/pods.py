"""From a pod as the API server gives it to a :class:`PodState`, with the culprit in plain words."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from streaminglab_operator.observed import Culprit, PodState

_OUT_OF_MEMORY = "it needed more memory than its limit and was ended (OOMKilled)"

_WAITING: Mapping[str, str] = {
    "ImagePullBackOff": "its image {image} cannot be pulled",
    "ErrImagePull": "its image {image} cannot be pulled",
    "ErrImageNeverPull": "its image {image} is not on the node, and pulling is switched off",
    "InvalidImageName": "its image name {image} is not valid",
    "CrashLoopBackOff": "it keeps ending right after its start",
    "CreateContainerConfigError": "a Secret or ConfigMap that it needs is missing",
    "CreateContainerError": "the node could not create it",
    "RunContainerError": "the node could not start it",
}
_QUIET = frozenset({"ContainerCreating", "PodInitializing"})


def pod_state(raw: Mapping[str, Any]) -> PodState:
    """Keep what decisions need of one pod (``v1`` Pod, as JSON)."""
    status = raw.get("status", {})
    metadata = raw["metadata"]
    phase = status.get("phase", "Pending")
    containers = status.get("containerStatuses", [])
    ready = any(
        c.get("type") == "Ready" and c.get("status") == "True" for c in status.get("conditions", [])
    )
    owners = metadata.get("ownerReferences", [])
    return PodState(
        ready=ready,
        finished=phase in ("Succeeded", "Failed"),
        fingerprint=_fingerprint(metadata["uid"], containers),
        owner=owners[0]["name"] if owners else "",
        termination=_termination(containers),
        culprit=None if ready or phase == "Succeeded" else _culprit(metadata["name"], status),
        created=metadata.get("creationTimestamp", ""),
    )


def _fingerprint(uid: str, containers: Iterable[Mapping[str, Any]]) -> str:
    ids = sorted(f"{c.get('name')}:{c.get('containerID', '')}" for c in containers)
    return hashlib.sha256("|".join([uid, *ids]).encode()).hexdigest()[:12]


def _termination(containers: Iterable[Mapping[str, Any]]) -> str:
    for container in containers:
        for state in ("state", "lastState"):
            message = container.get(state, {}).get("terminated", {}).get("message", "")
            if message:
                return str(message)
    return ""


def _culprit(pod: str, status: Mapping[str, Any]) -> Culprit | None:
    for condition in status.get("conditions", []):
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            return Culprit(
                condition.get("reason", "Unschedulable"),
                f"pod {pod} finds no node: {condition.get('message', 'no reason given')}",
            )
    containers = status.get("containerStatuses", [])
    for container in [*status.get("initContainerStatuses", []), *containers]:
        found = _container_culprit(pod, container)
        if found:
            return found
    # Init containers have no readiness probe: while one of them runs, the pod merely starts.
    for container in containers:
        if "running" in container.get("state", {}) and not container.get("ready"):
            where = f"container {container.get('name')} of pod {pod}"
            return Culprit("NotReady", f"{where} runs, and does not answer its readiness probe yet")
    if status.get("phase") == "Failed":
        return Culprit(
            status.get("reason", "PodFailed"), f"pod {pod} failed: {status.get('message', '')}"
        )
    return Culprit("Starting", f"pod {pod} is starting")


def _container_culprit(pod: str, container: Mapping[str, Any]) -> Culprit | None:
    where = f"container {container.get('name')} of pod {pod}"
    state = container.get("state", {})
    ended = state.get("terminated") or container.get("lastState", {}).get("terminated") or {}
    waiting = state.get("waiting", {})
    reason = waiting.get("reason", "")
    if ended.get("reason") == "OOMKilled" and not container.get("ready"):
        return Culprit("OOMKilled", f"{where}: {_OUT_OF_MEMORY}")
    if reason and reason not in _QUIET:
        sentence = _WAITING.get(reason, reason).format(image=container.get("image", ""))
        detail = ended.get("message") or waiting.get("message", "")
        return Culprit(reason, f"{where}: {sentence}" + (f" ({_short(detail)})" if detail else ""))
    if ended and not container.get("ready"):
        code = ended.get("exitCode")
        if code:
            words = _short(ended.get("message", ""))
            sentence = f"{where} ended with code {code}"
            return Culprit("Error", f"{sentence}: {words}" if words else sentence)
    return None


def _short(text: str, limit: int = 300) -> str:
    """One line; of a report of ours the sentence for people."""
    try:
        report = json.loads(text)
    except ValueError:
        report = None
    if isinstance(report, dict) and report.get("message"):
        text = str(report["message"])
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
