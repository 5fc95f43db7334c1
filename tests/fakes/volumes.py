"""Volume claims in memory: what the API server lets happen to them, and who binds and grows them.

As in Kubernetes: a claim's spec is immutable but for the size of a bound one; that grows only where
its class lets it, and shrinks never; a claim that a pod uses goes when the pod has gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streaminglab_operator.errors import Forbidden, NotFound, api_error
from streaminglab_operator.observed.quantity import bytes_of
from tests.fakes.fields import Json

if TYPE_CHECKING:
    from tests.fakes.api_server import ApiServer

KIND = "PersistentVolumeClaim"
DEFAULT_CLASS = "standard"
NO_EXPANSION = (
    'persistentvolumeclaims "{}" is forbidden: only dynamically provisioned pvc can be resized and '
    "the storageclass that provisions the pvc must support resize"
)


def requested(claim: Json) -> str:
    """The size that a claim asks for."""
    return str(claim["spec"]["resources"]["requests"]["storage"])


def give_class(claim: Json) -> None:
    """What the admission plugin DefaultStorageClass does; the field is nobody's."""
    if "spec" in claim and DEFAULT_CLASS:
        claim["spec"].setdefault("storageClassName", DEFAULT_CLASS)


def _can_be_had(server: ApiServer, claim: Json) -> bool:
    class_name = claim["spec"].get("storageClassName", "")
    known = bool(class_name) and class_name != server.unknown_class
    return known and requested(claim) != server.too_large


def refuse(before: Json, after: Json, *, expandable: bool) -> None:
    """What the API server refuses of a change."""
    if "spec" not in before or before["spec"] == after["spec"]:
        return
    name = after["metadata"]["name"]
    others = [{**raw["spec"], "resources": {}} for raw in (before, after)]
    bound = before.get("status", {}).get("phase") == "Bound"
    if others[0] != others[1] or not bound:
        words = "spec is immutable after creation except resources.requests for bound claims"
        raise api_error(422, f'PersistentVolumeClaim "{name}" is invalid: spec: {words}', KIND)
    old, new = bytes_of(requested(before)) or 0, bytes_of(requested(after)) or 0
    if new < old:
        words = "field can not be less than status.capacity"
        raise api_error(422, f'PersistentVolumeClaim "{name}" is invalid: {words}', KIND)
    if not expandable:
        raise Forbidden(403, NO_EXPANSION.format(name), KIND)


def in_use(server: ApiServer, claim: Json) -> bool:
    """Whether a StatefulSet's pod mounts it: its name ends with that of the pod."""
    return bool(_pods(server, claim))


def held(server: ApiServer, claim: Json) -> bool:
    """Whether its finalizer holds it: a pod that has no node yet does not count (Kubernetes,
    pvc_protection_controller)."""
    conditions = [
        c for p in _pods(server, claim) for c in p.get("status", {}).get("conditions", [])
    ]
    return any(c["type"] == "PodScheduled" and c["status"] == "True" for c in conditions)


def _pods(server: ApiServer, claim: Json) -> list[Json]:
    where = claim["metadata"]
    pods = server.find("Pod", where["namespace"])
    return [pod for pod in pods if where["name"].endswith(f"-{pod['metadata']['name']}")]


def provide(server: ApiServer, workload: Json, pod: str) -> None:
    """The StatefulSet controller makes what claims a pod lacks, and the binder binds them."""
    namespace = workload["metadata"]["namespace"]
    for template in workload["spec"].get("volumeClaimTemplates", []):
        name = f"{template['metadata']['name']}-{pod}"
        try:
            claim = server.get(KIND, namespace, name)
        except NotFound:
            metadata = {**template["metadata"], "name": name, "namespace": namespace}
            body = {"apiVersion": "v1", "kind": KIND, "metadata": metadata}
            body["spec"] = template["spec"]
            try:
                claim = server.create(body, "kube-controller-manager")
            except Forbidden:
                continue
        if "spec" in claim and "status" not in claim and _can_be_had(server, claim):
            bind(server, claim)


def make_again(server: ApiServer, claim: Json) -> None:
    """A pod without a node is told at once that its claim has gone, and by that the StatefulSet
    controller, which makes it by its template before anybody else does (seen)."""
    for pod in _pods(server, claim):
        owner = pod["metadata"]["ownerReferences"][0]
        where = pod["metadata"]["namespace"]
        workload = server.objects.get((owner["kind"], where, owner["name"]))
        if workload and workload["metadata"]["uid"] == owner["uid"]:
            provide(server, workload, pod["metadata"]["name"])


def bind(server: ApiServer, claim: Json) -> None:
    """A volume of the size that is asked for."""
    where = claim["metadata"]
    name = {"volumeName": f"pv-of-{where['uid']}"}
    server.write(KIND, where["namespace"], where["name"], {"spec": name})
    status = {"phase": "Bound", "capacity": {"storage": requested(claim)}}
    server.set_status(KIND, where["namespace"], where["name"], status)


def awaited(server: ApiServer, pod: Json) -> bool:
    """Whether one of the claims that a pod of a StatefulSet mounts has no volume."""
    where, owner = pod["metadata"], pod["metadata"]["ownerReferences"][0]
    workload = server.objects.get((owner["kind"], where["namespace"], owner["name"]), {})
    templates = workload.get("spec", {}).get("volumeClaimTemplates", [])
    names = [f"{t['metadata']['name']}-{where['name']}" for t in templates]
    claims = [server.objects.get((KIND, where["namespace"], name), {}) for name in names]
    return any("spec" in c and c.get("status", {}).get("phase") != "Bound" for c in claims)


def step(server: ApiServer) -> None:
    """Volumes grow, and claims go that no pod uses any more."""
    for claim in server.find(KIND):
        where = claim["metadata"]
        key = (KIND, where["namespace"], where["name"])
        if "deletionTimestamp" in where and where.get("finalizers") and not held(server, claim):
            server.delete(*key)
            continue
        status = claim.get("status", {})
        if not status and "spec" in claim and _can_be_had(server, claim):
            if in_use(server, claim):
                bind(server, claim)
            continue
        if status.get("phase") != "Bound" or not server.grows:
            continue
        if status["capacity"]["storage"] != requested(claim):
            server.set_status(*key, {"capacity": {"storage": requested(claim)}})
