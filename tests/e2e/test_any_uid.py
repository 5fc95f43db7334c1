"""Pods that leave their user to the cluster run as one that no image knows, as on OpenShift.

Its constraint `restricted-v2` gives a pod that names none a uid of its namespace, the same as the
group of its volumes, and no group of its own: the runtime then takes group 0.
https://docs.redhat.com/en/documentation/openshift_container_platform/4.19/html/authentication_and_authorization/managing-pod-security-policies
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.charts.support import manifests, pod_templates, run_helm
from tests.e2e.alone import CHARTS, Alone, image_values
from tests.e2e.cluster import Kubectl
from tests.e2e.test_network_policy import IDLE, start

UID = 1000660000
KAFKA = {"bootstrapServers": "kafka:9092"}
ADMITTED: dict[str, Any] = {"networkPolicy": {"clients": [{"podLabels": {}}]}}
ID = ("sh", "-c", "id -u; id -g; id -G")


class OpenShift(Alone):
    """The same, with what the constraint writes into each pod."""

    def install(self, chart: str, values: Mapping[str, Any], kind: str = "deployment") -> None:
        """Render, as who has `runAsUser: null` in his values, and admit."""
        said = {"image": image_values(chart), "runAsUser": None, **ADMITTED, **values}
        done = run_helm("template", chart, str(CHARTS / chart), "-n", self.namespace, values=said)
        assert done.returncode == 0, done.stderr
        objects = manifests(done.stdout)
        for _, pod in pod_templates(objects):
            pod["spec"]["securityContext"] |= {"runAsUser": UID, "fsGroup": UID}
        for found in objects:
            self.kubectl.api.create(found, self.namespace)
        self.wait(chart, kind)

    def run(self, target: str, *command: str) -> str:
        """What a command prints in a part's container."""
        return self.kubectl("exec", target, "-n", self.namespace, "--", *command).stdout


@pytest.fixture
def openshift(kubectl: Kubectl, kubeconfig: Path, namespace: str) -> OpenShift:
    start(kubectl, namespace, {"friend": IDLE})
    return OpenShift(kubectl, kubeconfig, namespace)


def is_nobody(openshift: OpenShift, target: str) -> bool:
    """Whether it runs as that uid, which has no name and no group but root's and its volumes'."""
    uid, group, groups = openshift.run(target, *ID).splitlines()
    return (uid, group, set(groups.split())) == (str(UID), "0", {"0", str(UID)})


def test_brokers_and_what_is_around_them_run_as_anybody(openshift: OpenShift) -> None:
    openshift.install("kafka", {}, "brokers")
    openshift.secret("dbt", postgresql_password="correct-horse")
    openshift.install("schema-registry", {"kafka": KAFKA})
    fetcher = {"image": image_values("jobs")}
    openshift.install("kafka-connect", {"kafka": KAFKA, "fetcher": fetcher}, "statefulset")
    openshift.install("telegraf", {"kafka": KAFKA})
    openshift.install("dbt", {"kafka": KAFKA, "postgresql": {"host": "nowhere"}})
    openshift.install("toolbox", {"env": {"KAFKA_BOOTSTRAP_SERVERS": "kafka:9092"}})
    workers = "statefulset/kafka-connect"
    for part in ("deploy/schema-registry", workers, "deploy/dbt", "deploy/toolbox"):
        assert is_nobody(openshift, part), part
    topics = ("kafka-topics.sh", "--bootstrap-server", "kafka:9092")
    openshift.run("deploy/toolbox", *topics, "--create", "--topic", "mine")

    openshift.kubectl("delete", "pod", "kafka-0-0", "-n", openshift.namespace)
    openshift.wait("kafka", "brokers")

    assert "mine" in openshift.run("deploy/toolbox", *topics, "--list").split()


def test_databases_and_homes_outlive_a_pod_of_anybody(openshift: OpenShift) -> None:
    openshift.secret("postgresql", postgresql_password="correct-horse")
    openshift.secret("sftp", sftp_password="correct-horse")
    openshift.secret("jupyter", jupyter_password="correct-horse")
    parts = ("influxdb", "postgresql", "sftp", "jupyter")
    for part in parts:
        openshift.install(part, {}, "statefulset")
        assert is_nobody(openshift, f"statefulset/{part}"), part
    psql = ("psql", "-U", "postgres", "-d", "transform", "-Atc")
    database, home = "statefulset/postgresql", "statefulset/jupyter"
    openshift.run(database, *psql, "create table mine as select 42 as answer")
    openshift.run(home, "sh", "-c", "echo 42 >/home/jovyan/mine")

    for part in parts:
        openshift.restart(part, "statefulset")

    assert openshift.run(database, *psql, "select answer from mine") == "42\n"
    assert openshift.run(home, "cat", "/home/jovyan/mine") == "42\n"
    (version,) = openshift.ask("friend", {"url": "http://jupyter:8888/api"})
    assert version.status == 200
