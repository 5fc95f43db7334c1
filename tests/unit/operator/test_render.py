"""Filled-in templates are what the real Helm makes of the real names."""

import asyncio
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streaminglab_operator import names
from streaminglab_operator.adapters.helm import Helm
from streaminglab_operator.errors import RenderError
from streaminglab_operator.names import DIGEST_ANNOTATION, OPERATOR_ANNOTATION, LabKey
from streaminglab_operator.plan import Options, Release
from streaminglab_operator.render import (
    PLACEHOLDER,
    Identity,
    Manifest,
    owner_reference,
    personalise,
    template,
)
from tests.fakes.helm import CHARTS, RememberingHelm, real_helm
from tests.labs import config_of, every_release
from tests.labs import lab as lab_of
from tests.strategies import labels, specs
from tools.artifacts import get

IMAGES = {"kafka": "registry.local:5000/kafka:1@sha256:" + "a" * 64, "jobs": "jobs:2"}


METEO = LabKey("user-alice", "meteo")


def _releases(spec: dict[str, Any], key: LabKey = METEO) -> tuple[Release, ...]:
    return every_release(lab_of(spec, key), Options(IMAGES))


def _identity(name: str, namespace: str, digest: str) -> Identity:
    cluster = names.cluster_id(LabKey(namespace, name))
    return Identity(name, namespace, "5f0c-uid", cluster, digest, "c0ffee")


def _with_names(text: str, identity: Identity) -> str:
    for field in ("lab", "namespace", "uid", "cluster_id", "digest", "credentials"):
        text = text.replace(getattr(PLACEHOLDER, field), getattr(identity, field))
    return text


def _fresh(release: Release, identity: Identity) -> list[dict[str, Any]]:
    """What Helm makes when it is given the real names."""
    helm = str(get("helm") / "bin" / "helm")
    command = [helm, "template", release.name(identity.lab), str(CHARTS / release.chart)]
    told = {"config": config_of(release)} if release.numbers else {}
    values = _with_names(json.dumps({**release.values, **told}), identity)
    done = subprocess.run(
        [*command, "-n", identity.namespace, "-f", "-"],
        input=values,
        capture_output=True,
        text=True,
        check=True,
    )
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def _filled(release: Release, identity: Identity) -> list[Manifest]:
    rendered = asyncio.run(
        real_helm().render(release.chart, release.placeholder_name(), release.values)
    )
    who = replace(identity, numbers=release.numbers)
    return personalise([template(document) for document in rendered], who)


def _without_checksums(body: Any) -> Any:
    """Of a configuration with placeholders the checksum is another, but just as good: it changes
    when the configuration does."""
    if isinstance(body, dict):
        return {k: _without_checksums(v) for k, v in body.items() if k != "checksum/config"}
    if isinstance(body, list):
        return [_without_checksums(value) for value in body]
    return body


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    spec=specs(),
    which=st.integers(0, 20),
    name=labels(40),
    namespace=labels(30),
)
def test_filling_in_names_is_the_same_as_rendering_with_them(
    spec: dict[str, Any], which: int, name: str, namespace: str
) -> None:
    releases = _releases(spec, LabKey(namespace, name))
    release = releases[which % len(releases)]
    identity = _identity(name, namespace, release.digest)
    filled = _filled(release, identity)
    fresh = _fresh(release, identity)
    assert len(filled) == len(fresh) > 0
    for manifest, document in zip(filled, fresh, strict=True):
        body = json.loads(manifest.body)
        assert body["metadata"].pop("ownerReferences") == [owner_reference(identity)]
        assert body["metadata"]["annotations"].pop(DIGEST_ANNOTATION) == manifest.digest
        assert body["metadata"]["annotations"].pop(OPERATOR_ANNOTATION) == identity.operator
        if not body["metadata"]["annotations"]:
            del body["metadata"]["annotations"]
        assert _without_checksums(body) == _without_checksums(document)
        assert (manifest.kind, manifest.name) == (document["kind"], document["metadata"]["name"])
        assert manifest.namespace == namespace


async def _manifests(spec: dict[str, Any], name: str = "meteo") -> list[Manifest]:
    found: list[Manifest] = []
    for release in _releases(spec, LabKey("user-alice", name)):
        rendered = await RememberingHelm().render(
            release.chart, release.placeholder_name(), release.values
        )
        identity = replace(_identity(name, "user-alice", release.digest), numbers=release.numbers)
        found += personalise([template(document) for document in rendered], identity)
    return found


