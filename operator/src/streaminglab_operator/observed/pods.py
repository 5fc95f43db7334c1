"""From a pod as the API server gives it to a :class:`PodState`, with the culprit in plain words."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from streaminglab_operator.api.conditions import POD_TROUBLE
from streaminglab_operator.api.reasons import Reason
from streaminglab_operator.observed import Culprit, PodState
from streaminglab_operator.observed.causes import cause
from streaminglab_operator.observed.evictions import eviction
from streaminglab_operator.observed.text import IMAGE, LABEL, NAME, SENTENCE, TERMINATION, cut

_OUT_OF_MEMORY = "it needed more memory than its limit and was killed (OOMKilled)"

_WAITING: Mapping[Reason, str] = {
    Reason.IMAGE_PULL_BACK_OFF: "its image {image} cannot be pulled",
    Reason.ERR_IMAGE_PULL: "its image {image} cannot be pulled",
    Reason.ERR_IMAGE_NEVER_PULL: (
        "its image {image} is not on the node, and pulling is switched off"
    ),
    Reason.INVALID_IMAGE_NAME: "its image name {image} is not valid",
    Reason.CRASH_LOOP_BACK_OFF: "it keeps ending right after its start",
    Reason.CREATE_CONTAINER_CONFIG_ERROR: "a Secret or ConfigMap that it needs is missing",
    Reason.CREATE_CONTAINER_ERROR: "the node could not create it",
    Reason.RUN_CONTAINER_ERROR: "the node could not start it",
}
_SCHEDULER_ERROR = "SchedulerError"
"""The scheduler's own trouble, often a write that came second; it says nothing about nodes, and is
tried again within seconds (``v1`` PodReasonSchedulerError)."""
_COMPONENT_LABEL = "app.kubernetes.io/component"
_REVISION_LABEL = "controller-revision-hash"
_QUIET = frozenset({"ContainerCreating", "PodInitializing"})
_TROUBLE: Mapping[str, Reason] = {reason.value: reason for reason in POD_TROUBLE}


class _PodCondition(StrEnum):
    """The conditions of a pod (``v1`` PodConditionType) that are looked at."""

    READY = "Ready"
    SCHEDULED = "PodScheduled"


def pod_state(raw: Mapping[str, Any]) -> PodState:
    """Keep what decisions need of one pod (``v1`` Pod, as JSON)."""
    status = raw.get("status", {})
    metadata = raw["metadata"]
    phase = status.get("phase", "Pending")
    containers = status.get("containerStatuses", [])
    ready = any(
        c.get("type") == _PodCondition.READY and c.get("status") == "True"
        for c in status.get("conditions", [])
    )
    owners: list[Mapping[str, Any]] = metadata.get("ownerReferences", [])
    controller = next((o for o in owners if o.get("controller") is True), {})
    own = _own(metadata, containers)
    termination, ended = _termination(own)
    return PodState(
        ready=ready,
        finished=phase in ("Succeeded", "Failed"),
        fingerprint=_fingerprint(metadata["uid"], own),
        owner=cut(controller.get("name"), NAME),
        termination=termination,
        ended=ended,
        culprit=None if phase == "Succeeded" else _left(raw, own) or _unready(raw, ready=ready),
        created=cut(metadata.get("creationTimestamp"), LABEL),
        succeeded=phase == "Succeeded",
        node=cut(raw.get("spec", {}).get("nodeName"), NAME),
        revision=cut(metadata.get("labels", {}).get(_REVISION_LABEL), LABEL),
    )


def _own(
    metadata: Mapping[str, Any], containers: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Our container, which has the component's name in every chart: webhooks of others put more of
    them into a pod, and a kubelet lists all by name. Of a pod without ours: all."""
    component = (metadata.get("labels") or {}).get(_COMPONENT_LABEL)
    return [c for c in containers if c.get("name") == component] or containers


def _fingerprint(uid: str, containers: Iterable[Mapping[str, Any]]) -> str:
    ids = sorted(f"{c.get('name')}:{c.get('containerID', '')}" for c in containers)
    return hashlib.sha256("|".join([uid, *ids]).encode()).hexdigest()[:12]


