"""Single commands of the documents that speak of any lab, typed as they stand there.

Each has its own test, and leaves the lab as it was; the commands of the courses, and those that
stop or change something, are in the tests of that.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from tests.e2e.cluster import Kubectl, LabHandle
from tests.e2e.courses import plain_pod
from tests.e2e.paused import Commands, secret_comes_back
from tests.terminal import Terminal
from tools.cluster import kubectl as tool
from tools.images import reference
from tools.pages import fences, put, typed
from tools.shell.paths import ROOT

CONNECT = "docs/connect.md"
TROUBLE = "docs/troubleshooting.md"
OWN_POD = "mine"
POINTS = "600/600/600"
SPEC: dict[str, Any] = {
    "profile": "nano",
    "kafka": {"brokers": 3},
    "inject": {"stations": 3, "rate": "500/s", "points": 600},
    "access": {"kafka": {"localhost": {}}},
    "page": {},
}
"""What the pages have switched on, one or the other; the connector is that of its page."""
MINE = {
    "connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector",
    "topics": "weather",
    "file": "/tmp/mine.txt",
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
}


def shown_by_the_page() -> dict[str, Any]:
    """The lab of the page on Kafka Connect."""
    first = next(fence for fence in fences(CONNECT) if fence.language == "yaml")
    found: dict[str, Any] = yaml.safe_load(first.text)
    return found


@pytest.fixture(scope="module")
def meteo(
    kubectl: Kubectl, course_namespace: str, course_terminal: Terminal
) -> Iterator[LabHandle]:
    """A small lab ``meteo``, applied and waited for as the pages say, and a pod of one's own."""
    lab = LabHandle(kubectl, course_namespace, "meteo")
    body = shown_by_the_page()
    body["spec"] |= SPEC
    (course_terminal.home / "lab.yaml").write_text(json.dumps(body))
    idle = {"command": ["sleep", "infinity"], "workingDir": "/tmp"}
    kubectl.api.create(plain_pod(OWN_POD, reference("toolbox"), **idle), course_namespace)
    course_terminal.type(typed("docs/student.md", "kubectl apply -f lab.yaml"))
    wait = typed("docs/student.md", "kubectl wait --for=condition=Ready")
    assert "condition met" in course_terminal.type(wait, 310)
    yield lab


@pytest.fixture
def home(meteo: LabHandle, course_terminal: Terminal) -> Terminal:
    """The terminal in front of the lab."""
    return course_terminal


