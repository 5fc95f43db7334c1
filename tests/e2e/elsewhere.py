"""A machine that is not of the lab: a pod of another namespace, which knows a node's address."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from tests.e2e.cluster import Kubectl
from tests.e2e.courses import plain_pod
from tools.images import reference

POD = "elsewhere"
NODE_PORTS = range(30_000, 32_768)
"""Kubernetes' own range, where the cluster says no other."""
# OpenSSH asks this program for the password, and takes any host's key.
READY = r"""
umask 077
mkdir -p ~/.ssh
printf 'StrictHostKeyChecking no\nUserKnownHostsFile /dev/null\nLogLevel ERROR\n' > ~/.ssh/config
printf '#!/bin/sh\necho "$PASSWORD"\n' > ~/ask
chmod +x ~/ask
"""


@dataclass(frozen=True)
class Machine:
    """Where ``curl``, ``kcat``, ``psql`` and ``sftp`` are, and nothing of the lab."""

    kubectl: Kubectl
    namespace: str

    @classmethod
    def begin(cls, kubectl: Kubectl, namespace: str) -> Machine:
        """The machine, ready to be typed into."""
        pod = plain_pod(POD, reference("toolbox"))
        kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(pod))
        wait = ("wait", "-n", namespace, f"pod/{POD}", "--for=condition=Ready", "--timeout=240s")
        kubectl(*wait, timeout=300)
        found = cls(kubectl, namespace)
        found.type(READY)
        return found

    def type(self, line: str, *, password: str = "", stdin: str = "", check: bool = True) -> str:
        """A line in its shell, where programs that want a password find it; what it printed."""
        given = {"PASSWORD": password, "PGPASSWORD": password}
        asked = {"SSH_ASKPASS": "/home/student/ask", "SSH_ASKPASS_REQUIRE": "force"}
        words = ("env", *(f"{k}={v}" for k, v in {**given, **asked}.items()), "sh", "-c", line)
        done = self.kubectl(
            "exec", "-i", "-n", self.namespace, POD, "--", *words, stdin=stdin, check=check
        )
        return done.stdout

    def node(self) -> str:
        """The address of the node that it runs on."""
        found = self.kubectl.api.get("pod", POD, self.namespace)
        assert found is not None
        return str(found["status"]["hostIP"])


def free_ports(kubectl: Kubectl, count: int) -> list[int]:
    """Ports of the nodes that nobody has."""
    services = kubectl.api.items("service")
    taken = {port.get("nodePort") for one in services for port in one["spec"]["ports"]}
    return random.sample([port for port in NODE_PORTS if port not in taken], count)
