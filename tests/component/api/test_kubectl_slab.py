"""`kubectl slab` on a real API server with the real kubectl: what is read, written and refused."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streaminglab_cli import app
from streaminglab_cli.cluster import Cluster
from streaminglab_cli.lab import Lab
from tests.component.api.conftest import LABS, Labs
from tests.component.api.control_plane import TOKEN
from tests.patience import PATIENCE
from tools.cluster import kubectl

Slab = Callable[..., tuple[int, str, str]]
NAMESPACED = "/api/v1/namespaces/default"


@pytest.fixture
def slab(
    labs: Labs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Slab:
    """Run a command line against the API server; exit code, standard output, standard error."""
    monkeypatch.setenv("KUBECONFIG", str(_kubeconfig(tmp_path, labs.client.port)))
    tools = str(Path(kubectl.program()).parent)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")

    def run(*words: str) -> tuple[int, str, str]:
        code = app.run(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def _kubeconfig(directory: Path, port: int) -> Path:
    cluster = {"server": f"https://127.0.0.1:{port}", "insecure-skip-tls-verify": True}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "clusters": [{"name": "here", "cluster": cluster}],
        "users": [{"name": "here", "user": {"token": TOKEN}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "here"}}],
    }
    path = directory / "kubeconfig"
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def name(labs: Labs) -> Iterator[str]:
    """A lab that is kept for one test."""
    made = labs.create({"kafka": {"brokers": 3}}, keep=True)
    assert made.accepted, made.message
    name = made.body["metadata"]["name"]
    yield name
    labs.client.call("DELETE", f"{LABS}/{name}")


def lab_of(labs: Labs, name: str) -> Any:
    return labs.client.call("GET", f"{LABS}/{name}").body


def ready(labs: Labs, name: str, status: str = "True") -> None:
    """Write a status as the operator does."""
    made = labs.client.call("GET", f"{LABS}/{name}")
    condition = {
        "type": "Ready",
        "status": status,
        "reason": "Ready",
        "message": "so it is",
        "observedGeneration": made.body["metadata"]["generation"],
        "lastTransitionTime": "2026-11-27T00:00:00Z",
    }
    answer = labs.write_status(made, {"conditions": [condition]})
    assert answer.accepted, answer.message


def test_labs_are_listed_and_an_unknown_one_is_said(slab: Slab, name: str) -> None:
    code, out, _ = slab("list", "-n", "default")
    assert code == 0
    assert name in out
    assert name in slab("list", "-A")[1]
    code, _, err = slab("status", "-l", "nobody")
    assert code == 3
    assert "there is no lab nobody here" in err


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set as soon as the command has heard of the lab that it follows."""
    heard, follow = threading.Event(), Cluster.follow

    def noted(*words: Any) -> Iterator[Lab]:
        for lab in follow(*words):
            heard.set()
            yield lab

    monkeypatch.setattr(Cluster, "follow", noted)
    return heard


def test_a_lab_is_followed_until_it_is_ready(
    slab: Slab, labs: Labs, name: str, followed: threading.Event
) -> None:
    ready(labs, name, "False")

    def later() -> None:
        followed.wait(PATIENCE)
        ready(labs, name)

    writer = threading.Thread(target=later)
    writer.start()
    code, out, _ = slab("status", "-l", name, "--watch", "--until-ready", "-o", "json")
    writer.join()
    states = [json.loads(line)["status"]["conditions"][0]["status"] for line in out.splitlines()]
    assert (code, states) == (0, ["False", "True"])


def test_a_lab_that_is_deleted_while_it_is_followed_is_said(
    slab: Slab, labs: Labs, name: str, followed: threading.Event
) -> None:
    def later() -> None:
        followed.wait(PATIENCE)
        labs.client.call("DELETE", f"{LABS}/{name}")

    writer = threading.Thread(target=later)
    writer.start()
    code, _, err = slab("status", "-l", name, "--watch")
    writer.join()
    assert code == 3
    assert f"the lab {name} was deleted" in err


