"""Bad labs are refused by the cluster's API server, in words that name the field.

No pod runs here: the namespace's quota allows none, so that a lab can exist, be edited and be
looked at without Kafka.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from streaminglab_operator.api.rules import RULES
from tests.admission_cases import BAD, GOOD_CHANGES, SCHEMA_BAD, BadCase
from tests.e2e.cluster import Kubectl, LabHandle

MESSAGES = {rule.id: rule.message for rule in RULES if rule.cel}
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
NO_PODS = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "no-pods"},
    "spec": {"hard": {"pods": "0"}},
}


@pytest.fixture
def quiet(kubectl: Kubectl, namespace: str) -> LabHandle:
    """A lab ``meteo``, not applied yet, in a namespace that lets no pod in."""
    kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(NO_PODS))
    return LabHandle(kubectl, namespace, "meteo")


def _try(
    kubectl: Kubectl, verb: str, namespace: str, name: str, spec: dict[str, Any]
) -> subprocess.CompletedProcess[str]:
    """Ask the API server what it would say, and leave nothing behind."""
    body = {
        "apiVersion": "streaminglab.dev/v1alpha1",
        "kind": "StreamingLab",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }
    return kubectl(verb, "--dry-run=server", "-f", "-", stdin=json.dumps(body), check=False)


def _refusal(kubectl: Kubectl, name: str, spec: dict[str, Any]) -> str:
    done = _try(kubectl, "create", "default", name, spec)
    assert done.returncode != 0, f"admitted: {spec}"
    return done.stderr


@pytest.mark.parametrize("case", [c for c in BAD if c.old is None], ids=str)
def test_a_new_lab_that_breaks_a_rule_is_refused(kubectl: Kubectl, case: BadCase) -> None:
    said = _refusal(kubectl, case.name, case.new)
    assert case.field in said
    assert MESSAGES.get(case.rule, "Duplicate value") in said


@pytest.mark.parametrize("case", SCHEMA_BAD, ids=str)
def test_a_new_lab_with_a_bad_value_or_key_is_refused(kubectl: Kubectl, case: BadCase) -> None:
    assert case.field in _refusal(kubectl, case.name, case.new)


@pytest.mark.smoke
def test_no_bad_change_reaches_a_lab_that_exists(quiet: LabHandle) -> None:
    default = {"kafka": {"topics": [{"name": "weather", "partitions": 4}]}}
    quiet.apply(default)
    before = quiet.get()
    for case in [c for c in BAD if c.old == {}] + list(SCHEMA_BAD):
        said = quiet.apply(case.new, check=False)
        assert case.field in said, f"{case}: {said}"
    after = quiet.get()
    assert after["spec"] == before["spec"]
    assert after["metadata"]["generation"] == before["metadata"]["generation"]


def test_brokers_cannot_be_taken_away(quiet: LabHandle) -> None:
    quiet.apply({"kafka": {"brokers": 3}})
    said = quiet.apply({"kafka": {"brokers": 1}}, check=False)
    assert f'spec.kafka.brokers: Invalid value: "object": {MESSAGES["brokers-fixed"]}' in said


def test_harmless_changes_of_a_lab_are_admitted(quiet: LabHandle) -> None:
    quiet.apply({})
    for change in [c for c in GOOD_CHANGES if c.old == {}]:
        said = _try(quiet.kubectl, "apply", quiet.namespace, "meteo", change.new)
        assert said.returncode == 0, f"{change}: {said.stderr}"


@pytest.mark.smoke
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.name))
def test_every_example_is_admitted(kubectl: Kubectl, path: Path) -> None:
    kubectl("apply", "--dry-run=server", "-n", "default", "-f", str(path))


@pytest.mark.parametrize("field", ["spec", "spec.kafka.topics", "spec.influxdb.alerts", "status"])
def test_explain_describes_every_field(kubectl: Kubectl, field: str) -> None:
    shown = kubectl("explain", f"slab.{field}").stdout
    assert "FIELDS:" in shown
    assert "<no description>" not in shown.lower()
