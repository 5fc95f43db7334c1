"""The worst that tenants can do beside a neighbour's lab: he does not notice.

One hostile namespace for each kind, all at once. More kinds, and what they cost, are measured
without a cluster: tests/component/hostile and `make bench-hostile`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.cluster import SMALL, Kubectl, LabHandle
from tests.e2e.courses import plain_pod
from tools.images import reference
from tools.lab.stage import OPERATOR, OPERATOR_NAMESPACE

pytestmark = pytest.mark.exclusive

MAX_MEMORY_KIB = 200 * 1024
FLOODS, HANGING = 3, 2
SECRET_BYTES = 2**20 - 1024
ANNOTATION_BYTES = 250_000
# 64 for each of 16 connectors: nearly the 256 KiB that a lab's spec may have.
OPTION_BYTES = 220
TOKEN = "influxdb-init-token"

IMPOSTOR = """
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


@dataclass
class Impostors:
    """Pods that the Service of one part of a lab leads to.

    - ``passing``: they bear the label by which the operator finds its own pods
    """

    lab: LabHandle
    component: str
    port: int
    answer: str
    count: int = 1
    passing: bool = False
    _ended: set[str] = field(default_factory=set)

    def start(self) -> None:
        """The lab need not be there yet."""
        for name in self._names():
            command = ["python3", "-c", IMPOSTOR, str(self.port), self.answer]
            pod = plain_pod(name, reference("jobs"), command=command)
            pod["metadata"]["labels"] = self._labels()
            self.lab.kubectl.api.create(pod, self.lab.namespace)

    def asked(self) -> int:
        """How many requests came to them."""
        api = self.lab.kubectl.api
        logs = [api.logs(name, self.lab.namespace, 1000) for name in self._names()]
        return sum(log.count("asked") for log in logs)

    def until_asked(self, requests: int) -> None:
        """Wait for so many. A real InfluxDB that came first is asked again once its pod is new."""

        def look() -> bool:
            if self.asked() >= requests:
                return True
            if self.component == "influxdb":
                self._end_the_real_one()
            return False

        self.lab.until(look, f"{requests} requests to an impostor", 150)

    def _names(self) -> list[str]:
        return [f"impostor-{self.lab.name}-{i}" for i in range(self.count)]

    def _labels(self) -> dict[str, str]:
        release = f"{self.lab.name}-{self.component}"
        selected = {
            "app.kubernetes.io/instance": release,
            "app.kubernetes.io/component": self.component,
        }
        return selected | ({"streaminglab.dev/lab": self.lab.name} if self.passing else {})

    def _end_the_real_one(self) -> None:
        """Each of its pods once, and only when the operator has got all that it wanted of it."""
        api, where = self.lab.kubectl.api, self.lab.namespace
        secret = api.get("secret", f"{self.lab.name}-credentials", where) or {}
        pod = api.get("pod", f"{self.lab.name}-{self.component}-0", where)
        if pod is None or TOKEN not in secret.get("data", {}):
            return
        if pod["metadata"]["uid"] not in self._ended:
            self._ended.add(pod["metadata"]["uid"])
            api.delete("pod", pod["metadata"]["name"], where, grace=0)


def _flooding(kubectl: Kubectl, namespace: str) -> list[Impostors]:
    """Answers without end, and 64 MiB in a few KiB of gzip, in the place of InfluxDB. The real one
    has to be there too, so that the operator asks: most of its connections lead to an impostor."""
    lab = LabHandle(kubectl, namespace, "flood")
    found = Impostors(lab, "influxdb", 8086, "flood", FLOODS)
    found.start()
    lab.apply(SMALL)
    return [found]


