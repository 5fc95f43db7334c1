"""A lab in clusters whose addresses are of IPv6, alone or beside IPv4.

Everything is real but nodes and pods: API server, its controllers, scheduler, and the operator as
a process. The API server itself is reached by IPv6 where that is the first family.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bench import labs
from bench.client import Client
from bench.fake_influxdb import FakeInfluxDB
from bench.fakecluster import FakeCluster
from bench.fakecluster.families import IPV4_FIRST, IPV6, IPV6_FIRST, Families
from bench.operator_process import OperatorProcess

pytestmark = pytest.mark.asyncio
NAMESPACE = "student"
SECONDS = 120.0
NODE = "fd00:10::5"
BALANCER = "fd00:10::80"
SPEC: dict[str, Any] = {
    "profile": "nano",
    "connect": {},
    "schemaRegistry": {},
    "postgresql": {},
    "sftp": {},
    "jupyter": {},
    "toolbox": {},
    "access": {
        "kafka": {"nodePort": {"host": NODE, "ports": [30092]}},
        "outside": {
            "sftp": {"nodePort": {"host": f"[{NODE}]", "port": 30022}},
            "postgresql": {"loadBalancer": {"host": BALANCER}},
        },
    },
}
OUTSIDE = {
    "kafka-via-nodeport": f"[{NODE}]:30092",
    "sftp-via-nodeport": f"[{NODE}]:30022",
    "postgresql-via-loadbalancer": f"[{BALANCER}]:5432",
}
CORE = f"/api/v1/namespaces/{NAMESPACE}"
SLICES = f"/apis/discovery.k8s.io/v1/namespaces/{NAMESPACE}/endpointslices"
OF_VERSION = {4: "IPv4", 6: "IPv6"}


@asynccontextmanager
async def running(families: Families) -> AsyncIterator[Client]:
    """A cluster of these families, with the operator and a lab in it."""
    started = FakeCluster.started(pods=100, volumes=20, families=families)
    async with started as cluster, FakeInfluxDB().served() as url:
        await labs.custom_resource(cluster.admin)
        await cluster.namespaces([NAMESPACE, "streaminglab-system"])
        operator = OperatorProcess(cluster.children, cluster.layout, url)
        operator.start()
        lab = labs.lab(NAMESPACE) | {"spec": SPEC}
        await cluster.admin.create(f"{labs.GROUP}/namespaces/{NAMESPACE}/streaminglabs", lab)
        yield cluster.admin
        assert operator.said("pass failed") + operator.said("pass broke") == 0
        operator.stop()


async def until(client: Client, enough: Any) -> dict[str, Any]:
    """Look at the lab until it is so."""
    lab: dict[str, Any] = {}
    async with asyncio.timeout(SECONDS):
        while not enough(lab):
            await asyncio.sleep(0.5)
            lab = await client.get(labs.lab_path(NAMESPACE))
    return lab


async def balanced(client: Client) -> None:
    """What a cloud does: each load balancer gets an address."""
    services = (await client.get(f"{CORE}/services"))["items"]
    names = [s["metadata"]["name"] for s in services if s["spec"]["type"] == "LoadBalancer"]
    assert names
    for name in names:
        body = {"status": {"loadBalancer": {"ingress": [{"ip": BALANCER}]}}}
        headers = {"Content-Type": "application/merge-patch+json"}
        path = f"{CORE}/services/{name}/status"
        await client.text("PATCH", path, body=json.dumps(body), headers=headers)


def outside(lab: Mapping[str, Any]) -> dict[str, str]:
    """The addresses for other machines that a lab tells."""
    told = lab.get("status", {}).get("endpoints", [])
    return {e["name"]: e["address"] for e in told if "-via-" in e["name"]}


@pytest.mark.parametrize(
    "families",
    [
        pytest.param(IPV6, id="6"),
        pytest.param(IPV4_FIRST, id="46", marks=pytest.mark.long),
        pytest.param(IPV6_FIRST, id="64", marks=pytest.mark.long),
    ],
)
async def test_a_lab_is_ready_and_tells_addresses_that_a_client_can_write(
    families: Families,
) -> None:
    async with running(families) as client:
        await until(client, lambda lab: lab and labs.is_ready(lab))
        await balanced(client)
        lab = await until(client, lambda lab: outside(lab) == OUTSIDE)
        assert labs.is_ready(lab)
        ranges = map(ipaddress.ip_network, families.services.split(","))
        known = [OF_VERSION[found.version] for found in ranges]
        for service in (await client.get(f"{CORE}/services"))["items"]:
            doors = service["spec"]["type"] != "ClusterIP"
            assert service["spec"]["ipFamilies"] == (known if doors else known[:1])
        slices = (await client.get(SLICES))["items"]
        kinds = {s["addressType"] for s in slices if s["endpoints"]}
        assert kinds == set(known)
