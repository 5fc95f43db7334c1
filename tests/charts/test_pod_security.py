"""Every pod of every chart meets Pod Security "restricted", and a little more."""

import yaml

from tests.charts.support import (
    WITH_PODS,
    Case,
    Manifest,
    manifests,
    pod_templates,
    render,
    rendered,
    template,
)
from tests.services import collected

CASES_OF = WITH_PODS
# They read a password from its file; test_kafka_outside.py runs them and looks where it goes.
USER_SCRIPTS = {"external.sh", "set-user.sh", "user.sh"}
# test_operator.py and test_page.py say what each token is good for.
WITH_TOKEN = {"streaminglab-operator", "page"}
WRITABLE = {"emptyDir", "persistentVolumeClaim"}
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
# Probes that start a program: the services' own tests name them, and say why.
PROGRAMS: dict[tuple[str, str], str] = dict(collected("PROBES"))
# Words of a script about a secret, none of them one.
NO_SECRETS = (
    'token = "${telegraf_token}"',
    'token = "${influxdb_token}"',
    "password :'secret'",
    "password null",
    # PostgreSQL's start.sh: a function, and the file that it reads.
    "give_password",
    """password '$(sed "s/'/''/g" "$lab_secret_file")'""",
    "gets the password of the secret, which may have changed since the last start.",
    "the secret's password may have changed since the last start.",
)


def account_of(case: Case) -> str:
    """The account of people that a Jupyter is given."""
    values = yaml.safe_load(case.values.read_text()) if case.values else {}
    return str(values.get("serviceAccountName", "")) if case.chart == "jupyter" else ""


def pods(case: Case) -> list[Manifest]:
    """One, and of Kafka one a broker."""
    templates = [pod for _, pod in pod_templates(manifests(rendered(case)))]
    kinds = {pod["metadata"]["labels"]["app.kubernetes.io/component"] for pod in templates}
    assert len(kinds) == 1, "each chart makes exactly one kind of pod"
    assert len(templates) in ({1, 3} if case.chart == "kafka" else {1})
    return [pod["spec"] for pod in templates]


def containers(case: Case) -> list[Manifest]:
    return [c for pod in pods(case) for c in [*pod.get("initContainers", []), *pod["containers"]]]


def test_pods_run_as_an_explicit_user_that_is_not_root(case: Case) -> None:
    for pod in pods(case):
        context = pod["securityContext"]
        assert context["runAsNonRoot"] is True
        assert context["runAsUser"] >= 1
        assert context["fsGroup"] >= 1
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}


def test_pods_leave_their_user_to_a_cluster_that_has_its_own(case: Case) -> None:
    """OpenShift gives a pod that names no user, group and volume group those of its namespace."""
    said = yaml.safe_load(case.values.read_text()) if case.values else {}
    found = [
        pod["spec"] for _, pod in pod_templates(render(case.chart, said | {"runAsUser": None}))
    ]
    assert found
    for pod in found:
        context = pod["securityContext"]
        assert not {"runAsUser", "runAsGroup", "fsGroup", "supplementalGroups"} & set(context)
        assert context["runAsNonRoot"] is True
        everything = [*pod.get("initContainers", ()), *pod["containers"]]
        assert not [c for c in everything if "runAsUser" in c["securityContext"]]


def test_a_large_user_id_stays_a_whole_number() -> None:
    """Those of OpenShift have ten digits, which Helm reads as a float."""
    ((_, pod),) = pod_templates(render("toolbox", {"runAsUser": 1000660000}))
    context = pod["spec"]["securityContext"]
    assert {context[key] for key in ("runAsUser", "runAsGroup", "fsGroup")} == {1000660000}
    assert "runAsUser: 1000660000\n" in template("toolbox", {"runAsUser": 1000660000})


def test_containers_have_no_privilege_and_a_read_only_root(case: Case) -> None:
    for container in containers(case):
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert "privileged" not in context


def test_nothing_of_the_host_is_shared(case: Case) -> None:
    for pod in pods(case):
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
        assert not any("hostPath" in volume for volume in pod["volumes"])
        assert not any("hostPort" in p for c in pod["containers"] for p in c.get("ports", []))


def test_only_the_operator_the_page_and_a_jupyter_with_an_account_get_an_api_token(
    case: Case,
) -> None:
    asked = bool(account_of(case))
    for pod in pods(case):
        assert pod["automountServiceAccountToken"] is (case.chart in WITH_TOKEN or asked)
        assert ("serviceAccountName" in pod) is (case.chart in WITH_TOKEN or asked)


def test_no_pod_gets_variables_of_other_services(case: Case) -> None:
    assert all(pod["enableServiceLinks"] is False for pod in pods(case))


def test_every_container_has_requests_and_limits(case: Case) -> None:
    for container in containers(case):
        resources = container["resources"]
        assert {"cpu", "memory"} <= set(resources["requests"])
        assert {"cpu", "memory"} <= set(resources["limits"])


def test_scratch_volumes_are_bounded(case: Case) -> None:
    for pod in pods(case):
        for volume in pod["volumes"]:
            if "emptyDir" in volume:
                assert volume["emptyDir"]["sizeLimit"], volume["name"]


def test_configuration_and_secrets_are_mounted_read_only(case: Case) -> None:
    for pod in pods(case):
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        for mount in (m for c in pod["containers"] for m in c["volumeMounts"]):
            source = volumes.get(mount["name"], {"persistentVolumeClaim": {}})
            assert WRITABLE & set(source) or mount.get("readOnly") is True, mount


def test_secrets_are_references_and_never_text_in_a_config_map(case: Case) -> None:
    for manifest in manifests(rendered(case)):
        assert manifest["kind"] != "Secret" or "discoverable" in manifest["metadata"]["name"]
        if manifest["kind"] == "ConfigMap":
            kept = {k: v for k, v in manifest.get("data", {}).items() if k not in USER_SCRIPTS}
            text = "\n".join(kept.values()).lower()
            for words in NO_SECRETS:
                text = text.replace(words, "")
            assert "password" not in text
            assert "token =" not in text


def test_no_probe_starts_a_process_but_those_named_here(case: Case) -> None:
    for container in containers(case):
        for probe in PROBES:
            command = container.get(probe, {}).get("exec", {}).get("command", [None])
            assert command[0] in (None, PROGRAMS.get((case.chart, probe))), probe


def test_a_failure_leaves_its_last_words(case: Case) -> None:
    for container in containers(case):
        assert container["terminationMessagePolicy"] == "FallbackToLogsOnError"