LOOKS = (
    (typed("README.md", "kubectl apply -f lab.yaml"), "streaminglab.dev/meteo "),
    (typed("README.md", "kubectl wait"), "condition met"),
    (typed("README.fr.md", "kubectl apply -f lab.yaml"), "streaminglab.dev/meteo "),
    (typed("README.fr.md", "kubectl wait"), "condition met"),
    (typed(CONNECT, "kubectl apply -f lab.yaml"), "streaminglab.dev/meteo "),
    (typed(CONNECT, "kubectl wait"), "condition met"),
    (typed(CONNECT, "kubectl exec meteo-connect-0"), "station"),
    (typed(CONNECT, "kubectl get slab meteo -o jsonpath"), "lines\tRUNNING\t1/1"),
    (typed("docs/access.md", "kubectl get services -l"), "meteo-kafka-0"),
    (typed("docs/courses/000-weather.md", "kubectl get services"), "kafka"),
    (typed("docs/developer.md", "kubectl get slab meteo -o yaml"), "appliedHash: "),
    (typed("docs/developer.md", "kubectl get service meteo-kafka"), "manager: streaminglab"),
    (typed("docs/onyxia.md", "kubectl get slab"), POINTS),
    (typed("docs/onyxia.md", "kubectl wait"), "condition met"),
    (typed("docs/reference/conditions.md", "kubectl wait"), "condition met"),
    (typed("docs/reference/conditions.md", "kubectl get slab"), "data flows: 600 points"),
    (typed("docs/student.md", "kubectl exec sts/meteo-kafka-0 -- sh"), '"temperature"'),
    (typed("docs/student.md", "kubectl exec sts/meteo-kafka-0 -- \\"), "PartitionCount: 4"),
    (typed("docs/teacher.md", "kubectl explain"), "FIELD"),
    (typed("docs/teacher.md", "kubectl get slab -A -o custom-columns"), POINTS),
    (typed("docs/teacher.md", "kubectl get slab -A"), POINTS),
    (typed("docs/admin.md", "kubectl get slab -A"), POINTS),
    (typed("docs/admin.md", "kubectl get pvc,secret -A"), "secret/meteo-credentials"),
    (
        typed(
            "docs/admin.md",
            "kubectl -n streaminglab-system rollout status deployment/streaminglab-operator",
        ),
        "successfully",
    ),
    (typed(TROUBLE, "kubectl get slab meteo"), POINTS),
    (typed(TROUBLE, "kubectl describe slab meteo"), "DataFlowing"),
    (typed(TROUBLE, "kubectl get pods -l"), "meteo-influxdb-0"),
    (
        typed("docs/decisions/0046-kafka-4-4-waits-for-the-plugins.md", "kubectl"),
        "metadata.version",
    ),
    (typed("docs/decisions/0049-brokers-go-before-workers.md", "kubectl"), "metadata.version"),
)
"""A command that only looks, and a word of what one sees."""


@pytest.mark.parametrize(("command", "seen"), LOOKS, ids=range(len(LOOKS)))
def test_a_command_of_a_page_shows_what_the_page_says(
    home: Terminal, command: str, seen: str
) -> None:
    assert seen in home.type(command)


def test_the_commands_with_the_readers_own_words_do_what_they_say(
    home: Terminal, meteo: LabHandle
) -> None:
    mine = put(typed("README.md", "kubectl get slab -n student"), {"student": meteo.namespace})
    assert POINTS in home.type(mine)
    logs = typed(TROUBLE, "kubectl logs POD-THAT-THE-MESSAGE-NAMES")
    assert "topic 'weather' made" in home.type(
        put(logs, {"POD-THAT-THE-MESSAGE-NAMES": meteo.pod("init")})
    )
    english = put(typed("docs/student.md", "kubectl label pod YOUR-POD"), {"YOUR-POD": OWN_POD})
    first = put(typed("README.md", "kubectl label pod YOUR-POD"), {"YOUR-POD": OWN_POD})
    french = put(typed("README.fr.md", "kubectl label pod VOTRE-POD"), {"VOTRE-POD": OWN_POD})
    assert "labeled" in home.type(english)
    for again in (first, french):
        assert "not labeled" in home.type(again), "they are there already"


CONFIGS = (
    typed("README.md", "export KUBECONFIG="),
    typed("docs/developer.md", "export KUBECONFIG="),
    typed("docs/student.md", "export KUBECONFIG="),
)


def in_the_checkout(command: str) -> str:
    """What a developer types there, who has no other terminal than the one of this run."""
    words = ["bash", "-o", "pipefail", "-c", command]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("command", CONFIGS, ids=range(len(CONFIGS)))
def test_make_says_how_the_cluster_is_reached(meteo: LabHandle, command: str) -> None:
    look = f"{tool.program()} get slab -n {meteo.namespace}"
    assert POINTS in in_the_checkout(f"{command}\n{look}")


def test_make_says_what_runs(meteo: LabHandle) -> None:
    said = in_the_checkout(typed("docs/developer.md", "make status"))
    assert "answers" in said
    assert "nodes ready" in said


KAFKAS = "kubectl get secret meteo-credentials -o go-template='{{index .data \"kafka"
SECRETS = (
    ("kafka-password", typed("docs/access.md", KAFKAS)),
    ("page-password", typed("docs/page.md", "kubectl get secret")),
    ("page-password", typed("docs/page.fr.md", "kubectl get secret")),
    ("page-password", typed("docs/onyxia.md", "kubectl get secret")),
)