def test_fields_are_written_and_the_servers_refusal_is_told(
    slab: Slab, labs: Labs, name: str
) -> None:
    assert slab("suspend", "-l", name, "--no-wait")[0] == 0
    assert lab_of(labs, name)["spec"]["suspend"] is True
    assert slab("resume", "-l", name, "--no-wait")[0] == 0
    assert slab("stop-broker", "1", "-l", name, "--no-wait")[0] == 0
    assert lab_of(labs, name)["spec"]["kafka"]["stoppedBrokers"] == [1]
    assert slab("start-broker", "1", "-l", name, "--no-wait")[0] == 0
    assert lab_of(labs, name)["spec"]["kafka"]["stoppedBrokers"] == []
    code, _, err = slab("stop-broker", "7", "-l", name, "--no-wait")
    assert code == 1
    assert "the cluster refuses" in err


def test_logins_are_read_from_the_labs_secret(slab: Slab, labs: Labs, name: str) -> None:
    secret = {"metadata": {"name": f"{name}-credentials"}, "stringData": {"kafka-password": "x'y"}}
    labs.client.call("POST", f"{NAMESPACED}/secrets", secret)
    parts = [{"name": "kafka", "kind": "StatefulSet", "ready": "1/1"}]
    made = labs.client.call("GET", f"{LABS}/{name}")
    assert labs.write_status(made, {"components": parts}).accepted
    assert slab("password", "kafka", "-l", name)[:2] == (0, "x'y\n")
    assert "export KAFKA_PASSWORD='x'\"'\"'y'" in slab("env", "-l", name)[1]


def written(directory: Path, name: str, spec: dict[str, Any]) -> str:
    file = directory / "lab.yaml"
    document = {
        "apiVersion": "streaminglab.dev/v1alpha1",
        "kind": "StreamingLab",
        "metadata": {"name": name},
        "spec": spec,
    }
    file.write_text(json.dumps(document))
    return str(file)


def test_a_plan_says_what_apply_would_change_and_changes_nothing(
    slab: Slab, labs: Labs, name: str, tmp_path: Path
) -> None:
    before = lab_of(labs, name)["spec"]
    topics = [{"name": "weather", "partitions": 8}]
    file = written(tmp_path, name, {"kafka": {"brokers": 3, "topics": topics}, "kafkaUI": {}})
    code, out, _ = slab("plan", "-f", file)
    assert code == 0
    assert "  spec.kafka.topics[weather].partitions: 4 -> 8" in out
    assert "  init: it runs again" in out
    assert "  kafka-ui: it is made" in out
    assert lab_of(labs, name)["spec"] == before
    assert json.loads(slab("plan", "-f", file, "-o", "json")[1])[0]["new"] is False


def test_a_plan_of_a_new_lab_and_one_that_is_refused(slab: Slab, tmp_path: Path) -> None:
    assert "brand-new would be made" in slab("plan", "-f", written(tmp_path, "brand-new", {}))[1]
    code, out, err = slab("plan", "-f", written(tmp_path, "bad", {"kafka": {"brokers": 2000}}))
    assert (code, out) == (1, "")
    assert "spec.kafka.brokers" in err
    code, _, err = slab("plan", "-f", written(tmp_path, "bad", {"kafka": {"brokerz": 1}}))
    assert code == 1
    assert 'unknown field "spec.kafka.brokerz"' in err


def test_what_is_taken_out_of_an_applied_file_is_seen(
    slab: Slab, labs: Labs, tmp_path: Path
) -> None:
    name = labs.new_name()
    config = Path(os.environ["KUBECONFIG"])
    kubectl.kubectl(config, "apply", "-f", written(tmp_path, name, {"kafkaUI": {}, "page": {}}))
    _, out, _ = slab("plan", "-f", written(tmp_path, name, {"page": {}}))
    assert "  kafka-ui: it is deleted" in out
    assert (
        "stay as it is"
        in slab("plan", "-f", written(tmp_path, name, {"kafkaUI": {}, "page": {}}))[1]
    )


