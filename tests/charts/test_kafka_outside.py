"""Kafka's listeners for clients outside the cluster: who is sent where, and what nobody sees."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.charts.support import CHARTS, Manifest, only, render, run_helm, template
from tests.charts.test_kafka_start import StartScript

SECRET = {"existingSecret": {"name": "meteo-credentials"}}
LOCALHOST = {"localhost": {"enabled": True}}
NODE_PORT = {
    "nodePort": {"enabled": True, "ports": [32092, 32093, 32094], "host": "lab.example.org"}
}
OUTSIDE = {"NodePort", "LoadBalancer"}
BALANCER = {
    "loadBalancer": {"enabled": True, "hosts": ["192.0.2.1", "2001:db8::2", "b.example.org"]}
}
PASSWORD = "s3cret=x;[y]#%"


def values(*external: dict[str, Any]) -> dict[str, Any]:
    merged = dict(SECRET)
    for part in external:
        merged |= part
    return {"replicas": 3, "external": merged}


def services(given: dict[str, Any]) -> dict[str, Manifest]:
    """The Services for outside by name."""
    found = [o for o in render("kafka", given) if o["kind"] == "Service"]
    return {o["metadata"]["name"]: o["spec"] for o in found if o["spec"]["type"] in OUTSIDE}


def broker(given: dict[str, Any]) -> Manifest:
    pod: Manifest = only(render("kafka", given), "StatefulSet", "meteo-0")["spec"]["template"][
        "spec"
    ]
    return pod


class Outside(StartScript):
    """The scripts of a rendered release, with the user's files and the pod's environment."""

    def __init__(self, root: Path, given: dict[str, Any]) -> None:
        super().__init__(root)
        objects = render("kafka", given)
        for name, text in only(objects, "ConfigMap")["data"].items():
            moved = text.replace("/opt/streaminglab", str(root))
            (root / "kafka" / name).write_text(
                moved.replace("/opt/kafka/bin", f"{root}/opt/kafka/bin")
            )
        self.script = root / "kafka/start.sh"
        (root / "user").mkdir()
        self.user("student", PASSWORD)
        container = only(objects, "StatefulSet", "meteo-0")["spec"]["template"]["spec"][
            "containers"
        ][0]
        self.extra = {e["name"]: e.get("value", "192.0.2.9") for e in container["env"]}
        # Notes its arguments and what it is told on its standard input.
        self.program(
            "opt/kafka/bin/kafka-storage.sh",
            f'echo "$*" >{root}/arguments; cat >{root}/stdin; echo keys of the password',
        )
        self.program(
            "opt/kafka/bin/kafka-configs.sh", f'echo "$*" >{root}/arguments; cat >{root}/stdin'
        )

    def user(self, name: str, password: str) -> None:
        (self.root / "user/username").write_text(name)
        (self.root / "user/password").write_text(password)

    def start(self, ordinal: int) -> subprocess.CompletedProcess[str]:
        own = ("LOCALHOST_PORT", "NODEPORT_HOST", "NODEPORT_PORTS", "LOADBALANCER_HOSTS")
        return self.run(ordinal, 3, 3, {key: self.extra[key] for key in own})

    def set_user(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(self.root / "kafka/set-user.sh")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def read(self, name: str) -> str:
        return (self.root / name).read_text()

    def advertised(self) -> dict[str, str]:
        """Listener name -> where its clients are sent."""
        entries = self.properties()["advertised.listeners"].split(",")
        return dict(entry.split("://", 1) for entry in entries)


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    return Outside(tmp_path, values(LOCALHOST, NODE_PORT, BALANCER))


def test_nothing_differs_while_no_listener_is_on() -> None:
    """Running labs must not restart: a Secret alone, ports alone, change no byte."""
    off = {"nodePort": {"ports": [32092]}, "localhost": {"port": 20000}}
    assert template("kafka", {"external": SECRET | off}) == template("kafka", {})
    config = only(render("kafka"), "ConfigMap")["data"]
    assert config["start.sh"] == (CHARTS / "kafka/files/start.sh").read_text()
    assert set(config) == {"start.sh", "server.properties", "log4j2.properties"}


def test_every_broker_has_an_address_of_its_own_in_each_listener(outside: Outside) -> None:
    seen = []
    for ordinal in range(3):
        assert outside.start(ordinal).returncode == 0
        seen.append(outside.advertised())
    assert [where["LOCALHOST"] for where in seen] == [
        "localhost:19092", "localhost:19093", "localhost:19094",
    ]  # fmt: skip
    assert [where["NODEPORT"] for where in seen] == [
        "lab.example.org:32092", "lab.example.org:32093", "lab.example.org:32094",
    ]  # fmt: skip
    assert [where["LOADBALANCER"] for where in seen] == [
        "192.0.2.1:9092", "[2001:db8::2]:9092", "b.example.org:9092",
    ]  # fmt: skip


def test_the_inside_stays_as_it_was(outside: Outside) -> None:
    outside.start(1)
    assert outside.advertised()["PLAINTEXT"] == "my-lab-kafka-1.ns.svc:9092"
    assert outside.properties()["listeners"] == (
        "PLAINTEXT://:9092,CONTROLLER://:9093,"
        "LOCALHOST://127.0.0.1:19093,NODEPORT://:9094,LOADBALANCER://:9095"
    )
    assert outside.properties()["inter.broker.listener.name"] == "PLAINTEXT"


def test_each_listener_for_outside_asks_for_scram(outside: Outside) -> None:
    outside.start(0)
    properties = outside.properties()
    protocols = dict(p.split(":") for p in properties["listener.security.protocol.map"].split(","))
    for name in ("LOCALHOST", "NODEPORT", "LOADBALANCER"):
        assert protocols[name] == "SASL_PLAINTEXT"
        own = f"listener.name.{name.lower()}"
        assert properties[f"{own}.sasl.enabled.mechanisms"] == "SCRAM-SHA-512"
        assert "ScramLoginModule" in properties[f"{own}.scram-sha-512.sasl.jaas.config"]
    assert protocols["PLAINTEXT"] == protocols["CONTROLLER"] == "PLAINTEXT"


def test_without_a_host_clients_are_sent_to_the_brokers_node(tmp_path: Path) -> None:
    given = values({"nodePort": {"enabled": True, "ports": [32092, 32093, 32094]}})
    sources = {e["name"]: e.get("valueFrom") for e in broker(given)["containers"][0]["env"]}
    assert sources["NODEPORT_HOST"] == {"fieldRef": {"fieldPath": "status.hostIP"}}
    start = Outside(tmp_path, given)
    start.start(2)
    assert start.advertised()["NODEPORT"] == "192.0.2.9:32094"


def test_a_listener_without_an_address_yet_does_not_open(tmp_path: Path) -> None:
    given = values({"nodePort": {"enabled": True}, "loadBalancer": {"enabled": True}})
    start = Outside(tmp_path, given)
    assert start.start(0).returncode == 0
    assert set(start.advertised()) == {"PLAINTEXT", "CONTROLLER"}
    assert "SASL_PLAINTEXT" not in start.read("run/server.properties")
    assert len(services(given)) == 6, "the Services are made, or no address would ever be known"


def test_the_password_reaches_the_format_tool_and_nobody_else(outside: Outside) -> None:
    done = outside.start(0)
    assert outside.read("stdin") == (
        f'--add-scram=SCRAM-SHA-512=[name="student",password="{PASSWORD}"]\n'
    )
    assert PASSWORD not in outside.read("arguments")
    assert outside.read("arguments").endswith("@/dev/stdin\n")
    assert PASSWORD not in outside.read("run/server.properties")
    assert PASSWORD not in done.stdout + done.stderr
    assert "keys of the password" not in done.stdout, "the tool prints the keys made of it"


def test_a_formatted_volume_is_left_alone(outside: Outside) -> None:
    (outside.root / "data/kraft").mkdir(parents=True)
    (outside.root / "data/kraft/meta.properties").touch()
    assert "server " in outside.start(0).stdout
    assert not (outside.root / "stdin").exists()


def test_a_failed_format_stops_the_start(outside: Outside) -> None:
    outside.program("opt/kafka/bin/kafka-storage.sh", "cat >/dev/null; echo why >&2; exit 3")
    done = outside.start(0)
    assert done.returncode == 3
    assert "why" in done.stderr
    assert "server " not in done.stdout


def test_the_user_can_be_set_again_on_a_running_broker(outside: Outside) -> None:
    done = outside.set_user()
    assert done.returncode == 0
    assert outside.read("stdin") == f"SCRAM-SHA-512=iterations=8192,password={PASSWORD}\n"
    assert "--entity-name student" in outside.read("arguments")
    assert PASSWORD not in outside.read("arguments") + done.stdout + done.stderr


@pytest.mark.parametrize("password", ["", "a,b", 'a"b', "a\\b", "a b", "a\tb", "a\nb", "é"])
def test_a_password_that_kafka_would_misread_is_refused_unseen(
    outside: Outside, password: str
) -> None:
    outside.user("student", password)
    for done in (outside.start(0), outside.set_user()):
        assert done.returncode == 1
        assert "error: the password in the Secret may have" in done.stdout
        assert not password or password not in done.stdout + done.stderr
    assert not (outside.root / "stdin").exists()


@pytest.mark.parametrize("name", ["", "a b", "a,b", 'a"b', "a=b", "a]"])
def test_a_user_that_kafka_would_misread_is_refused(outside: Outside, name: str) -> None:
    outside.user(name, PASSWORD)
    done = outside.start(0)
    assert done.returncode == 1
    assert "error: the user's name in the Secret may have" in done.stdout


def test_the_secret_is_mounted_as_two_files_and_nothing_else() -> None:
    own = {"name": "mine", "usernameKey": "u", "passwordKey": "p"}
    pod = broker(values(LOCALHOST, {"existingSecret": own}))
    secret = next(v["secret"] for v in pod["volumes"] if v["name"] == "user")
    assert secret["secretName"] == "mine"
    assert secret["items"] == [{"key": "u", "path": "username"}, {"key": "p", "path": "password"}]
    (container,) = pod["containers"]
    assert not [e for e in container["env"] if "secretKeyRef" in e.get("valueFrom", {})]


def test_a_service_leads_to_one_broker_alone() -> None:
    found = services(values(NODE_PORT, BALANCER))
    for ordinal in range(3):
        for kind in ("nodeport", "loadbalancer"):
            selector = found[f"meteo-{kind}-{ordinal}"]["selector"]
            assert selector["streaminglab.dev/broker"] == str(ordinal)
    ports = [found[f"meteo-nodeport-{n}"]["ports"][0]["nodePort"] for n in range(3)]
    assert ports == [32092, 32093, 32094]
    assert {found[f"meteo-loadbalancer-{n}"]["ports"][0]["port"] for n in range(3)} == {9092}


def test_the_listener_for_port_forward_opens_nothing_to_the_network() -> None:
    given = values(LOCALHOST)
    policy = only(render("kafka", given), "NetworkPolicy")
    assert policy == only(render("kafka", {"replicas": 3}), "NetworkPolicy")
    assert services(given) == {}


@pytest.mark.parametrize(
    ("parts", "ports"),
    [((NODE_PORT,), {9094}), ((BALANCER,), {9095}), ((NODE_PORT, BALANCER), {9094, 9095})],
)
def test_the_ports_for_outside_are_open_to_everybody(
    parts: tuple[dict[str, Any], ...], ports: set[int]
) -> None:
    spec = only(render("kafka", values(*parts)), "NetworkPolicy")["spec"]
    (rule,) = [rule for rule in spec["ingress"] if "from" not in rule]
    assert {port["port"] for port in rule["ports"]} == ports


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"external": LOCALHOST}, "external.existingSecret.name is missing"),
        ({"replicas": 1, "external": SECRET | NODE_PORT},
         "external.nodePort.ports has 3 entries for 1 brokers"),
        ({"replicas": 1, "external": SECRET | BALANCER},
         "external.loadBalancer.hosts has 3 entries for 1 brokers"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_in_plain_words(given: dict[str, Any], said: str) -> None:
    done = run_helm("template", "r", str(CHARTS / "kafka"), values=given)
    assert done.returncode != 0
    assert said in done.stderr
