"""What a cluster of IPv6 alone has otherwise: a network of Docker's with IPv6, and pods that are
connected by the plugins that every node has. They enforce no NetworkPolicy. Cilium, which connects
them elsewhere, starts with IPv6 on no kernel without loadable modules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tools.cluster import containers
from tools.machine import Docker

NETWORK = "streaminglab-ipv6"
SUBNET = "fd00:51ab:6::/64"
PODS = "fd00:10:244::/56"
ON_THE_NODE = "fd00:10:244::/64"
"""Of its pods: the first of that size, as it is the one node."""
NETWORKING = {"ipFamily": "ipv6", "podSubnet": PODS, "disableDefaultCNI": True}
# https://www.cni.dev/plugins/current/main/ptp/
_PLUGINS = {
    "cniVersion": "0.4.0",
    "name": "pods",
    "plugins": [
        {
            "type": "ptp",
            "ipam": {
                "type": "host-local",
                "ranges": [[{"subnet": ON_THE_NODE}]],
                "routes": [{"dst": "::/0"}],
            },
        },
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ],
}


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


def connect_pods(docker: Docker, node: str) -> None:
    """Tell the node how its pods are connected."""
    write = 'mkdir -p /etc/cni/net.d && printf %s "$1" > /etc/cni/net.d/10-pods.conflist'
    docker.run("exec", node, "sh", "-euc", write, "sh", json.dumps(_PLUGINS))
