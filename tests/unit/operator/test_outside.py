"""Services for other machines by a port, host names of a work group, and pages that are open."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator.api import StreamingLabStatus
from streaminglab_operator.names import LabKey
from streaminglab_operator.observed import Observed
from streaminglab_operator.observed.refusals import refusal
from streaminglab_operator.observed.ways import OutsideState
from streaminglab_operator.plan import Lab, access, plan
from streaminglab_operator.plan.lab import Options
from streaminglab_operator.services import SERVICES
from streaminglab_operator.status import summarise
from tests.labs import item, lab, view, workloads

NODE = {"host": "192.168.1.128", "port": 30022}
DOORS = {
    "sftp": {"nodePort": NODE},
    "ksqldb": {"loadBalancer": {"host": "ksqldb.example.org"}},
    "postgresql": {"nodePort": {**NODE, "port": 30432}},
}
ASKED: dict[str, Any] = {
    "weather": False, "sftp": {}, "ksqldb": {}, "schemaRegistry": {},
    "access": {"outside": DOORS},
}  # fmt: skip


def service(door: str, **state: Any) -> Observed:
    return item("Service", f"meteo-access-{door}", "access", OutsideState(**state))


SFTP = service("sftp-nodeport", node_ports=frozenset({30022}))
BALANCER = service("ksqldb-loadbalancer", addressed=True)


def summary(of: Lab, *more: Observed) -> tuple[dict[str, Any], tuple[str, str, str]]:
    """The addresses by name, and AccessReady."""
    seen = view(of, workloads(of), more)
    found = summarise(of, seen, plan(of, seen, Options()), StreamingLabStatus())
    ready = next(c for c in found.conditions if c.type == "AccessReady")
    return (
        {e.name: (e.address, e.description) for e in found.endpoints},
        (ready.status, ready.reason, ready.message),
    )


def test_a_door_is_asked_of_the_chart_for_each_service_that_is_there() -> None:
    of = lab(ASKED)
    release = plan(of, view(of, workloads(of)), Options()).release("access")
    assert release is not None
    found = [(d["name"], d["port"], d["nodePort"]) for d in release.values["outside"]]
    assert found == [("ksqldb-loadbalancer", 8088, 0), ("sftp-nodeport", 2222, 30022)]


def test_without_one_nothing_is_opened() -> None:
    of = lab({"weather": False, "sftp": {}})
    assert plan(of, view(of, workloads(of)), Options()).release("access") is None


def test_doors_are_listed_with_their_login_once_they_lead_to_the_lab() -> None:
    endpoints, ready = summary(lab(ASKED), SFTP, BALANCER)
    assert endpoints["sftp-via-nodeport"] == (
        "192.168.1.128:30022", "Secret meteo-credentials: sftp-password",
    )  # fmt: skip
    assert endpoints["ksqldb-via-loadbalancer"] == ("http://ksqldb.example.org:8088", "no login")
    assert ready == ("True", "Ready", "all ways in from outside lead to the lab")


def sftp_logins(users: int, **more: Any) -> tuple[str, str]:
    """What is said beside the address for pods of the namespace, and for other machines."""
    people = [{"name": f"u{number}"} for number in range(users)]
    of = lab({**ASKED, "sftp": {"username": "foo", "users": people}, **more})
    endpoints, _ = summary(of, SFTP, BALANCER)
    return endpoints["sftp"][1], endpoints["sftp-via-nodeport"][1]


def test_it_is_said_where_the_password_of_each_user_of_sftp_is() -> None:
    said = (
        "Secret meteo-credentials: sftp-password for foo; a line name:password in sftp-users for "
        "u0, u1"
    )
    assert sftp_logins(2) == (said, said)
    chosen = (
        f"{said}; those that you chose also in Secret mine: sftp-password, sftp-u0-password, "
        "sftp-u1-password"
    )
    assert sftp_logins(2, passwordsSecretName="mine") == (chosen, chosen)
    none, outside = sftp_logins(0, passwordsSecretName="mine")
    assert none is None
    assert outside == (
        "Secret meteo-credentials: sftp-password; those that you chose also in Secret mine: "
        "sftp-password"
    )


def test_not_every_user_of_a_class_is_named() -> None:
    _, said = sftp_logins(32, passwordsSecretName="mine")
    assert "for u0, u1, u2, u3, u4, u5 and 26 more; those" in said
    assert said.endswith("sftp-u4-password and 27 more")
    assert len(said) < 300


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((BALANCER,), "the port 30022 of spec.access.outside.sftp is being made"),
        ((SFTP, service("ksqldb-loadbalancer")), "use spec.access.outside.ksqldb.nodePort"),
        ((BALANCER, service("sftp-nodeport", node_ports=frozenset({30999}))), "30022"),
    ],
)
def test_a_door_that_leads_nowhere_is_told_and_not_listed(
    more: tuple[Observed, ...], words: str
) -> None:
    endpoints, (status, reason, message) = summary(lab(ASKED), *more)
    assert (status, reason) == ("False", "NoAddress")
    assert words in message
    assert len([name for name in endpoints if "-via-" in name]) == 1


def test_a_port_that_is_refused_names_its_field() -> None:
    message = "spec.ports[0].nodePort: Invalid value: 30022: provided port is already allocated"
    why = refusal(message, "Service meteo-access-sftp-nodeport").message
    assert "node port 30022 belongs to another Service" in why
    assert "nodePort.port in spec.access.outside" in why


def hosts(name: str = "liveconnect", **ingress: Any) -> dict[str, str]:
    """Host by component, of a lab with every page that can be."""
    spec: dict[str, Any] = {
        "kafkaUI": {},
        "jupyter": {},
        "schemaRegistry": {},
        "ksqldb": {},
        "connect": {},
    }
    found = {"domain": "pf1.example.org", **ingress}
    key = LabKey("user-alice", name)
    of = lab({"weather": False, **spec, "access": {"ingress": found}}, key)
    return {page.component: page.real_host for page in access.exposed(of.key, of.spec)}


def test_a_work_group_is_given_once() -> None:
    found = hosts(workGroup="325151bf-2007-4308-b94d-b436a61a35c5")
    end = "325151bf-2007-4308-b94d-b436a61a35c5.pf1.example.org"
    assert found == {
        "kafka-ui": f"liveconnect-{end}",
        "jupyter": f"liveconnect-batch-{end}",
    }


def test_what_has_no_login_gets_a_name_only_where_it_is_listed() -> None:
    found = hosts(workGroup="wk1", open=["schemaRegistry", "ksqldb"])
    assert found["schema-registry"] == "liveconnect-schema-registry-wk1.pf1.example.org"
    assert found["ksqldb"] == "liveconnect-ksqldb-wk1.pf1.example.org"
    assert "connect" not in found
    assert hosts(open=["connect"])["connect"] == "user-alice-liveconnect-connect.pf1.example.org"


def test_a_name_of_ones_own_wins_and_a_long_one_is_cut() -> None:
    mine = hosts(workGroup="wk1", hosts={"jupyter": "mine.example.org"})
    assert mine["jupyter"] == "mine.example.org"
    long = hosts("l" * 40, workGroup="w" * 40)
    label = long["kafka-ui"].partition(".")[0]
    assert label.startswith("kafka-ui-")
    assert len(label) <= 63


def test_the_name_of_a_work_group_is_nobodys_own() -> None:
    of = lab(
        {"weather": False, "jupyter": {},
         "access": {"ingress": {"domain": "a.org", "workGroup": "wk1"}}}
    )  # fmt: skip
    assert [page.own for page in access.exposed(of.key, of.spec)] == [False]


def test_the_pages_that_can_be_opened_are_those_without_a_login() -> None:
    without = {s.part.key for s in SERVICES if s.page is not None and not s.page.login}
    assert without == {"connect", "influxdb", "ksqldb", "schemaRegistry"}
