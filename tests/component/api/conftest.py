"""Fixtures: one API server for all tests here, with the committed CRD in it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from streaminglab_operator.api import LAB
from streaminglab_operator.names import GROUP
from tests.component.api.control_plane import Answer, Client, control_plane
from tools.generate.outputs import CRD_PATH, ROOT

LABS = f"/apis/{GROUP}/{LAB.version}/namespaces/default/{LAB.plural}"
STRICT = "fieldValidation=Strict"


class Labs:
    """Makes and changes labs on the API server."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._numbers = itertools.count()

    def new_name(self) -> str:
        """A name that no lab has had."""
        return f"lab-{next(self._numbers)}"

    def create(self, spec: Mapping[str, Any], name: str = "", *, keep: bool = False) -> Answer:
        """Make a lab; without `keep` the API server only says whether it would (dry run)."""
        query = STRICT if keep else f"{STRICT}&dryRun=All"
        return self.client.call("POST", f"{LABS}?{query}", _lab(name or self.new_name(), spec))

    def change(self, made: Answer, spec: Mapping[str, Any]) -> Answer:
        """Would the API server let a kept lab have this spec instead?"""
        name = made.body["metadata"]["name"]
        body = _lab(name, spec)
        body["metadata"]["resourceVersion"] = made.body["metadata"]["resourceVersion"]
        return self.client.call("PUT", f"{LABS}/{name}?{STRICT}&dryRun=All", body)

    def write_status(self, made: Answer, status: Mapping[str, Any]) -> Answer:
        """Write the status of a kept lab, as the operator does."""
        name = made.body["metadata"]["name"]
        body = {**made.body, "status": dict(status)}
        return self.client.call("PUT", f"{LABS}/{name}/status?{STRICT}", body)


def _lab(name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": LAB.api_version,
        "kind": LAB.kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": dict(spec),
    }


@pytest.fixture(scope="session")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Labs]:
    """Labs on an API server that holds the committed CRD."""
    definition = yaml.safe_load((ROOT / CRD_PATH).read_text(encoding="utf-8"))
    with control_plane(tmp_path_factory.mktemp("control-plane")) as client:
        path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        made = client.call("POST", f"{path}?{STRICT}", definition)
        assert made.accepted, made.message
        for _ in range(150):
            if client.call("GET", LABS).status == 200:
                break
            time.sleep(0.2)
        yield Labs(client)