@pytest.mark.parametrize(("key", "command"), SECRETS, ids=range(len(SECRETS)))
def test_a_password_is_printed_as_it_is(
    home: Terminal, meteo: LabHandle, key: str, command: str
) -> None:
    stored = meteo.get("secret", "meteo-credentials")["data"][key]
    assert home.type(command).rstrip("\n") == base64.b64decode(stored).decode()


def test_the_names_of_all_credentials_are_listed(home: Terminal, meteo: LabHandle) -> None:
    names = typed("docs/access.md", "kubectl get secret meteo-credentials -o go-template='{{range")
    assert set(home.type(names).split()) == set(meteo.get("secret", "meteo-credentials")["data"])


WATCHES = (
    typed("README.md", "kubectl get slab --watch"),
    typed("README.fr.md", "kubectl get slab --watch"),
    typed("docs/student.md", "kubectl get slab --watch"),
)


@pytest.mark.parametrize("command", WATCHES, ids=range(len(WATCHES)))
def test_the_lab_is_followed_until_ctrl_c(home: Terminal, command: str) -> None:
    assert POINTS in home.until(command, POINTS)


def test_the_operators_words_are_followed_until_ctrl_c(home: Terminal) -> None:
    follow = typed("docs/developer.md", "kubectl -n streaminglab-system logs -f")
    assert home.until(follow, '"level": ')


def test_the_operators_words_on_one_lab_are_found(home: Terminal, meteo: LabHandle) -> None:
    found = typed("docs/admin.md", "kubectl -n streaminglab-system logs deployment")
    mine = f"{meteo.namespace}/meteo"
    assert mine in home.type(put(found, {"user-alice/meteo": mine}))


def test_the_labs_that_are_not_ready_are_listed_for_the_teacher(home: Terminal) -> None:
    """None is listed but the head, when all of them are Ready: other tests have labs, too."""
    said = home.type(typed("docs/teacher.md", "kubectl get slab -A -o wide"))
    assert said.splitlines()[0].startswith("NAMESPACE")
    assert not [line for line in said.splitlines() if " True " in line]


FORWARDS = (
    (typed("docs/page.md", "kubectl port-forward"), "8080", "/login"),
    (typed("docs/page.fr.md", "kubectl port-forward"), "8080", "/login"),
    (typed("docs/student.md", "kubectl port-forward"), "8086", "/health"),
    (typed("docs/connect.md", "kubectl port-forward"), "8083", "/connector-plugins"),
    (typed("docs/developer.md", "kubectl -n streaminglab-system port-forward"), "8080", "/metrics"),
)
"""The port that is forwarded, and where something answers behind it."""


@pytest.mark.parametrize(("command", "port", "path"), FORWARDS, ids=range(len(FORWARDS)))
def test_a_forwarded_port_answers(home: Terminal, command: str, port: str, path: str) -> None:
    with (
        home.forwarded(put(command, {f" {port}": f" :{port}"})) as mine,
        urlopen(f"http://localhost:{mine}{path}", timeout=20) as answer,
    ):
        assert answer.status == 200


BROKERS = (
    typed("docs/access.md", "kubectl port-forward sts/meteo-kafka-0 19092"),
    typed("docs/access.md", "kubectl port-forward sts/meteo-kafka-1 19093"),
    typed("docs/access.md", "kubectl port-forward sts/meteo-kafka-2 19094"),
)


@pytest.mark.parametrize("command", BROKERS, ids=range(len(BROKERS)))
def test_a_brokers_port_for_laptops_is_forwarded(home: Terminal, command: str) -> None:
    """To a free port of this machine; tests/e2e/test_kafka_outside.py sends records through it."""
    port = command.rpartition(" ")[2]
    with home.forwarded(put(command, {f" {port}": f" :{port}"})) as mine:
        asked = ["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{mine}"]
        assert subprocess.run(asked, check=False, capture_output=True).returncode == 0


