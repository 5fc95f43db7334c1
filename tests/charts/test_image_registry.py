"""One setting leads every image of a lab, and the operator's, to a registry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streaminglab_operator.plan import Options
from streaminglab_operator.services import OPTIONAL
from tests.charts.lab_charts import lab_with
from tests.charts.support import containers, pod_templates, render

REGISTRY = "registry.example.org:5000/mirror"
CHARTS_ALONE = {
    "streaminglab/x": f"{REGISTRY}/streaminglab/x:1",
    "localhost/x": "localhost/x:1",
    "other.example.org/x": "other.example.org/x:1",
    "host:5000/a/b": "host:5000/a/b:1",
}


def test_every_image_of_a_lab_comes_from_the_registry_of_the_setting() -> None:
    own = {"connect-plugins": "streaminglab/connect-plugins:1"}
    options = Options(image_registry=REGISTRY, images=own)
    found = {c["image"] for c in containers(lab_with(options))}
    assert len(found) >= len(OPTIONAL)
    assert {image for image in found if not image.startswith(f"{REGISTRY}/")} == set()
    assert f"{REGISTRY}/kafbat/kafka-ui" in {image.rpartition(":")[0] for image in found}


def test_without_it_images_come_from_where_they_are_published() -> None:
    found = {c["image"].rpartition(":")[0] for c in containers(lab_with(Options()))}
    assert {"apache/kafka", "streaminglab/jobs", "ghcr.io/kafbat/kafka-ui"} <= found


def test_published_images_come_from_their_own_registry_until_a_mirror_is_named() -> None:
    digest = "sha256:" + "a" * 64
    images = {"kafka": f"streaminglab/kafka:4@{digest}", "jobs": "elsewhere.example.org/jobs:2"}
    own = Options(images=images, own_registry="own.example.org/a")
    found = {c["image"] for c in containers(lab_with(own))}
    assert f"own.example.org/a/streaminglab/kafka@{digest}" in found
    assert {"elsewhere.example.org/jobs:2", "ghcr.io/kafbat/kafka-ui:v1.5.0"} <= found
    found = {c["image"] for c in containers(lab_with(replace(own, image_registry=REGISTRY)))}
    assert f"{REGISTRY}/streaminglab/kafka@{digest}" in found
    assert "elsewhere.example.org/jobs:2" in found


def test_every_pod_of_a_lab_pulls_with_the_secrets_of_the_setting() -> None:
    objects = lab_with(Options(image_pull_secrets=("mirror",)))
    pods = list(pod_templates(objects))
    assert pods
    assert all(pod["spec"]["imagePullSecrets"] == [{"name": "mirror"}] for _, pod in pods)


@pytest.mark.parametrize("repository", CHARTS_ALONE)
def test_a_repository_that_names_its_registry_is_left_alone(repository: str) -> None:
    image = {"repository": repository, "tag": "1", "registry": "unused.example.org"}
    objects = render("toolbox", {"image": image, "global": {"imageRegistry": REGISTRY}})
    assert {c["image"] for c in containers(objects)} == {CHARTS_ALONE[repository]}


def test_the_operator_itself_follows_and_hands_the_setting_on() -> None:
    values = {"global": {"imageRegistry": REGISTRY}, "labImagePullSecrets": ["mirror", "other"]}
    (operator,) = containers(render("streaminglab-operator", values))
    env = {e["name"]: e.get("value") for e in operator["env"]}
    assert operator["image"].startswith(f"{REGISTRY}/streaminglab/operator:")
    assert env["STREAMINGLAB_IMAGE_REGISTRY"] == REGISTRY
    assert env["STREAMINGLAB_OWN_IMAGE_REGISTRY"] == ""
    assert env["STREAMINGLAB_IMAGE_PULL_SECRETS"] == "mirror,other"