def _termination(containers: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """The last words of a container, and when it ended."""
    for container in containers:
        for state in ("state", "lastState"):
            ended = container.get(state, {}).get("terminated", {})
            message = ended.get("message", "")
            if message:
                return cut(message, TERMINATION), cut(ended.get("finishedAt"), LABEL)
    return "", ""


def _left(raw: Mapping[str, Any], own: Sequence[Mapping[str, Any]]) -> Culprit | None:
    """What runs on in a Job's pod of which our container has done its work. Native sidecars, which
    are init containers, end by themselves; others do not, and nor does the Job."""
    metadata, all_of_it = raw["metadata"], raw.get("status", {}).get("containerStatuses", [])
    owners = metadata.get("ownerReferences", [])
    if not any(owner.get("kind") == "Job" for owner in owners) or len(own) == len(all_of_it):
        return None
    if any(c.get("state", {}).get("terminated", {}).get("exitCode") != 0 for c in own):
        return None
    names = {c.get("name") for c in own}
    others = [c for c in all_of_it if c.get("name") not in names]
    running = next((c for c in others if "running" in c.get("state", {})), None)
    if running is None:
        return None
    return Culprit(
        Reason.OTHER_CONTAINER_RUNS,
        f"its work is done, but container {cut(running.get('name'), LABEL)} of pod "
        f"{metadata['name']}, which somebody else has put there, runs on and keeps the Job from "
        "ending: have it left out, by its annotation or label in spec.pods",
    )


def _unready(raw: Mapping[str, Any], *, ready: bool) -> Culprit | None:
    return None if ready else _culprit(raw["metadata"]["name"], raw)


def _culprit(pod: str, raw: Mapping[str, Any]) -> Culprit | None:
    status = raw.get("status", {})
    if status.get("phase") == "Failed" and status.get("reason") == Reason.EVICTED:
        # Before its containers: that they were killed is its consequence.
        said = eviction(raw.get("spec", {}), cut(status.get("message"), SENTENCE))
        return Culprit(Reason.EVICTED, f"pod {pod} {said}")
    for condition in status.get("conditions", []):
        if condition.get("type") == _PodCondition.SCHEDULED and condition.get("status") == "False":
            return _not_scheduled(pod, condition)
    containers = status.get("containerStatuses", [])
    for container in [*status.get("initContainerStatuses", []), *containers]:
        found = _container_culprit(pod, container)
        if found:
            return found
    # Init containers have no readiness probe: while one of them runs, the pod merely starts.
    for container in containers:
        if "running" in container.get("state", {}) and not container.get("ready"):
            where = f"container {cut(container.get('name'), LABEL)} of pod {pod}"
            return Culprit(
                Reason.NOT_READY, f"{where} runs, and does not answer its readiness probe yet"
            )
    if status.get("phase") == "Failed":
        word = cut(status.get("reason"), LABEL)
        return _failed_pod(pod, word, cut(status.get("message"), SENTENCE))
    return Culprit(Reason.STARTING, f"pod {pod} is starting")


def _not_scheduled(pod: str, condition: Mapping[str, Any]) -> Culprit:
    word = condition.get("reason", "")
    said = cut(condition.get("message", "no reason given"), SENTENCE)
    if word == _SCHEDULER_ERROR:
        again = f"pod {pod} is starting; the scheduler tries again after: {said}"
        return Culprit(Reason.STARTING, again)
    reason = _TROUBLE.get(word, Reason.UNSCHEDULABLE)
    return Culprit(reason, f"pod {pod} finds no node: {said}")


def _failed_pod(pod: str, word: str, message: str) -> Culprit:
    """``word``: kubelet's own. It has many (NodeShutdown, OutOfcpu, ...), and makes new ones: one
    that is not in our table is said in the message."""
    reason = _TROUBLE.get(word, Reason.POD_FAILED)
    known = word in _TROUBLE or not word
    return Culprit(reason, f"pod {pod} failed{'' if known else f' ({word})'}: {message}")


def _container_culprit(pod: str, container: Mapping[str, Any]) -> Culprit | None:
    where = f"container {cut(container.get('name'), LABEL)} of pod {pod}"
    state = container.get("state", {})
    ended = state.get("terminated") or container.get("lastState", {}).get("terminated") or {}
    waiting = state.get("waiting", {})
    word = cut(waiting.get("reason"), LABEL)
    if ended.get("reason") == Reason.OOM_KILLED and not container.get("ready"):
        return Culprit(Reason.OOM_KILLED, f"{where}: {_OUT_OF_MEMORY}")
    if word and word not in _QUIET:
        reason = _TROUBLE.get(word, Reason.POD_FAILED)
        # A word that is not in the table is the best sentence that there is, and no format string.
        image = cut(container.get("image"), IMAGE)
        sentence = _WAITING[reason].format(image=image) if reason in _WAITING else word
        detail = ended.get("message") or waiting.get("message", "")
        return Culprit(reason, f"{where}: {sentence}" + (f" ({_short(detail)})" if detail else ""))
    if ended and not container.get("ready"):
        code = ended.get("exitCode")
        if code:
            words = _short(ended.get("message", ""))
            sentence = f"{where} ended with code {code}"
            return Culprit(Reason.ERROR, f"{sentence}: {words}" if words else sentence)
    return None


def _short(text: str, limit: int = 500) -> str:
    """One line; of a report of ours the sentence for people, of a log the cause."""
    text = cut(text, TERMINATION)
    try:
        report = json.loads(text)
    except (ValueError, RecursionError):
        report = None
    if isinstance(report, dict) and report.get("message"):
        text = str(report["message"])
    else:
        text = cause(text) or text.strip()[-limit:]
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