def test_influxdb_answers_the_query_of_the_page(home: Terminal) -> None:
    token = typed("docs/student.md", "TOKEN=$(kubectl get secret")
    query = typed("docs/student.md", "curl -s 'localhost:8086/api/v2/query")
    forward = typed("docs/student.md", "kubectl port-forward service/meteo-influxdb")
    with home.forwarded(put(forward, {" 8086": " :8086"})) as port:
        said = home.type(f"{token}\n{put(query, {'localhost:8086': f'localhost:{port}'})}")
    assert said.startswith(",result,table,_start,_stop,station,_value")
    assert len(said.split()) == 4, "a line for each station, below the head"


def test_the_operator_counts_what_it_does(home: Terminal) -> None:
    forward = typed("docs/developer.md", "kubectl -n streaminglab-system port-forward")
    metrics = typed("docs/developer.md", "curl -s localhost:8080/metrics")
    with home.forwarded(put(forward, {" 8080": " :8080"})) as port:
        assert "streaminglab_" in home.type(put(metrics, {":8080": f":{port}"}))


def test_a_connector_made_by_hand_runs_beside_the_labs_own(
    home: Terminal, meteo: LabHandle
) -> None:
    forward = put(typed(CONNECT, "kubectl port-forward"), {" 8083": " :8083"})
    plugins = typed(CONNECT, "curl -s localhost:8083/connector-plugins")
    make = typed(CONNECT, "curl -s localhost:8083/connectors")
    with home.forwarded(forward) as port:
        words = {"localhost:8083": f"localhost:{port}"}
        classes = {plugin["class"] for plugin in json.loads(home.type(put(plugins, words)))}
        assert MINE["connector.class"] in classes
        made = json.loads(home.type(put(make, {**words, "{...}": json.dumps(MINE)})))
        assert made["name"] == "mine"
    meteo.until(
        lambda: {c["name"] for c in meteo.get()["status"]["connectors"]} == {"lines", "mine"},
        "the connector that was made by hand",
        60,
    )


def test_a_secret_for_a_connector_is_made_as_the_page_says(
    home: Terminal, meteo: LabHandle
) -> None:
    (home.home / "pipeline.json").write_text("[]")
    home.type(typed(CONNECT, "kubectl create secret generic mongo-source"))
    home.type(typed(CONNECT, "kubectl create secret generic mydb"))
    assert meteo.get("secret", "mongo-source")["data"] == {
        "pipeline": base64.b64encode(b"[]").decode()
    }
    assert set(meteo.get("secret", "mydb")["data"]) == {"password"}


def test_a_lab_that_is_paused_is_left_alone_and_its_secret_put_back(
    home: Terminal, meteo: LabHandle
) -> None:
    here = {"user-alice": meteo.namespace}
    commands = Commands(
        pause=put(typed("docs/admin.md", "kubectl -n user-alice annotate slab meteo"), here),
        keep=put(typed("docs/admin.md", "kubectl -n user-alice get secret"), here),
        replace=typed("docs/admin.md", "kubectl replace --force"),
    )
    secret_comes_back(home, meteo, commands)


def test_a_topic_that_has_records_twice_is_made_anew(home: Terminal, meteo: LabHandle) -> None:
    before = {job["metadata"]["uid"] for job in meteo.items("jobs")}
    home.type(typed(TROUBLE, "kubectl exec sts/meteo-kafka-0 -c kafka"))
    home.type(typed(TROUBLE, "kubectl delete job -l"))
    meteo.until(
        lambda: {job["metadata"]["uid"] for job in meteo.items("jobs")} - before, "new jobs"
    )
    meteo.wait("Ready")
    assert meteo.counts() == (600, 600, 600)
