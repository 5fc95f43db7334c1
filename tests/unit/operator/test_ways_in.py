"""The ways into a lab: what somebody serves is listed, and what nobody serves is told."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator.api import Reason, StreamingLabStatus
from streaminglab_operator.observed import Culprit, LabView, Observed
from streaminglab_operator.observed.objects import observed
from streaminglab_operator.observed.refusals import refusal
from streaminglab_operator.observed.ways import OutsideState, PagesState
from streaminglab_operator.plan import Lab, Options, plan
from streaminglab_operator.plan.ingress import IngressPolicy
from streaminglab_operator.status import summarise
from tests.labs import item, lab, view, workloads

HOST = "user-alice-meteo-jupyter.example.org"
DOMAIN = {"domain": "example.org"}
PAGE = {"weather": False, "jupyter": {}, "access": {"ingress": DOMAIN}}
ROUTED = {**PAGE, "access": {"ingress": DOMAIN, "gateway": {"name": "public"}}}
SILENT = Options(ingress=IngressPolicy(reports_addresses=False))


def summary(of: Lab, seen: LabView, options: Options | None = None) -> dict[str, Any]:
    """The status with its conditions by type, its URLs and its addresses by name."""
    desired = plan(of, seen, options or Options())
    found = summarise(of, seen, desired, StreamingLabStatus()).model_dump(by_alias=True)
    return {
        **{c["type"]: (c["status"], c["reason"], c["message"]) for c in found["conditions"]},
        "urls": [url["url"] for url in found["urls"]],
        "endpoints": {e["name"]: e["address"] for e in found["endpoints"]},
    }


def pages(kind: str = "Ingress", **state: Any) -> Observed:
    """What leads browsers to the page."""
    name = "meteo-access" if kind == "Ingress" else f"meteo-access-{HOST}"
    found = {"hosts": frozenset({HOST}), "served": False, "class_name": "public", **state}
    return item(kind, name, "access", PagesState(**found))


def seen_with(of: Lab, *more: Observed, **others: Any) -> LabView:
    """A lab that is up."""
    return view(of, workloads(of), more, **others)


def test_a_page_is_listed_when_its_ingress_has_an_address() -> None:
    of = lab(PAGE)
    found = summary(of, seen_with(of, pages(served=True)))
    assert found["urls"] == [f"http://{HOST}/"]
    assert found["AccessReady"] == ("True", "Ready", f"pages: {HOST}")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "is being made known"),
        ((pages(),), "(kubectl get ingressclass)"),
        ((pages(class_name=""),), "gave it none"),
        ((pages(hosts=frozenset({"other.example.org"}), served=True),), "is being made known"),
        ((item("Ingress", "meteo-access", "access", None),), "is being made known"),
    ],
    ids=["no object", "nobody serves its class", "no class", "older hosts", "metadata alone"],
)
def test_a_page_that_nobody_serves_is_not_listed_and_is_told(
    more: tuple[Observed, ...], words: str
) -> None:
    of = lab(PAGE)
    found = summary(of, seen_with(of, *more))
    assert found["urls"] == []
    status, reason, message = found["AccessReady"]
    assert (status, reason) == ("False", "NoAddress")
    assert words in message


def test_where_no_address_is_ever_reported_the_object_is_enough() -> None:
    of = lab(PAGE)
    assert summary(of, seen_with(of, pages()), SILENT)["urls"] == [f"http://{HOST}/"]
    assert summary(of, seen_with(of), SILENT)["urls"] == []


def test_of_somebody_elses_ingress_nothing_is_asked() -> None:
    of = lab({**PAGE, "access": {"ingress": {**DOMAIN, "external": True}}})
    found = summary(of, seen_with(of))
    assert found["urls"] == [f"http://{HOST}/"]
    assert found["AccessReady"][0] == "True"


def test_a_refusal_says_more_than_a_missing_address() -> None:
    of = lab(PAGE)
    why = Culprit(Reason.REFUSED, "the API server refused Ingress meteo-access: no such class")
    found = summary(of, seen_with(of, problems={"access": why}))
    assert found["AccessReady"] == ("False", "Refused", why.message)
    assert found["urls"] == []


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ({"served": True}, "True", HOST),
        ({}, "False", "the Gateway public has not answered so far"),
        ({"refusal": "NotAllowedByListeners: no"}, "False", "does not take it: NotAllowedBy"),
    ],
    ids=["accepted", "no Gateway", "refused"],
)
def test_a_route_is_open_when_a_gateway_has_accepted_it(
    state: dict[str, Any], status: str, words: str
) -> None:
    of = lab(ROUTED)
    found = summary(of, seen_with(of, pages("HTTPRoute", **state)))
    assert found["AccessReady"][0] == status
    assert words in found["AccessReady"][2]
    assert found["urls"] == ([f"http://{HOST}/"] if status == "True" else [])


OUTSIDE = {
    "weather": False,
    "access": {
        "kafka": {
            "nodePort": {"host": "[2001:db8::9]", "ports": [30092]},
            "loadBalancer": {"hosts": ["2001:db8::7"]},
        }
    },
}


def service(way: str, **state: Any) -> Observed:
    """A Service of the only broker."""
    return item("Service", f"meteo-kafka-{way}-0", "kafka", OutsideState(**state))


NODE_PORT = service("nodeport", node_ports=frozenset({30092}))


def test_ways_to_kafka_are_listed_once_they_lead_to_it() -> None:
    of = lab(OUTSIDE)
    found = summary(of, seen_with(of, NODE_PORT, service("loadbalancer", addressed=True)))
    assert found["endpoints"]["kafka-via-nodeport"] == "[2001:db8::9]:30092"
    assert found["endpoints"]["kafka-via-loadbalancer"] == "[2001:db8::7]:9092"
    assert found["AccessReady"][0] == "True"


def test_a_load_balancer_without_address_is_told_and_not_listed() -> None:
    of = lab(OUTSIDE)
    found = summary(of, seen_with(of, NODE_PORT, service("loadbalancer")))
    assert "kafka-via-nodeport" in found["endpoints"]
    assert "kafka-via-loadbalancer" not in found["endpoints"]
    status, reason, message = found["AccessReady"]
    assert (status, reason) == ("False", "NoAddress")
    assert "Service meteo-kafka-loadbalancer-0" in message


TAKEN = (
    'Service "meteo-kafka-nodeport-0" is invalid: spec.ports[0].nodePort: Invalid value: 30092: '
    "provided port is already allocated"
)
BEYOND = (
    'Service "meteo-kafka-nodeport-0" is invalid: spec.ports[0].nodePort: Invalid value: 1092: '
    "provided port is not in the valid range. The range of valid ports is 31000-31999"
)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (TAKEN, ("node port 30092 belongs to another Service", "30000-32767")),
        (BEYOND, ("node port 1092 is outside of this cluster's range", "(31000-31999)")),
    ],
)
def test_a_node_port_that_is_refused_has_its_remedy(message: str, words: tuple[str, ...]) -> None:
    why = refusal(message, "Service meteo-kafka-nodeport-0")
    assert why.reason == Reason.NODE_PORT_REFUSED
    for word in (*words, "spec.access.kafka.nodePort.ports", "take nodePort out"):
        assert word in why.message


def test_what_works_is_listed_beside_a_node_port_that_is_taken() -> None:
    of = lab(OUTSIDE)
    own = item("Service", "meteo-kafka", "kafka", None)
    other = service("nodeport", node_ports=frozenset({30999}))
    problems = {"kafka": refusal(TAKEN)}
    for more in ((own,), (own, other)):
        found = summary(of, seen_with(of, *more, problems=problems))
        assert found["KafkaReady"][:2] == ("False", "NodePortRefused")
        assert found["endpoints"] == {"kafka": "kafka:9092"}
    assert summary(of, seen_with(of, problems=problems))["endpoints"] == {}


def test_what_was_not_set_up_is_not_listed_as_working() -> None:
    of = lab()
    own = item("Service", "meteo-influxdb", "influxdb", None)
    why = Culprit(Reason.SETUP_FAILED, "it was set up by somebody else")
    found = summary(of, seen_with(of, own, problems={"influxdb": why}))
    assert "influxdb" not in found["endpoints"]


def raw(spec: dict[str, Any], status: dict[str, Any]) -> dict[str, Any]:
    """An object as the API server gives it."""
    metadata = {"name": "a", "uid": "u", "resourceVersion": "1"}
    return {"metadata": metadata, "spec": spec, "status": status}


def ingress(*entries: dict[str, str]) -> dict[str, Any]:
    """An Ingress with the class that the cluster gave it, and what its controller reports."""
    return raw(
        {"ingressClassName": "public", "rules": [{"host": HOST}, {}]},
        {"loadBalancer": {"ingress": list(entries)}},
    )


def route(*conditions: tuple[str, str]) -> dict[str, Any]:
    """A route of one parent with these conditions."""
    words = [{"type": t, "status": s, "reason": "R", "message": "m"} for t, s in conditions]
    return raw({"hostnames": [HOST]}, {"parents": [{"conditions": words}]})


BOTH = frozenset({HOST, ""})
ONE = frozenset({HOST})
READ: list[tuple[str, dict[str, Any], object]] = [
    ("Ingress", ingress(), PagesState(BOTH, False, "public")),
    ("Ingress", ingress({}), PagesState(BOTH, False, "public")),
    ("Ingress", ingress({"ip": "2001:db8::1"}), PagesState(BOTH, True, "public")),
    ("Ingress", ingress({"hostname": "lb.example.org"}), PagesState(BOTH, True, "public")),
    ("Ingress", raw({}, {}), PagesState(frozenset(), False)),
    ("Ingress", {"metadata": raw({}, {})["metadata"]}, None),
    ("HTTPRoute", route(), PagesState(ONE, False)),
    ("HTTPRoute", route(("Accepted", "True")), PagesState(ONE, True)),
    ("HTTPRoute", route(("ResolvedRefs", "False")), PagesState(ONE, False)),
    ("HTTPRoute", route(("Accepted", "False")), PagesState(ONE, False, refusal="R: m")),
    ("HTTPRoute", {"metadata": raw({}, {})["metadata"]}, None),
    ("Service", raw({"type": "ClusterIP"}, {}), None),
    (
        "Service",
        raw({"type": "NodePort", "ports": [{"nodePort": 30092}]}, {}),
        OutsideState(frozenset({30092})),
    ),
    ("Service", raw({"type": "LoadBalancer"}, {"loadBalancer": {}}), OutsideState()),
    (
        "Service",
        raw({"type": "LoadBalancer"}, {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}),
        OutsideState(addressed=True),
    ),
]


@pytest.mark.parametrize(("kind", "reported", "state"), READ)
def test_what_controllers_report_is_read(
    kind: str, reported: dict[str, Any], state: object
) -> None:
    assert observed(kind, reported).state == state
