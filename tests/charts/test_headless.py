"""Services lead to pods without a cluster IP, and so without a translation of ports."""

from collections.abc import Iterator

from tests.charts.support import LABS, Case, Manifest, cases, manifests, rendered

CASES_OF = LABS
OUTSIDE = ("NodePort", "LoadBalancer")


def _of(case: Case) -> tuple[list[Manifest], list[Manifest]]:
    """The Services, and what makes pods."""
    objects = manifests(rendered(case))
    services = [o for o in objects if o["kind"] == "Service"]
    return services, [o for o in objects if o["kind"] in ("StatefulSet", "Deployment")]


def _container_ports(workloads: list[Manifest], selector: dict[str, str]) -> Iterator[Manifest]:
    for workload in workloads:
        template = workload["spec"]["template"]
        if selector.items() <= template["metadata"]["labels"].items():
            for container in template["spec"]["containers"]:
                yield from container.get("ports", [])


def test_only_what_leads_in_from_outside_has_a_cluster_ip(case: Case) -> None:
    services, _ = _of(case)
    for service in services:
        headless = service["spec"].get("clusterIP") == "None"
        assert headless != (service["spec"]["type"] in OUTSIDE), service["metadata"]["name"]


def test_a_port_of_a_headless_service_is_the_containers_own(case: Case) -> None:
    """`kubectl port-forward svc/x 8081` and every client take it as it is."""
    services, workloads = _of(case)
    for service in [s for s in services if s["spec"]["type"] not in OUTSIDE]:
        opened = list(_container_ports(workloads, service["spec"]["selector"]))
        assert opened, f"{service['metadata']['name']} leads to no pod"
        for port in service["spec"]["ports"]:
            numbers = {c["containerPort"] for c in opened if c["name"] == port["targetPort"]}
            assert numbers == {port["port"]}, port


def test_there_are_services_to_look_at() -> None:
    assert sum(len(_of(case)[0]) for case in cases(LABS)) > 20
