"""Pods that measure inside a lab, with the code they run."""

import asyncio
import base64
import io
import json
import time
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.client import Client, Json
from bench.errors import BenchError
from bench.labs import LAB_NAME

HERE = Path(__file__).parent
FILES = ("pipeline_probe.py", "pipeline_ways.py")
CODE = "bench-probe"
SECONDS = 900.0
_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


class Probes:
    """The measuring pods of one namespace."""

    def __init__(self, client: Client, namespace: str, points: int) -> None:
        self._client = client
        self._core = f"/api/v1/namespaces/{namespace}"
        self._batch = f"/apis/batch/v1/namespaces/{namespace}"
        self._network = f"/apis/networking.k8s.io/v1/namespaces/{namespace}"
        self._points = points

    async def install(self) -> None:
        """The code as a ConfigMap, and leave to talk to the lab's pods."""
        await self._client.create(f"{self._core}/configmaps", code())
        await self._client.create(f"{self._network}/networkpolicies", policy())

    async def start(self, work: str) -> None:
        """Start a pod; it takes the image of the lab's first Job."""
        await self._client.create(
            f"{self._core}/pods", pod(work, await self._image(), self._points)
        )

    async def _image(self) -> str:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for job in (await self._client.get(f"{self._batch}/jobs"))["items"]:
                return str(job["spec"]["template"]["spec"]["containers"][0]["image"])
            await asyncio.sleep(0.5)
        raise BenchError("the lab has no Job")

    async def lines(self, work: str) -> list[Json]:
        """What it has said so far."""
        try:
            text = await self._client.text("GET", f"{self._core}/pods/{CODE}-{work}/log")
        except BenchError:
            return []  # not started yet
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    async def result(self, work: str) -> Json:
        """Wait until it has ended; its last words."""
        path = f"{self._core}/pods/{CODE}-{work}"
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            phase = (await self._client.get(path))["status"].get("phase")
            if phase == "Succeeded":
                return (await self.lines(work))[-1]
            if phase == "Failed":
                break
            await asyncio.sleep(0.5)
        log = await self._client.text("GET", f"{path}/log")
        raise BenchError(f"the pod {CODE}-{work} failed: {log[-1500:]}")

    async def said(self, component: str, words: str) -> Json:
        """The newest JSON line with ``words`` in the logs of a program's pods."""
        selector = f"labelSelector=app.kubernetes.io/component={component}"
        found: list[Json] = []
        for item in (await self._client.get(f"{self._core}/pods?{selector}"))["items"]:
            if item["status"].get("phase") == "Pending":
                continue  # It has no log yet, and asking for it is an error.
            path = f"{self._core}/pods/{item['metadata']['name']}/log"
            for line in (await self._client.text("GET", path)).splitlines():
                if line.startswith("{") and words in line:
                    found.append(json.loads(line))
        return found[-1] if found else {}

    async def kill(self, name: str) -> None:
        """End a pod at once."""
        await self._client.delete(f"{self._core}/pods/{name}?gracePeriodSeconds=0")


def code() -> Json:
    """The probe's files, and kafka-python, which the jobs' image has not."""
    archive = io.BytesIO()
    found = find_spec("kafka")
    if found is None or found.origin is None:
        raise BenchError("kafka-python is not installed")
    root = Path(found.origin).parent
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(p for p in root.rglob("*") if p.suffix in {".py", ".json"}):
            packed.write(path, str(path.relative_to(root.parent)))
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": CODE},
        "data": {name: (HERE / name).read_text(encoding="utf-8") for name in FILES},
        "binaryData": {"kafka.zip": base64.b64encode(archive.getvalue()).decode()},
    }


def policy() -> Json:
    """Policies add up: the lab's pods take the probe's connections as well."""
    probe = {"podSelector": {"matchLabels": {"bench": "probe"}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": CODE},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [probe]}]},
    }


def pod(work: str, image: str, points: int) -> Json:
    """One measuring pod."""
    token = {"name": f"{LAB_NAME}-credentials", "key": "influxdb-admin-token"}
    env: list[dict[str, Any]] = [
        {"name": "PYTHONPATH", "value": "/app/site:/app/src:/probe:/probe/kafka.zip"},
        {"name": "INFLUXDB_URL", "value": f"http://{LAB_NAME}-influxdb:8086"},
        {"name": "INFLUXDB_ORG", "value": "myorg"},
        {"name": "INFLUXDB_TOKEN", "valueFrom": {"secretKeyRef": token}},
        {"name": "KAFKA", "value": f"{LAB_NAME}-kafka:9092"},
        {"name": "POINTS", "value": str(points)},
    ]
    container = {
        "name": "probe",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["/usr/bin/python3", "/probe/pipeline_probe.py", work],
        "env": env,
        "resources": {
            "requests": {"cpu": "50m", "memory": "64Mi"},
            "limits": {"cpu": "2", "memory": "512Mi"},
        },
        "securityContext": _RESTRICTED,
        "volumeMounts": [{"name": "code", "mountPath": "/probe", "readOnly": True}],
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{CODE}-{work}", "labels": {"bench": "probe"}},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container],
            "volumes": [{"name": "code", "configMap": {"name": CODE}}],
        },
    }
