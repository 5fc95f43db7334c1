"""What `helm install` of the operator says of images that are missing, and of versions."""

from __future__ import annotations

from typing import Any

import pytest

from streaminglab_operator import __version__
from streaminglab_operator.services import TABLE
from streaminglab_operator.services.images import own
from tests.charts.support import CHARTS, run_helm
from tools.images.catalog import LABS, load

CHART = "streaminglab-operator"
OWN = own(TABLE)
DIGEST = "sha256:" + "a" * 64
NAMED: dict[str, Any] = {
    "image": {"registry": "registry.example.org/lab", "digest": DIGEST},
    "images": {key: f"streaminglab/{key}@{DIGEST}" for key in OWN},
}
"""What a published chart holds, as far as it counts here."""


def notes(values: dict[str, Any]) -> str:
    flags = ["--dry-run=client", "-n", "streaminglab-system"]
    done = run_helm("install", "operator", str(CHARTS / CHART), *flags, values=values)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("NOTES:", 1)[1]


def test_a_chart_of_the_checkout_says_that_its_images_are_nowhere_to_be_had() -> None:
    said = notes({})
    assert f"streaminglab/operator:{__version__}" in said
    assert "image.registry" in said
    for key in OWN:
        assert key in said
    assert "images.NAME" in said


def test_a_published_chart_warns_of_nothing() -> None:
    assert "WARNING" not in notes(NAMED)


def test_a_registry_alone_leaves_open_where_the_plugins_are() -> None:
    said = notes({"global": {"imageRegistry": "mirror.example.org"}})
    assert "these images are: connect-plugins.\n" in said


def test_images_that_cannot_be_had_and_parts_that_are_not_offered_are_named() -> None:
    missing = {**NAMED, "images": {**NAMED["images"], "kafka-ui": "none"}}
    assert "images.kafka-ui is none" in notes(missing)
    assert "WARNING" not in notes({**missing, "notOffered": ["kafka-ui"]})
    assert "Not offered: kafka-ui, ksqldb." in notes(
        {**NAMED, "notOffered": ["kafka-ui", "ksqldb"]}
    )


@pytest.mark.parametrize(
    ("tag", "warned"), [("0.0.9", True), (__version__, False), (f"{__version__}-0123abcd", False)]
)
def test_an_operator_of_another_version_is_warned_of(tag: str, warned: bool) -> None:
    said = notes({**NAMED, "image": {"registry": "registry.example.org", "tag": tag}})
    assert ("image.tag is" in said) is warned


def test_logins_that_are_handed_on_are_said_with_who_can_read_them() -> None:
    said = notes({**NAMED, "labImagePullSecrets": ["registry"], "copyPullSecrets": True})
    assert "whoever may read Secrets" in said
    assert "get secret registry" in said


def test_a_part_that_no_lab_has_cannot_be_left_out() -> None:
    flags = ["--dry-run=client", "-n", "streaminglab-system"]
    values = {"notOffered": ["kafka"]}
    done = run_helm("install", "operator", str(CHARTS / CHART), *flags, values=values)
    assert done.returncode != 0
    assert "notOffered" in done.stderr


def test_the_declared_own_images_are_those_that_the_catalog_builds_for_want_of_others() -> None:
    ours = {name for name, image in load().items() if image.use == LABS and not image.upstream}
    assert set(OWN) == ours
