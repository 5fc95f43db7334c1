"""Charts installed by themselves, as `helm install` does, and a pod that asks them over HTTP."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl
from tools.artifacts import get
from tools.images import reference

CHARTS = Path(__file__).resolve().parents[2] / "charts"
# Run inside a pod: requests come in as JSON lines of standard input, answers go out the same way.
# Cookies are kept from one request to the next, as a browser does.
ASK = """
import http.cookiejar, json, sys, urllib.error, urllib.parse, urllib.request
jar = http.cookiejar.CookieJar()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
for line in sys.stdin:
    ask = json.loads(line)
    xsrf = {cookie.name: cookie.value for cookie in jar if cookie.name == "_xsrf"}
    headers = {"X-XSRFToken": value for value in xsrf.values()} | ask.get("headers", {})
    body = urllib.parse.urlencode(ask["form"] | xsrf) if "form" in ask else ask.get("body")
    data = body.encode() if body is not None else None
    request = urllib.request.Request(ask["url"], data, headers, method=ask["method"])
    try:
        with opener.open(request, timeout=10) as answer:
            print(json.dumps([answer.status, answer.read().decode()]))
    except urllib.error.HTTPError as error:
        print(json.dumps([error.code, error.read().decode()]))
    except OSError as error:
        print(json.dumps([0, str(error)]))
"""


@dataclass(frozen=True)
class Answer:
    """Status (0: no connection) and text of an HTTP answer."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        """The text as JSON."""
        return json.loads(self.text)


def image_values(name: str) -> dict[str, str]:
    """The chart value ``image`` for a local image."""
    repository, _, tag = reference(name).rpartition(":")
    return {"repository": repository, "tag": tag}


@dataclass(frozen=True)
class Alone:
    """A namespace in which charts are installed one by one."""

    kubectl: Kubectl
    kubeconfig: Path
    namespace: str

    def install(self, chart: str, values: Mapping[str, Any], kind: str = "deployment") -> None:
        """``helm install CHART charts/CHART`` and wait until its pod is ready."""
        command = [
            str(get("helm") / "bin" / "helm"), "install", chart, str(CHARTS / chart),
            "--kubeconfig", str(self.kubeconfig), "-n", self.namespace, "-f", "-",
        ]  # fmt: skip
        done = subprocess.run(
            command, input=json.dumps(values), capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.fail(done.stderr)
        self.wait(chart, kind)

    def wait(self, name: str, kind: str = "deployment") -> None:
        """Wait until a workload has rolled out; fail telling the pods. ``brokers``: the kafka
        chart's StatefulSets, of which `rollout status` tells nothing where they are OnDelete."""
        words: tuple[str, ...] = ("rollout", "status", f"{kind}/{name}")
        if kind == "brokers":
            label = f"app.kubernetes.io/instance={name}"
            words = ("wait", "--for=jsonpath={.status.readyReplicas}=1", "statefulset", "-l", label)
        done = self.kubectl(
            *words, "-n", self.namespace, "--timeout=240s", check=False, timeout=300
        )
        if done.returncode:
            pods = self.kubectl("describe", "pods", "-n", self.namespace).stdout
            logs = self.kubectl(
                "logs", f"{kind}/{name}", "-n", self.namespace, "--tail=40", check=False
            ).stdout
            pytest.fail(f"{name} did not get ready\n{pods[-4000:]}\n{logs}")

    def restart(self, name: str, kind: str = "deployment") -> None:
        """A new pod, and nothing else is new."""
        self.kubectl("rollout", "restart", f"{kind}/{name}", "-n", self.namespace)
        self.wait(name, kind)

    def address(self, component: str) -> str:
        """The address of a component's pod itself, past its Service."""
        label = f"app.kubernetes.io/component={component}"
        pods = self.kubectl.api.items("pods", self.namespace, label)
        alive = [
            pod["status"]["podIP"] for pod in pods if "deletionTimestamp" not in pod["metadata"]
        ]
        assert len(alive) == 1, f"{len(alive)} pods of {component}"
        return str(alive[0])

    def secret(self, name: str, **keys: str) -> None:
        """Make a Secret; a key's underscores are hyphens."""
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name},
            "stringData": {key.replace("_", "-"): value for key, value in keys.items()},
        }
        self.kubectl.api.create(body, self.namespace)

    def ask(self, pod: str, *requests: Mapping[str, Any]) -> list[Answer]:
        """Send requests from inside a pod, with one set of cookies for all of them."""
        lines = "".join(json.dumps({"method": "GET", **request}) + "\n" for request in requests)
        done = self.kubectl(
            "exec", "-i", "-n", self.namespace, pod, "--", "python3", "-c", ASK, stdin=lines
        )
        return [Answer(*json.loads(line)) for line in done.stdout.splitlines()]

    def reaches(self, pod: str, url: str) -> bool:
        """Whether anything answers there."""
        return self.ask(pod, {"url": url})[0].status != 0
