"""The tools read and write objects on a real API server, also of a kind that it learns later."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from tests.component.api.control_plane import control_plane, kubeconfig
from tools.cluster.api import Api, is_true
from tools.lab import stage
from tools.shell.errors import ToolError
from tools.shell.progress import wait_until

LATE = ("example.org/v1", "Latecomer")
DEFINED = ("customresourcedefinition", "latecomers.example.org")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    directory = tmp_path_factory.mktemp("control-plane")
    with control_plane(directory) as client:
        yield Api.of(kubeconfig(directory, client.port))


def settings(**data: str) -> dict[str, object]:
    metadata = {"name": "settings", "namespace": "default", "labels": {"a": "b"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def definition(version: str, kind: str) -> dict[str, object]:
    """A kind with any fields."""
    group, _, number = version.partition("/")
    plural, anything = f"{kind.lower()}s", {"x-kubernetes-preserve-unknown-fields": True}
    schema = {"openAPIV3Schema": {"type": "object", **anything}}
    served = {"name": number, "served": True, "storage": True, "schema": schema}
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group, "scope": "Namespaced", "versions": [served],
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
        },
    }  # fmt: skip


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
    """One that no other test makes: this one needs a server that does not know it yet."""
    with pytest.raises(ToolError, match=r"does not serve this kind: .*Latecomer"):
        api.items(LATE, "default")
    api.apply(definition(*LATE), manager="test")
    wait_until("the kind", lambda: is_true(api.get(*DEFINED) or {}, "Established"), 60)
    assert api.items(LATE, "default") == []
    one = {"apiVersion": LATE[0], "kind": LATE[1], "metadata": {"name": "meteo"}, "spec": {}}
    assert api.apply(one, "default", manager="test")["metadata"]["generation"] == 1
    assert api.get(LATE, "meteo", "default")


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
