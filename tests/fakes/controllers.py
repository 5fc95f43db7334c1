"""StatefulSet, Deployment and Job controllers and a kubelet, in small: they act in steps.

Each step moves every pod one stage on: made, container being created, running, ready or done. So a
test sees every state on the way that a real cluster would show.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from streaminglab_operator.api import LAB
from streaminglab_operator.errors import Forbidden, NotFound
from streaminglab_operator.names import COMPONENT_LABEL
from streaminglab_operator.services.size import mebibytes
from tests.fakes import volumes
from tests.fakes.api_server import ApiServer
from tests.fakes.fields import Json

Program = Callable[[Json], tuple[int, str]]
"""A Job's pod to its exit code and its termination message."""

NODE_MEBIBYTES = 64 * 1024
"""The memory of the only node. Pods that ask for more find none."""

NO_PROXY = "sidecar.istio.io/inject"
"""The annotation by which a pod says whether it wants a mesh's proxy."""

_MANAGER = "kube-controller-manager"
_REVISION = "controller-revision-hash"


class Controllers:
    """Everything in a cluster that makes pods and brings them up."""

    def __init__(self, server: ApiServer, programs: dict[str, Program]) -> None:
        self.server = server
        self.programs = programs
        self.trouble: dict[str, Json] = {}
        """By component: the state that the containers of its new pods get stuck in."""
        self.mesh = False
        """Whether a mesh adds a proxy that never ends to pods that do not say otherwise."""
        self.serves = True
        """Whether controllers give addresses to Ingresses and load balancers."""
        self._count = 0
        self._refused: dict[str, str] = {}

    def step(self) -> bool:
        """One step of all of them; False if there was nothing to do."""
        before = len(self.server.events)
        self._collect()
        for raw in self.server.find("StatefulSet") + self.server.find("Deployment"):
            self._workload(raw)
        for raw in self.server.find("Job"):
            self._job(raw)
        for raw in self.server.find("Ingress") + self.server.find("Service"):
            self._serve(raw)
        for raw in self.server.find("Pod"):
            self._pod(raw)
        volumes.step(self.server)
        return len(self.server.events) > before

    def _collect(self) -> None:
        """The garbage collector: what belongs to a lab that no longer exists goes after it."""
        if not self.server.collects_at_once:
            return
        alive = {raw["metadata"]["uid"] for raw in self.server.find(LAB.kind)}
        for (kind, namespace, name), raw in list(self.server.objects.items()):
            owners = raw["metadata"].get("ownerReferences", [])
            if any(o["kind"] == LAB.kind and o["uid"] not in alive for o in owners) and (
                kind != volumes.KIND or "deletionTimestamp" not in raw["metadata"]
            ):
                self.server.delete(kind, namespace, name)

    def pods_of(self, owner: Json) -> list[Json]:
        """The pods that one controller made."""
        uid = owner["metadata"]["uid"]
        pods = self.server.find("Pod", owner["metadata"]["namespace"])
        return [p for p in pods if p["metadata"]["ownerReferences"][0]["uid"] == uid]

    def _workload(self, raw: Json) -> None:
        namespace, name = raw["metadata"]["namespace"], raw["metadata"]["name"]
        revision = _hash(raw["spec"]["template"])
        wanted = raw["spec"]["replicas"]
        pods = self.pods_of(raw)
        old = [p for p in pods if p["metadata"]["labels"][_REVISION] != revision]
        present = {p["metadata"]["name"] for p in pods}
        waits = raw["spec"].get("updateStrategy", {}).get("type") == "OnDelete"
        if raw["kind"] == "StatefulSet" and not _parallel(raw):
            # Pods come in order: none is replaced before all are ready, whatever the cure.
            waits = waits or not all(is_ready(p) for p in pods)
        if old and not waits and all(is_ready(p) for p in pods if p not in old):
            self.server.delete("Pod", namespace, old[-1]["metadata"]["name"])
        for surplus in pods[wanted:]:
            with suppress(NotFound):  # the old one that went first
                self.server.delete("Pod", namespace, surplus["metadata"]["name"])
        refusal = ""
        if raw["kind"] == "StatefulSet":
            missing = [f"{name}-{i}" for i in range(wanted) if f"{name}-{i}" not in present]
        else:
            # Deployments of the charts replace, so that two never run at once.
            self._count += 1 if not pods else 0
            missing = [] if pods or not wanted else [f"{name}-{revision[:6]}-{self._count:05d}"]
        for pod in missing:
            if raw["kind"] == "StatefulSet":
                volumes.provide(self.server, raw, pod)
            refusal = self._make(raw, pod, {_REVISION: revision}) or refusal
        self._workload_status(raw, revision, refusal)

    def _workload_status(self, raw: Json, revision: str, refusal: str) -> None:
        pods = self.pods_of(raw)
        new = [p for p in pods if p["metadata"]["labels"][_REVISION] == revision]
        status: Json = {
            "observedGeneration": raw["metadata"]["generation"],
            "replicas": len(pods),
            "readyReplicas": sum(1 for p in pods if is_ready(p)),
            "updatedReplicas": len(new),
        }
        if raw["kind"] == "StatefulSet":
            before = raw.get("status", {}).get("currentRevision", revision)
            strategy = raw["spec"].get("updateStrategy", {}).get("type")
            done = len(new) == len(pods) == raw["spec"]["replicas"] and strategy != "OnDelete"
            status |= {"updateRevision": revision, "currentRevision": revision if done else before}
        else:
            condition = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"}
            status["conditions"] = [condition | {"message": refusal}] if refusal else []
        where = raw["metadata"]
        self.server.set_status(raw["kind"], where["namespace"], where["name"], status)

    def _serve(self, raw: Json) -> None:
        """An ingress controller, and a cloud's controller of load balancers."""
        if raw["kind"] == "Service" and raw["spec"].get("type") != "LoadBalancer":
            return
        entries = [{"ip": "192.0.2.80"}] if self.serves else []
        if raw.get("status", {}).get("loadBalancer", {}).get("ingress", []) != entries:
            where, status = raw["metadata"], {"loadBalancer": {"ingress": entries}}
            self.server.set_status(raw["kind"], where["namespace"], where["name"], status)

    def _job(self, raw: Json) -> None:
        namespace, name = raw["metadata"]["namespace"], raw["metadata"]["name"]
        done = {c["type"] for c in raw.get("status", {}).get("conditions", [])}
        if done:
            return
        pods = self.pods_of(raw)
        failed = sum(1 for p in pods if p.get("status", {}).get("phase") == "Failed")
        succeeded = any(p.get("status", {}).get("phase") == "Succeeded" for p in pods)
        active = len(pods) - failed - succeeded
        status: Json = {"active": active, "failed": failed, "succeeded": int(succeeded)}
        if succeeded:
            status["conditions"] = [{"type": "Complete", "status": "True"}]
        elif failed > raw["spec"]["backoffLimit"]:
            message = "Job has reached the specified backoff limit"
            status["conditions"] = [{"type": "Failed", "status": "True", "message": message}]
        elif not active:
            self._count += 1
            self._make(raw, f"{name}-{self._count:05d}", {})
        self.server.set_status("Job", namespace, name, status)

    def _make(self, owner: Json, name: str, labels: dict[str, str]) -> str:
        """The refusal if there was one. It is tried again only after a touch: the back-off of real
        controllers grows to a quarter of an hour, which is for ever in these tests."""
        metadata = owner["metadata"]
        touch = json.dumps([metadata.get("annotations"), owner["spec"]])
        if self._refused.get(metadata["uid"], "").startswith(touch):
            return self._refused[metadata["uid"]].removeprefix(touch)
        template = owner["spec"]["template"]
        body = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "namespace": metadata["namespace"],
                "labels": {**template["metadata"]["labels"], **labels},
                "annotations": dict(template["metadata"].get("annotations") or {}),
                "ownerReferences": [
                    {
                        "kind": owner["kind"],
                        "name": metadata["name"],
                        "uid": metadata["uid"],
                        "controller": True,
                    }
                ],
            },
            "spec": template["spec"],
        }
        try:
            self.server.create(body, _MANAGER)
        except Forbidden as error:
            if owner["kind"] != "Deployment":  # there the Event is about its ReplicaSet
                self._tell(owner, f"create Pod {name} failed error: {error.message}")
            self._refused[metadata["uid"]] = touch + error.message
            return error.message
        return ""

    def _tell(self, about: Json, message: str) -> None:
        metadata = about["metadata"]
        self._count += 1
        where = {"name": f"event-{self._count:05d}", "namespace": metadata["namespace"]}
        body = {
            "kind": "Event",
            "metadata": where,
            "involvedObject": {"uid": metadata["uid"]},
            "reason": "FailedCreate",
            "message": message,
        }
        with suppress(Forbidden):  # in a namespace that ends there are no new Events either
            self.server.create(body, _MANAGER)

    def _pod(self, raw: Json) -> None:
        metadata = raw["metadata"]
        component = metadata["labels"].get(COMPONENT_LABEL, "")
        status = raw.get("status", {})
        phase = status.get("phase")
        held = len(status.get("containerStatuses", ())) > 1
        if phase in ("Succeeded", "Failed") or is_ready(raw) or held:
            return
        if _memory(raw) > NODE_MEBIBYTES:
            self._unschedulable(raw, "1 Insufficient memory.")
            return
        if not raw["spec"].get("nodeSelector", {}).items() <= {"pool": "teaching"}.items():
            self._unschedulable(raw, "1 node(s) didn't match Pod's node affinity/selector.")
            return
        if volumes.awaited(self.server, raw):
            self._unschedulable(raw, "pod has unbound immediate PersistentVolumeClaims.")
            return
        stuck = self.trouble.get(component) or self._lacking(raw)
        if stuck is not None:
            self._set(raw, "Pending", stuck)
        elif "running" not in status.get("containerStatuses", [{}])[0].get("state", {}):
            creating = {"waiting": {"reason": "ContainerCreating"}}
            if status.get("containerStatuses", [{}])[0].get("state") == creating:
                self._set(raw, "Running", {"running": {"startedAt": "2026-03-02T08:00:00Z"}})
            else:
                self._set(raw, "Pending", creating)
        elif component in self.programs:
            code, message = self.programs[component](raw)
            ended = {"exitCode": code, "reason": "Error" if code else "Completed"}
            state = {"terminated": ended | {"message": message}}
            proxy = self.mesh and (metadata.get("annotations") or {}).get(NO_PROXY) != "false"
            phase = "Running" if proxy else "Failed" if code else "Succeeded"
            self._set(raw, phase, state, proxy=proxy)
        else:
            self._set(raw, "Running", status["containerStatuses"][0]["state"], ready=True)

    def _lacking(self, raw: Json) -> Json | None:
        """What a container waits for that is not there: its Secret, or a program's ConfigMap."""
        metadata = raw["metadata"]
        owner = metadata["ownerReferences"][0]["name"]
        program = metadata["labels"].get(COMPONENT_LABEL) in self.programs
        if program and ("ConfigMap", metadata["namespace"], owner) not in self.server.objects:
            return {"waiting": {"reason": "ContainerCreating"}}
        return self._missing_secret(raw)

    def _missing_secret(self, raw: Json) -> Json | None:
        text = json.dumps(raw["spec"])
        lab = raw["metadata"]["labels"]["streaminglab.dev/lab"]
        secret = f"{lab}-credentials"
        namespace = raw["metadata"]["namespace"]
        if secret not in text or ("Secret", namespace, secret) in self.server.objects:
            return None
        message = f'secret "{secret}" not found'
        return {"waiting": {"reason": "CreateContainerConfigError", "message": message}}

    def _unschedulable(self, raw: Json, why: str) -> None:
        message = f"0/1 nodes are available: {why}"
        scheduled = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
        status = {"phase": "Pending", "conditions": [scheduled | {"message": message}]}
        metadata = raw["metadata"]
        self.server.set_status("Pod", metadata["namespace"], metadata["name"], status)

    def _set(
        self, raw: Json, phase: str, state: Json, *, ready: bool = False, proxy: bool = False
    ) -> None:
        metadata = raw["metadata"]
        main: dict[str, Any] = {
            "name": raw["spec"]["containers"][0]["name"],
            "image": raw["spec"]["containers"][0]["image"],
            "ready": ready,
            "state": state,
            "containerID": "" if "waiting" in state else f"containerd://{metadata['uid']}",
        }
        conditions = [
            {"type": "PodScheduled", "status": "True"},
            {"type": "Ready", "status": "True" if ready else "False"},
        ]
        # A kubelet lists them by name.
        added = {"name": "a-proxy", "ready": True, "state": {"running": {}}}
        found = [added, main] if proxy else [main]
        status = {"phase": phase, "conditions": conditions, "containerStatuses": found}
        self.server.set_status("Pod", metadata["namespace"], metadata["name"], status)


def is_ready(pod: Json) -> bool:
    """Whether a pod's condition Ready is True."""
    conditions = pod.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def _parallel(workload: Json) -> bool:
    return bool(workload["spec"].get("podManagementPolicy") == "Parallel")


def _memory(pod: Json) -> int:
    """What the containers of a pod ask for, in MiB."""
    asked = [c.get("resources", {}).get("requests", {}) for c in pod["spec"]["containers"]]
    return sum(mebibytes(each["memory"]) for each in asked if "memory" in each)


def _hash(value: Json) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:10]
