"""A lab in a cluster whose pods, Services and node have addresses of both families, IPv4 first.

The cluster is made for it, and goes with it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import pytest

from tests.e2e.cluster import SMALL, Kubectl, LabHandle
from tests.e2e.elsewhere import Machine, free_ports
from tests.e2e.empty import empty_cluster
from tests.e2e.families import BOTH, of_pods, of_services

pytestmark = pytest.mark.exclusive

LAB_SECONDS = 420.0
PARTS = ("kafka", "sftp", "postgresql", "schema-registry")
"""What has a port of the node."""
KCAT = (
    "kcat -b {address} -X security.protocol=SASL_PLAINTEXT -X sasl.mechanisms=SCRAM-SHA-512 "
    '-X sasl.username=student -X sasl.password="$PASSWORD" -t weather -C -e -q | wc -l'
)


@dataclass(frozen=True)
class Node:
    """The one node: its address by the version of IP, and a machine that knows nothing else."""

    kubectl: Kubectl
    machine: Machine
    addresses: dict[int, str]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """The cluster, with the operator and the images of this machine."""
    with empty_cluster(tmp_path_factory.mktemp("dual"), BOTH) as found:
        found.prepare()
        kubectl = Kubectl(found.kubeconfig)
        kubectl("create", "namespace", "elsewhere")
        (only,) = kubectl.api.items("nodes")
        told = [a["address"] for a in only["status"]["addresses"] if a["type"] == "InternalIP"]
        addresses: dict[int, str] = {ip_address(each).version: each for each in told}
        assert set(addresses) == {4, 6}
        yield Node(kubectl, Machine.begin(kubectl, "elsewhere"), addresses)


@dataclass(frozen=True)
class Opened:
    """A lab that is reached by ports of the node."""

    lab: LabHandle
    machine: Machine
    ports: dict[str, int]

    def password(self, key: str) -> str:
        """One of the lab's passwords."""
        secret = self.lab.get("secret", f"{self.lab.name}-credentials")
        return base64.b64decode(secret["data"][f"{key}-password"]).decode()

    def records(self, address: str) -> int:
        """How many records a client reads that begins at an address."""
        command = KCAT.format(address=address)
        return int(self.machine.type(command, password=self.password("kafka")))

    def told(self) -> dict[str, str]:
        """The addresses for other machines, as the lab has them."""
        every = self.lab.get()["status"].get("endpoints", [])
        return {e["name"]: e["address"] for e in every if "-via-" in e["name"]}

    def answers(self, host: str) -> None:
        """What is no Kafka is spoken with at a node's address."""
        sftp, psql, http = (self.ports[part] for part in PARTS[1:])
        written = f"[{host}]" if ":" in host else host
        look = f"sftp -P {sftp} 'foo@{written}'"
        self.machine.type(look, password=self.password("sftp"), stdin="ls -1\n")
        ask = f"psql -h {host} -p {psql} -U datamanager -d transform -tAc 'SELECT 41 + 1'"
        assert self.machine.type(ask, password=self.password("postgresql")) == "42\n"
        assert self.machine.type(f"curl -sfg http://{written}:{http}/subjects") == "[]"


def opened(node: Node, version: int) -> Opened:
    """A lab whose doors are told by the node's address of one family, with and without brackets."""
    host = node.addresses[version]
    ports = dict(zip(PARTS, free_ports(node.kubectl, len(PARTS)), strict=True))
    written = f"[{host}]" if version == 6 else host
    doors: dict[str, Any] = {
        "sftp": {"nodePort": {"host": written, "port": ports["sftp"]}},
        "postgresql": {"nodePort": {"host": host, "port": ports["postgresql"]}},
        "schemaRegistry": {"nodePort": {"host": written, "port": ports["schema-registry"]}},
    }
    lab = LabHandle(node.kubectl, f"by-ipv{version}", "meteo")
    node.kubectl("create", "namespace", lab.namespace)
    lab.apply(
        {
            **SMALL,
            "connect": {},
            "schemaRegistry": {},
            "postgresql": {},
            "sftp": {},
            "access": {
                "kafka": {"nodePort": {"host": host, "ports": [ports["kafka"]]}},
                "outside": doors,
            },
        }
    )
    return Opened(lab, node.machine, ports)


@pytest.mark.parametrize("version", [4, 6])
def test_clients_of_both_families_reach_a_lab_by_the_addresses_that_it_tells(
    node: Node, version: int
) -> None:
    found = opened(node, version)
    lab = found.lab
    lab.wait("Ready", seconds=LAB_SECONDS)
    assert lab.counts() == (600, 600, 600)
    assert of_pods(lab.items("pods")) == {(4, 6)}
    services = of_services(lab.items("services"))
    kinds = {s["metadata"]["name"]: s["spec"]["type"] for s in lab.items("services")}
    for name, kind in kinds.items():
        assert services[name] == (("IPv4", "IPv6") if kind == "NodePort" else ("IPv4",)), name

    host = node.addresses[version]
    written = f"[{host}]" if ":" in host else host
    expected = {f"{part}-via-nodeport": f"{written}:{port}" for part, port in found.ports.items()}
    assert {n: a.rpartition("://")[2] for n, a in found.told().items()} == expected
    assert found.records(found.told()["kafka-via-nodeport"]) == 600
    for address in node.addresses.values():
        found.answers(address)
    lab.kubectl("delete", "namespace", lab.namespace, timeout=300)