def _hanging(kubectl: Kubectl, namespace: str) -> list[Impostors]:
    """Connects that never answer. A plugin that nobody can pull keeps the real ones from starting:
    the impostor is all that the Service has."""
    found = []
    for i in range(HANGING):
        lab = LabHandle(kubectl, namespace, f"hang{i}")
        found.append(Impostors(lab, "connect", 8083, "hang", passing=True))
        found[-1].start()
        lab.apply(
            {
                "profile": "nano",
                "weather": False,
                "kafka": {"topics": []},
                "connect": {
                    "plugins": [{"name": "never", "image": "nowhere.invalid/never:1"}],
                    "connectors": [
                        {"name": "c", "class": "x.Y", "config": {"topics": "weather"}},
                    ],
                },
            }
        )
    return found


def _bloated(kubectl: Kubectl, namespace: str) -> None:
    """Everything that the operator reads, as large as can be: a Secret in the place of the lab's,
    once as a stranger's and once as if the lab had made it, annotations and spec."""
    for name, labels in (("theirs", {}), ("ours", _as_ours("ours"))):
        garbage = {"x": b64encode(b"://:" * (SECRET_BYTES // 4)).decode()}
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": f"{name}-credentials", "labels": labels},
            "data": garbage,
        }
        kubectl.api.create(secret, namespace)
        lab = {
            "apiVersion": "streaminglab.dev/v1alpha1",
            "kind": "StreamingLab",
            "metadata": {"name": name, "annotations": {"x": "[" * ANNOTATION_BYTES}},
            "spec": {"profile": "nano", "weather": False, "suspend": True, "connect": _long()},
        }
        kubectl.api.create(lab, namespace)


def _as_ours(lab: str) -> dict[str, str]:
    return {"streaminglab.dev/lab": lab, "app.kubernetes.io/managed-by": "streaminglab-operator"}


def _long() -> dict[str, Any]:
    config = {f"o{i}": "[" * OPTION_BYTES for i in range(64)}
    return {"connectors": [{"name": f"c{i}", "class": "x.Y", "config": config} for i in range(16)]}


@dataclass(frozen=True)
class Operator:
    """The one pod of the operator."""

    kubectl: Kubectl

    def starts(self) -> tuple[str, int]:
        """Which pod it is, and how often its container was restarted."""
        label = f"app.kubernetes.io/name={OPERATOR}"
        (pod,) = self.kubectl.api.items("pods", OPERATOR_NAMESPACE, label)
        return pod["metadata"]["uid"], pod["status"]["containerStatuses"][0]["restartCount"]

    def peak_kib(self) -> int:
        """The most memory that its process has had (VmHWM, proc(5))."""
        program = "print(open('/proc/1/status').read())"
        words = ("exec", "-n", OPERATOR_NAMESPACE, f"deployment/{OPERATOR}", "--")
        said = self.kubectl(*words, "python3", "-c", program).stdout
        line = next(line for line in said.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1])


def test_a_neighbour_of_the_worst_tenants_gets_ready_and_stays_so(
    kubectl: Kubectl, make_namespace: Callable[[], str]
) -> None:
    operator = Operator(kubectl)
    before = operator.starts()
    impostors = [*_flooding(kubectl, make_namespace()), *_hanging(kubectl, make_namespace())]
    tenant = make_namespace()
    _bloated(kubectl, tenant)
    neighbour = LabHandle(kubectl, make_namespace(), "meteo")
    neighbour.apply(SMALL)

    for each in impostors:
        each.until_asked(1)
    neighbour.wait("Ready")
    since = neighbour.condition("Ready")["lastTransitionTime"]
    stranger = LabHandle(kubectl, tenant, "theirs")
    stranger.until(lambda: "theirs-credentials" in json.dumps(stranger.get()["status"]), "a word")
    asked = [each.asked() for each in impostors]
    for each, requests in zip(impostors, asked, strict=True):
        each.until_asked(requests + 1)

    ready = neighbour.condition("Ready")
    assert (ready["status"], ready["lastTransitionTime"]) == ("True", since)
    assert neighbour.counts() == (600, 600, 600)
    assert operator.starts() == before
    assert operator.peak_kib() < MAX_MEMORY_KIB
