"""Which images are published, and what their charts say then."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tools.images.catalog import Image, load
from tools.publish import mirror
from tools.publish.charts import OPERATOR_CHART, names
from tools.publish.pins import (
    Pin,
    name_of,
    operator_values,
    own_first,
    published,
    upstream_only,
    with_pins,
)
from tools.publish.registry import Registry
from tools.shell.errors import ToolError
from tools.shell.paths import ROOT

REGISTRY = "registry.example.org:5000/lab"
DIGEST = "sha256:" + "a" * 64
PINS = {image.name: Pin(image, DIGEST) for image in published(load())}


def values_of(chart: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "charts" / chart / "values.yaml").read_text())
    return found


def images_in(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, dict):
        return []
    own = [value] if {"repository", "tag"} <= value.keys() and value["repository"] else []
    return own + [image for inner in value.values() for image in images_in(inner)]


def test_all_that_labs_run_is_published_or_comes_from_its_own_project() -> None:
    run = {i.name for i in load().values() if i.use in ("labs", "operator")}
    assert {i.name for i in (*published(load()), *upstream_only(load()))} == run


def test_a_platform_stands_in_the_tag() -> None:
    image = Image(name="kafka", about="", version="4.3.1")
    assert name_of(image) == "streaminglab/kafka:4.3.1"
    assert name_of(image, "arm64") == "streaminglab/kafka:4.3.1-arm64"


@pytest.mark.parametrize("chart", tuple(names()))
def test_each_image_of_each_chart_is_pinned_or_is_of_another_project(chart: str) -> None:
    foreign = {image.upstream for image in upstream_only(load())}
    for image in images_in(with_pins(values_of(chart), PINS, REGISTRY)):
        source = f"{image['registry']}/" if image.get("registry") else ""
        named = f"{source}{image['repository']}:{image['tag']}"
        pinned = image["digest"] == DIGEST and image.get("registry") == REGISTRY
        assert pinned or named in foreign


def test_nothing_but_images_changes_in_a_chart() -> None:
    before, after = values_of("kafka"), with_pins(values_of("kafka"), PINS, REGISTRY)
    assert after.pop("image") == {
        "registry": REGISTRY,
        "repository": "streaminglab/kafka",
        "tag": PINS["kafka"].image.version,
        "digest": DIGEST,
        "pullPolicy": before.pop("image")["pullPolicy"],
    }
    assert after == before


@pytest.mark.parametrize("chart", ["kafka", "kafka-connect"])
def test_a_chart_gets_the_image_of_its_own_name_where_two_stand_for_one_of_upstream(
    chart: str,
) -> None:
    upstream = "apache/kafka:1"
    names = ("kafka", "kafka-connect")
    pins = {
        name: Pin(Image(name=name, about="", version="1", upstream=upstream), DIGEST)
        for name in names
    }
    values = {"image": {"repository": "apache/kafka", "tag": "1", "digest": ""}}
    changed = with_pins(values, own_first(chart, pins), REGISTRY)
    assert changed["image"]["repository"] == f"streaminglab/{chart}"


def test_the_published_operator_names_the_image_of_every_part() -> None:
    changed = operator_values(values_of(OPERATOR_CHART), PINS, REGISTRY)
    assert changed["images"].keys() == {i.name for i in published(load()) if i.use == "labs"}
    assert set(changed["images"].values()) == {
        f"{name_of(i)}@{DIGEST}" for i in published(load()) if i.use == "labs"
    }
    assert changed["image"]["registry"] == REGISTRY
    assert changed["global"] == {"imageRegistry": ""}


@pytest.mark.parametrize(
    "address", ["https://registry.example.org", "registry.example.org/", "", "a b", "host/UP"]
)
def test_a_registry_that_is_no_name_and_path_is_refused_before_anything_is_sent(
    address: str,
) -> None:
    with pytest.raises(ToolError, match="REGISTRY="):
        Registry(address)


@pytest.mark.parametrize("address", ["localhost:5000", "host/a/b-c", "[::1]:5000/x", REGISTRY])
def test_a_registry_has_a_host_and_maybe_a_port_and_a_path(address: str) -> None:
    assert Registry(address).reference("x:1") == f"{address}/x:1"


def test_a_mirror_gets_the_images_of_other_projects_with_what_their_registries_say_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that does not answer costs the digest, and not the list."""

    def digest_of(reference: str) -> str:
        if reference.startswith("mongo:"):
            raise ToolError("no such host")
        return DIGEST

    monkeypatch.setattr(mirror, "digest_of", digest_of)
    wanted = [image.upstream for image in upstream_only(load())]
    assert [line.partition("@")[0] for line in mirror.foreign()] == wanted
    without = [line for line in mirror.foreign() if not line.endswith(f"@{DIGEST}")]
    assert [line.partition(":")[0] for line in without] == ["mongo"]
