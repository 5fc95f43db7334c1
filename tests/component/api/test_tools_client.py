"""The tools read and write objects on a real API server, ours of a kind that it learns later."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
import yaml

from tests.component.api.control_plane import control_plane, kubeconfig
from tools.cluster.api import Api
from tools.lab import stage
from tools.shell.errors import ToolError
from tools.shell.paths import ROOT
from tools.shell.progress import wait_until

LAB = ("streaminglab.dev/v1alpha1", "StreamingLab")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    directory = tmp_path_factory.mktemp("control-plane")
    with control_plane(directory) as client:
        yield Api.of(kubeconfig(directory, client.port))


def settings(**data: str) -> dict[str, object]:
    metadata = {"name": "settings", "namespace": "default", "labels": {"a": "b"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def test_a_server_that_is_ready_answers(api: Api) -> None:
    assert api.answers()


def test_what_was_applied_is_read_listed_and_deleted(api: Api) -> None:
    made = api.apply(settings(x="1", y="2"), manager="test")
    assert made["data"] == {"x": "1", "y": "2"}
    api.apply(settings(x="3"), manager="test")
    found = api.get("configmap", "settings", "default")
    assert found
    assert found["data"] == {"x": "3"}, "a key that was left out is gone"
    [listed] = api.items("configmaps", "default", "a=b")
    assert (listed["kind"], listed["metadata"]["name"]) == ("ConfigMap", "settings")
    assert api.items("configmaps", "default", "a=c") == []
    assert api.delete("configmap", "settings", "default")
    assert not api.delete("configmap", "settings", "default")
    assert api.get("configmap", "settings", "default") is None


def test_a_document_without_a_namespace_gets_the_given_one_and_a_cluster_wide_one_none(
    api: Api,
) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "elsewhere"}}
    api.apply(namespace, "elsewhere", manager="test")
    secret = {
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "key"},
        "data": {"key": base64.b64encode(b"x").decode()},
    }  # fmt: skip
    assert api.apply(secret, "elsewhere", manager="test")["metadata"]["namespace"] == "elsewhere"


def test_what_the_server_refuses_is_said_in_its_own_words(api: Api) -> None:
    bad = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "Upper"}}
    with pytest.raises(ToolError, match=r"422: .*Upper"):
        api.apply(bad, manager="test")
    with pytest.raises(ToolError, match="`widgets` is no kind"):
        api.items("widgets")


def test_a_kind_that_is_made_after_the_first_look_is_found(api: Api) -> None:
    with pytest.raises(ToolError, match=r"does not serve this kind: .*StreamingLab"):
        api.items(LAB, "default")
    for file in sorted((ROOT / "crds").glob("*.yaml")):
        api.apply(yaml.safe_load(file.read_text()), manager="test")
    wait_until("the CRD", lambda: stage.established(api), 60)
    assert api.items(LAB, "default") == []
    lab = {"apiVersion": LAB[0], "kind": LAB[1], "metadata": {"name": "meteo"}, "spec": {}}
    assert api.apply(lab, "default", manager="test")["metadata"]["generation"] == 1
    assert api.get(LAB, "meteo", "default")


def test_the_operators_chart_is_applied_whole_and_again_without_a_change(api: Api) -> None:
    values = {"image": {"repository": "lab/operator", "tag": "1"}, "images": {"kafka": "none"}}
    stage.have_namespace(api, stage.OPERATOR_NAMESPACE)
    known = [kind for kind in stage.ASKED_FOR if api.serves(*kind)]
    assert known == list(stage.ASKED_FOR)
    assert not api.serves("example.org/v1", "Nothing")

    def install() -> dict[tuple[str, str], str]:
        made = [
            api.apply(document, stage.OPERATOR_NAMESPACE, manager=stage.MANAGER)
            for document in stage.render_operator(values, known)
        ]
        # The status of a CRD is the server's, and changes while we look.
        return {
            (item["kind"], item["metadata"]["name"]): item["metadata"]["resourceVersion"]
            for item in made
            if item["kind"] != "CustomResourceDefinition"
        }

    first = install()
    wait_until("the CRD", lambda: stage.established(api), 60)
    assert ("Deployment", stage.OPERATOR) in first
    assert "ValidatingAdmissionPolicy" in {kind for kind, _ in first}
    assert install() == first
    deployment = api.get("deployment", stage.OPERATOR, stage.OPERATOR_NAMESPACE)
    assert deployment
    assert not stage.rolled_out(deployment), "there is no kubelet here"
    assert api.logs("nobody", "default", 5) == ""
