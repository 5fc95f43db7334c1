"""Why kubelet put a pod out: what it says, and of a full emptyDir what to do. Pure.

The node is to blame only where kubelet says so ("The node was low on resource"); the other three
sentences are of a limit of the pod's own (kubernetes, pkg/kubelet/eviction/helpers.go,
``emptyDirMessageFmt`` and its neighbours).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from streaminglab_operator.observed.text import LABEL, NAME, SENTENCE, cut

_EMPTY_DIR = re.compile(r'Usage of EmptyDir volume "([^"]{1,63})" exceeds the limit "([^"]{1,40})"')
FOR_PEOPLE = ("home", "drop")
"""Volumes that people keep files on, as the charts name them. What else a pod has is its server's
own, which takes other files there for its own, or for damage."""
_OWN_LIMIT = re.compile(r"local ephemeral storage limit|ephemeral local storage usage")


def eviction(spec: Mapping[str, Any], message: str) -> str:
    """What was too full, and what helps; ``spec`` is the pod's."""
    full = _EMPTY_DIR.search(message)
    if full:
        volume, size = full.groups()
        return (
            f"was evicted: its emptyDir {volume}{_where(spec, volume)} holds at most {size}, and "
            f"more was written; what was in it is gone, and a new pod is made. {_elsewhere(spec)}"
        )
    said = cut(message, SENTENCE)
    if _OWN_LIMIT.search(message):
        return (
            "was evicted: it wrote more to its emptyDirs and logs than its limit of "
            f"ephemeral-storage, and a new pod is made ({said}). {_elsewhere(spec)}"
        )
    return f"was evicted: {said}"


def _where(spec: Mapping[str, Any], volume: str) -> str:
    for container, mount in _mounts(spec):
        if mount.get("name") == volume:
            path = cut(mount.get("mountPath"), NAME)
            return f" ({path} of container {cut(container.get('name'), LABEL)})"
    return ""


def _elsewhere(spec: Mapping[str, Any]) -> str:
    """Where files may be kept instead: on a volume of the same pod, if people have one there."""
    claims = {v.get("name") for v in spec.get("volumes", ()) if "persistentVolumeClaim" in v}
    lasting = claims.intersection(FOR_PEOPLE)
    paths = [
        cut(mount.get("mountPath"), NAME)
        for _, mount in _mounts(spec)
        if mount.get("name") in lasting and not mount.get("readOnly")
    ]
    if paths:
        return f"Keep large files in {paths[0]}, which is on a volume, and delete what is not used"
    return (
        "This pod has no volume for files: delete what is not used, and keep large files in "
        "Jupyter's home or in a database"
    )


def _mounts(spec: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for container in spec.get("containers", ()):
        for mount in container.get("volumeMounts", ()):
            yield container, mount