async def test_no_placeholder_is_left_in_what_is_applied() -> None:
    for manifest in await _manifests({"profile": "resilience"}):
        assert "slab0" not in manifest.body, f"{manifest.kind} {manifest.name}"


async def test_every_object_is_the_labs_and_carries_its_label() -> None:
    for manifest in await _manifests({"influxdb": {"alerts": []}}):
        metadata = json.loads(manifest.body)["metadata"]
        assert metadata["labels"]["streaminglab.dev/lab"] == "meteo"
        assert metadata["ownerReferences"][0]["uid"] == "5f0c-uid"
        assert metadata["namespace"] == "user-alice"


async def test_no_object_of_two_releases_has_the_same_name() -> None:
    found = [(m.kind, m.name) for m in await _manifests({"profile": "resilience"})]
    assert len(found) == len(set(found))


async def test_every_kind_that_a_chart_makes_is_watched() -> None:
    from streaminglab_operator.adapters.kinds import BY_KIND

    kinds = {m.kind for m in await _manifests({"profile": "resilience"})}
    assert kinds <= set(BY_KIND)
    assert kinds >= {"StatefulSet", "Deployment", "Job", "PodDisruptionBudget"}


async def test_the_digest_of_an_object_changes_with_its_content_alone() -> None:
    first = {(m.kind, m.name): m.digest for m in await _manifests({})}
    again = {(m.kind, m.name): m.digest for m in await _manifests({})}
    other = {(m.kind, m.name): m.digest for m in await _manifests({}, "wetter")}
    assert first == again
    assert not set(first.values()) & set(other.values())


def test_a_lab_that_is_named_like_a_placeholder_is_filled_in_once() -> None:
    document = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{PLACEHOLDER.lab}-x"},
        "data": {"where": PLACEHOLDER.namespace},
    }
    identity = _identity(PLACEHOLDER.namespace, "user-alice", "")
    (manifest,) = personalise([template(document)], identity)
    assert manifest.name == f"{PLACEHOLDER.namespace}-x"
    assert json.loads(manifest.body)["data"]["where"] == "user-alice"


@pytest.mark.parametrize(
    "value",
    ["{{ .Values.x }}", '"; rm -rf /; "', "line\\nother: true", "${HOME}", "../../etc/passwd", "'"],
)
async def test_hostile_text_stays_text(value: str) -> None:
    spec = {"kafka": {"topics": [{"name": "weather", "config": {"retention.ms": value}}]}}
    manifests = await _manifests(spec)
    config = next(m for m in manifests if m.kind == "ConfigMap" and "-init-" in m.name)
    topics = json.loads(json.loads(config.body)["data"]["config.json"])["topics"]
    given_config = next(t["config"] for t in topics if t["name"] == "weather")
    assert given_config == {"retention.ms": value}
    assert len(manifests) == len(await _manifests({}))


async def test_a_value_that_a_chart_refuses_is_a_render_error_with_helms_words() -> None:
    with pytest.raises(RenderError, match=r"chart kafka.*replicas"):
        await real_helm().render("kafka", "meteo-kafka", {"replicas": "many"})


async def test_a_helm_that_is_not_there_is_a_render_error() -> None:

    with pytest.raises(RenderError, match="no-such-helm"):
        await Helm(CHARTS, "/nowhere/no-such-helm").render("kafka", "meteo-kafka", {})


def test_who_writes_an_object_makes_it_no_other() -> None:
    document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "slab0lab-x"}}
    one, other = (
        personalise([template(document)], replace(_identity("meteo", "ns", ""), operator=operator))[
            0
        ]
        for operator in ("here", "elsewhere")
    )
    assert one.digest == other.digest
    assert json.loads(one.body)["metadata"]["annotations"][OPERATOR_ANNOTATION] == "here"


async def test_what_is_rendered_in_haste_takes_more_memory_and_nothing_else_does(
    tmp_path: Path,
) -> None:
    program = tmp_path / "helm"
    program.write_text("#!/bin/sh\necho \"collector: '$GOGC'\"\n")
    program.chmod(0o755)
    helm = Helm(CHARTS, str(program))
    with helm.in_haste():
        quick = await helm.render("kafka", "meteo-kafka", {})
    usual = await helm.render("kafka", "meteo-kafka", {})
    assert (list(quick), list(usual)) == ([{"collector": "off"}], [{"collector": "20"}])
