"""What a cluster has otherwise whose addresses are not of IPv4 alone: a network of Docker's with
IPv6, and pods that are connected by the plugins that every node has. They enforce no NetworkPolicy.
Cilium, which connects them elsewhere, starts with IPv6 on no kernel without loadable modules.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from tools.cluster import containers
from tools.machine import Docker

NETWORK = "streaminglab-ipv6"
SUBNET = "fd00:51ab:6::/64"


@dataclass(frozen=True)
class Families:
    """``word``: kind's; ``pods``: a range for each family; ``on_the_node``: of the pods of the one
    node, which is the first of its size."""

    word: str
    pods: tuple[str, ...]
    on_the_node: tuple[str, ...]

    def networking(self) -> dict[str, Any]:
        """https://kind.sigs.k8s.io/docs/user/configuration/#networking."""
        return {
            "ipFamily": self.word,
            "podSubnet": ",".join(self.pods),
            "disableDefaultCNI": True,
        }

    def plugins(self) -> dict[str, Any]:
        """https://www.cni.dev/plugins/current/main/ptp/."""
        routes = ["::/0" if ":" in subnet else "0.0.0.0/0" for subnet in self.on_the_node]
        addresses = {
            "type": "host-local",
            "ranges": [[{"subnet": subnet}] for subnet in self.on_the_node],
            "routes": [{"dst": route} for route in routes],
        }
        mapped = {"type": "portmap", "capabilities": {"portMappings": True}}
        plugins = [{"type": "ptp", "ipam": addresses}, mapped]
        return {"cniVersion": "0.4.0", "name": "pods", "plugins": plugins}


IPV6 = Families("ipv6", ("fd00:10:244::/56",), ("fd00:10:244::/64",))
BOTH = Families(
    "dual", ("10.244.0.0/16", "fd00:10:244::/56"), ("10.244.0.0/24", "fd00:10:244::/64")
)


@contextmanager
def network(docker: Docker) -> Iterator[None]:
    """A network whose containers have addresses of both families, as long as it is needed."""
    docker.run("network", "rm", NETWORK, check=False)
    mtu = f"com.docker.network.driver.mtu={containers.bridge_mtu(docker)}"
    flags = ("-d", "bridge", "--ipv6", "--subnet", SUBNET, "-o", mtu)
    docker.run("network", "create", *flags, NETWORK)
    try:
        yield
    finally:
        docker.run("network", "rm", NETWORK, check=False)


def connect_pods(docker: Docker, node: str, families: Families) -> None:
    """Tell the node how its pods are connected."""
    write = 'mkdir -p /etc/cni/net.d && printf %s "$1" > /etc/cni/net.d/10-pods.conflist'
    plugins = json.dumps(families.plugins())
    docker.run("exec", node, "sh", "-euc", write, "sh", plugins)


def of_pods(pods: Iterable[Mapping[str, Any]]) -> set[tuple[int, ...]]:
    """Of which versions of IP the addresses are that pods have, in their order."""
    listed = (pod["status"].get("podIPs", ()) for pod in pods)
    return {tuple(ip_address(each["ip"]).version for each in ips) for ips in listed if ips}


def of_services(services: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The families of each Service by its name, in their order."""
    return {s["metadata"]["name"]: tuple(s["spec"]["ipFamilies"]) for s in services}
