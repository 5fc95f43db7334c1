"""A server that a tenant puts in the place of a part of his own lab, and that answers badly.

Nothing here needs more than `edit` in the tenant's namespace: he tells the operator to leave the
lab alone, takes the real pod away, makes one of the same name, labels and ports, and lets the
StatefulSet adopt it (an orphan that its selector selects is adopted as its own).
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.e2e.cluster import LabHandle
from tools.cluster.api import is_true
from tools.images import reference

PROGRAM = """
import itertools, sys, time, zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

packed = zlib.compressobj(wbits=31)
bomb = b"".join(packed.compress(bytes(2**20)) for _ in range(64)) + packed.flush()
count = itertools.count()

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        print("asked", flush=True)
        if sys.argv[2] == "hang":
            time.sleep(3600)
        packed = next(count) % 2
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        while True:
            self.wfile.write(bomb if packed else b"0" * 2**20)
            if packed:
                return
    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *_):
        pass

class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass

Server(("", int(sys.argv[1])), Handler).serve_forever()
"""
PAUSED = "streaminglab.dev/paused"
KEPT = ("ports", "securityContext", "volumeMounts", "resources")
MADE_BY_THE_CLUSTER = ("nodeName", "tolerations", "priority", "preemptionPolicy")


@dataclass(frozen=True)
class Impostor:
    """The only pod of one part of a lab.

    - ``port``: where it listens
    - ``answer``: `flood` (without end, and 64 MiB in a few KiB of gzip, in turn) or `hang`
    """

    lab: LabHandle
    component: str
    port: int
    answer: str

    @property
    def pod(self) -> str:
        """Its name, which was the real one's."""
        return f"{self._owner}-0"

    def take_its_place(self) -> None:
        """Once the real pod is ready. The operator is told to look after the lab again."""
        real = self.lab.until(self._ready, f"{self.pod} is ready")
        self._annotate(f"{PAUSED}=true")
        self.lab.until(lambda: self.lab.get()["status"]["phase"] == "Paused", "Paused")
        self._scale(0)
        self.lab.until_gone(lambda: self._seen() is None)
        self.lab.kubectl.api.create(self._body(real), self.lab.namespace)
        self._scale(1)
        # Only now does the StatefulSet see it: it would have ended a pod too many.
        labels = json.dumps({"metadata": {"labels": real["metadata"]["labels"]}})
        self._kubectl("patch", "pod", self.pod, "--type=merge", "-p", labels)
        self.lab.until(self._adopted, f"{self.pod} is adopted")
        self._annotate(f"{PAUSED}-")

    def asked(self) -> int:
        """How many requests came to it."""
        return self.lab.kubectl.api.logs(self.pod, self.lab.namespace, 1000).count("asked")

    def until_asked(self, requests: int) -> None:
        """Wait for so many."""
        what = f"{requests} requests to the impostor {self.pod}"
        self.lab.until(lambda: self.asked() >= requests, what, 150)

    @property
    def _owner(self) -> str:
        return f"{self.lab.name}-{self.component}"

    def _body(self, real: dict[str, Any]) -> dict[str, Any]:
        """The real pod with another program in it, and without what shows it to its StatefulSet."""
        spec = {k: v for k, v in deepcopy(real["spec"]).items() if k not in MADE_BY_THE_CLUSTER}
        first = spec["containers"][0]
        program = {
            "name": first["name"],
            "image": reference("jobs"),
            "imagePullPolicy": "IfNotPresent",
            "command": ["python3", "-c", PROGRAM, str(self.port), self.answer],
            **{k: first[k] for k in KEPT if k in first},
        }
        spec |= {"containers": [program], "initContainers": [], "terminationGracePeriodSeconds": 0}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": self.pod}, "spec": spec}

    def _seen(self) -> dict[str, Any] | None:
        return self.lab.kubectl.api.get("pod", self.pod, self.lab.namespace)

    def _ready(self) -> dict[str, Any] | None:
        seen = self._seen()
        return seen if seen and is_true(seen, "Ready") else None

    def _adopted(self) -> bool:
        seen = self._ready() or {"metadata": {}}
        owners = seen["metadata"].get("ownerReferences", [])
        return [o["kind"] for o in owners] == ["StatefulSet"]

    def _scale(self, replicas: int) -> None:
        self._kubectl("scale", "statefulset", self._owner, f"--replicas={replicas}")

    def _annotate(self, note: str) -> None:
        self._kubectl("annotate", "slab", self.lab.name, "--overwrite", note)

    def _kubectl(self, *words: str) -> None:
        self.lab.kubectl(*words, "-n", self.lab.namespace)
