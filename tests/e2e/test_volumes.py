"""Volumes on the real cluster: nobody writes a fresh claim, and a size that cannot be is told.

The cluster's provisioner cannot grow volumes; that they do where a class can is shown in
tests/component/operator/test_volumes.py.
"""

from __future__ import annotations

from typing import Any

from tests.e2e.cluster import SMALL, LabHandle
from tools.cluster.api import Kind

CLAIM = ("v1", "PersistentVolumeClaim")


def _claims(lab: LabHandle) -> dict[str, dict[str, Any]]:
    return {c["metadata"]["name"]: c for c in lab.items(CLAIM)}


def _uids(lab: LabHandle, kind: Kind) -> set[str]:
    return {o["metadata"]["uid"] for o in lab.items(kind)}


def _conditions(lab: LabHandle) -> set[str]:
    return {c["type"] for c in lab.get()["status"]["conditions"]}


def test_every_claim_is_made_by_the_operator_and_its_pod_is_bound_at_once(lab: LabHandle) -> None:
    lab.apply({**SMALL, "postgresql": {}})
    lab.wait("Ready")
    for name, claim in _claims(lab).items():
        metadata = claim["metadata"]
        owners = [(o["kind"], o["name"]) for o in metadata["ownerReferences"]]
        assert owners == [("StreamingLab", lab.name)], name
        managers = {entry["manager"] for entry in metadata["managedFields"]}
        assert "streaminglab-operator" in managers, name
    said = " ".join(e.get("message", "") for e in lab.items("events"))
    assert "the object has been modified" not in said


def test_a_larger_size_that_the_class_cannot_give_is_told_and_can_be_set_back(
    lab: LabHandle,
) -> None:
    lab.apply(SMALL)
    lab.wait("Ready")
    pods, claims = _uids(lab, "pods"), _uids(lab, CLAIM)
    lab.apply({**SMALL, "influxdb": {"storage": "2Gi"}})
    lab.wait("VolumesReady", "False")
    said = lab.condition("VolumesReady")
    assert said["reason"] == "VolumeCannotGrow"
    volume = f"data-{lab.name}-influxdb-0"
    assert f"{volume} has 1Gi, and spec.influxdb.storage asks for 2Gi" in said["message"]
    assert lab.condition("Ready")["status"] == "True"
    assert (_uids(lab, "pods"), _uids(lab, CLAIM)) == (pods, claims)
    lab.apply(SMALL)
    lab.until(lambda: "VolumesReady" not in _conditions(lab), "nothing to say of volumes")


def test_a_kept_volume_that_cannot_grow_is_told_by_the_next_lab(lab: LabHandle) -> None:
    kept = {**SMALL, "retainData": True}
    lab.apply(kept)
    lab.wait("Ready")
    claims = _claims(lab)
    assert all("ownerReferences" not in c["metadata"] for c in claims.values())
    lab.kubectl("delete", "slab", lab.name, "-n", lab.namespace)
    lab.until(lambda: not lab.items("statefulsets"), "no StatefulSet")
    lab.apply({**kept, "influxdb": {"storage": "2Gi"}})
    lab.wait("Ready")
    said = lab.condition("VolumesReady")
    assert (said["status"], said["reason"]) == ("False", "VolumeCannotGrow")
    assert {n: c["metadata"]["uid"] for n, c in _claims(lab).items()} == {
        n: c["metadata"]["uid"] for n, c in claims.items()
    }


def test_a_storage_class_that_there_is_not_heals_by_the_corrected_spec(lab: LabHandle) -> None:
    lab.apply({**SMALL, "influxdb": {"storageClassName": "fastt"}})
    volume = f"data-{lab.name}-influxdb-0"
    lab.until(lambda: lab.condition("InfluxDBReady")["reason"] == "Unschedulable", "a word on it")
    lab.apply(SMALL)
    lab.wait("Ready")
    right = _claims(lab)[volume]["spec"]["storageClassName"]
    # Another one than the volume has is told, and nothing else happens.
    pods, claims = _uids(lab, "pods"), _uids(lab, CLAIM)
    lab.apply({**SMALL, "influxdb": {"storageClassName": "fastt"}})
    lab.wait("VolumesReady", "False")
    said = lab.condition("VolumesReady")
    assert said["reason"] == "VolumeCannotMove"
    assert f"is of StorageClass {right}, and spec.influxdb.storageClassName" in said["message"]
    assert lab.condition("Ready")["status"] == "True"
    assert (_uids(lab, "pods"), _uids(lab, CLAIM)) == (pods, claims)
    lab.apply({**SMALL, "influxdb": {"storageClassName": right}})
    lab.until(lambda: "VolumesReady" not in _conditions(lab), "nothing to say of volumes")