def test_a_lab_begins_anew_with_the_same_spec(slab: Slab, labs: Labs, name: str) -> None:
    before = lab_of(labs, name)
    code, _, err = slab("reset", "-l", name, "--yes", "--no-wait")
    assert code == 0, err
    after = lab_of(labs, name)
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert after["spec"] == before["spec"]
    copy = Path(err.partition(": ")[2].strip())
    assert name in copy.read_text()
    copy.unlink()


def test_a_part_begins_anew_without_its_volume(slab: Slab, labs: Labs, name: str) -> None:
    labels = {"streaminglab.dev/lab": name, "app.kubernetes.io/component": "influxdb"}
    claim = {
        "metadata": {"name": f"data-{name}", "labels": labels},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    container = {"name": "x", "image": "x"}
    pod = {"metadata": {"name": name, "labels": labels}, "spec": {"containers": [container]}}
    for kind, body in (("persistentvolumeclaims", claim), ("pods", pod)):
        answer = labs.client.call("POST", f"{NAMESPACED}/{kind}", body)
        assert answer.accepted, answer.message
    made = labs.client.call("GET", f"{LABS}/{name}")
    parts = [{"name": "influxdb", "kind": "StatefulSet", "ready": "1/1"}]
    assert labs.write_status(made, {"components": parts}).accepted
    assert slab("reset", "influxdb", "-l", name, "--yes", "--no-wait")[0] == 0
    selector = f"labelSelector=streaminglab.dev/lab%3D{name}"
    left = labs.client.call("GET", f"{NAMESPACED}/persistentvolumeclaims?{selector}").body["items"]
    assert all("deletionTimestamp" in claim["metadata"] for claim in left)
    assert labs.client.call("GET", f"{NAMESPACED}/pods?{selector}").body["items"] == []


def test_a_cluster_that_does_not_answer_or_does_not_know_us_is_said(
    slab: Slab, tmp_path: Path
) -> None:
    config = Path(os.environ["KUBECONFIG"])
    config.write_text(config.read_text().replace(TOKEN, "wrong"))
    code, _, err = slab("list")
    assert (code, "log in again" in err) == (4, True)
    _kubeconfig(tmp_path, 1)
    code, _, err = slab("list")
    assert (code, "does not answer" in err) == (4, True)
    code, _, err = slab("list", "--context", "nowhere")
    assert (code, "no context nowhere" in err) == (4, True)
    config.unlink()
    code, _, err = slab("list")
    assert (code, "set KUBECONFIG" in err) == (4, True)


def test_a_status_that_is_written_meanwhile_keeps_nobody_from_an_edit(
    slab: Slab, labs: Labs, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a lab that comes up it is written many times a second; another edit is told as such."""
    read = Cluster.lab

    def meanwhile(write: Callable[[], None]) -> None:
        times = iter(range(3))

        def lab(cluster: Cluster, wanted: str) -> Lab:
            found = read(cluster, wanted)
            if next(times, None) is not None:
                write()
            return found

        monkeypatch.setattr(Cluster, "lab", lab)

    status = iter(["False", "True", "False"])
    meanwhile(lambda: ready(labs, name, next(status)))
    code, _, err = slab("stop-broker", "1", "-l", name, "--no-wait")
    assert (code, err) == (0, "")
    assert lab_of(labs, name)["spec"]["kafka"]["stoppedBrokers"] == [1]
    other = iter([[2], [0], [2]])
    meanwhile(lambda: _edit(labs, name, {"kafka": {"stoppedBrokers": next(other)}}))
    code, _, err = slab("start-broker", "1", "-l", name, "--no-wait")
    assert code == 1
    assert "somebody else changed the lab" in err
    assert lab_of(labs, name)["spec"]["kafka"]["stoppedBrokers"] == [0], "the others'"


def _edit(labs: Labs, name: str, spec: dict[str, Any]) -> None:
    answer = labs.client.call("PATCH", f"{LABS}/{name}", {"spec": spec})
    assert answer.accepted, answer.message
