"""The condition of the volumes: which is otherwise than the spec asks, and what to do. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from streaminglab_operator.api import Condition, ConditionType, Reason
from streaminglab_operator.observed import ClaimState, Culprit, Growth, LabView
from streaminglab_operator.observed.quantity import bytes_of
from streaminglab_operator.plan import Lab
from streaminglab_operator.plan.volumes import Volume, claim
from streaminglab_operator.status.overall import condition

MOST_NAMED = 5


def volumes_ready(lab: Lab, troubles: Sequence[Culprit]) -> Condition | None:
    """None where every volume is as it is asked for."""
    if not troubles:
        return None
    said = [trouble.message for trouble in troubles[:MOST_NAMED]]
    more = len(troubles) - len(said)
    message = "; ".join(said) + (f"; and {more} more" if more else "")
    kind = ConditionType.VOLUMES_READY
    return condition(kind, "False", troubles[0].reason, message, lab.generation)


def volume_troubles(
    wanted: Iterable[Volume], view: LabView, refused: Mapping[str, Culprit]
) -> list[Culprit]:
    """What is to be said of sizes and classes, what waiting does not cure first. ``refused``: by
    claim, what the API server answered when it was to grow."""
    found = list(_troubles(wanted, view, refused))
    return sorted(found, key=lambda culprit: culprit.reason is Reason.VOLUME_GROWING)


def _troubles(
    wanted: Iterable[Volume], view: LabView, refused: Mapping[str, Culprit]
) -> Iterator[Culprit]:
    for volume in wanted:
        seen = claim(view, volume.name)
        if seen is None or seen[0].deleting:
            continue
        if seen[1].fresh and not (seen[1].class_name or volume.class_name):
            yield _without_class(volume)
        if not seen[1].bound:
            continue
        if volume.of_another_class(seen[1]):
            yield _of_another_class(volume, seen[1])
        trouble = _trouble(volume, view, seen[1], refused.get(volume.name))
        if trouble is not None:
            yield trouble


def _trouble(
    volume: Volume, view: LabView, state: ClaimState, refused: Culprit | None
) -> Culprit | None:
    want, asked = bytes_of(volume.size), bytes_of(state.asked)
    have = bytes_of(state.size or state.asked)
    if want is None or asked is None or have is None:
        return None
    if asked > want:
        return _too_large(volume, state)
    # Provisioners round up, and a volume that somebody else made may be larger: that is enough.
    if have >= want:
        return None
    if refused is not None:
        return Culprit(refused.reason, f"{_differs(volume, state)}, and {refused.message}")
    if state.growth is Growth.FAILING:
        return _failing(volume, state)
    return _growing(volume, view, state)


def _too_large(volume: Volume, state: ClaimState) -> Culprit:
    sentence = (
        f"{_differs(volume, state)}: no volume can be made smaller. Set {volume.field} back to "
        f"{state.asked}, or make a new lab"
    )
    return Culprit(Reason.VOLUME_CANNOT_SHRINK, sentence)


def _of_another_class(volume: Volume, state: ClaimState) -> Culprit:
    """With the two ways out: another spec, or another volume."""
    have = f"StorageClass {state.class_name}" if state.class_name else "no StorageClass"
    want = volume.class_name or "the cluster's default"
    back = f"set it to {state.class_name}" if state.class_name else "take it out of the spec"
    sentence = (
        f"{volume.component}: the volume {volume.name} is of {have}, and {volume.class_field} asks "
        f"for {want}: no volume changes its class. To keep its data, {back}. To give its data up, "
        f"{volume.without}, then kubectl delete pvc {volume.name} if it is still there, and "
        "apply all of it again"
    )
    return Culprit(Reason.VOLUME_CANNOT_MOVE, sentence)


def _without_class(volume: Volume) -> Culprit:
    """The API server writes the default class into a claim at once (DefaultStorageClass)."""
    sentence = (
        f"{volume.component}: the volume {volume.name} names no StorageClass, and the cluster has "
        "no default one, so that nobody makes it. Write one of `kubectl get storageclass` into "
        f"{volume.class_field}, or ask the administrator for a default"
    )
    return Culprit(Reason.VOLUME_WITHOUT_CLASS, sentence)


def _failing(volume: Volume, state: ClaimState) -> Culprit:
    sentence = (
        f"{_differs(volume, state)}, and growing it fails: {state.said}. It is tried again by "
        f"Kubernetes; if it stays, ask the administrator, or try spec.suspend true and false "
        "again: some drivers grow only what no pod uses"
    )
    return Culprit(Reason.VOLUME_CANNOT_GROW, sentence)


def _growing(volume: Volume, view: LabView, state: ClaimState) -> Culprit:
    said = f"{_differs(volume, state)}: it is growing"
    if state.growth is Growth.WAITS_FOR_POD:
        pods = [item.name for item, _ in view.live_pods(volume.component)]
        # A claim's name ends with that of its pod.
        pod = next((name for name in pods if volume.name.endswith(f"-{name}")), "")
        said += "; its file system grows in a running pod"
        said += (
            f". If it stays: kubectl delete pod {pod} (a new one is made, the data stays)"
            if pod
            else ", with the next start of the lab"
        )
    return Culprit(Reason.VOLUME_GROWING, said)


def _differs(volume: Volume, state: ClaimState) -> str:
    have = state.size or state.asked
    return (
        f"{volume.component}: the volume {volume.name} has {have}, and {volume.field} asks for "
        f"{volume.size}"
    )
