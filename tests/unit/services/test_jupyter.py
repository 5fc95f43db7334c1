"""Jupyter with Spark: another image, more memory, and a heap that fits into it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.plan import Options, Release, plan
from streaminglab_operator.schema import units
from streaminglab_operator.services.jupyter import RULES, WITH_SPARK, JupyterSpec
from streaminglab_operator.services.size import heap, mebibytes
from tests.labs import all_ready, lab

SPARKS_OWN = 450
"""MiB of heap below which Spark ends at once (UnifiedMemoryManager, reserved memory times 1.5)."""
NO_SPARK = Options(images={"jupyter-spark": "none"})


def jupyter(part: dict[str, Any], options: Options | None = None) -> Release | None:
    """The release of a lab's Jupyter, if it has one."""
    of = lab({"jupyter": part})
    return plan(of, all_ready(of), options or Options()).release("jupyter")


def values(part: dict[str, Any], options: Options | None = None) -> dict[str, Any]:
    """The values of its chart."""
    release = jupyter(part, options)
    assert release is not None
    return dict(release.values)


def test_without_spark_nothing_is_said_of_it() -> None:
    assert "spark" not in values({})
    assert values({})["resources"]["limits"]["memory"] == "1Gi"


def test_spark_gets_memory_and_a_heap_that_leaves_room_for_a_kernel() -> None:
    found = values({"spark": True})
    assert found["spark"] == {"enabled": True, "memory": "768m"}
    assert found["resources"]["limits"]["memory"] == "2Gi"


def test_the_heap_follows_the_memory_that_the_lab_asks_for() -> None:
    found = values({"spark": True, "resources": {"memory": "5Gi"}})
    assert found["spark"]["memory"] == "2048m"
    assert found["resources"]["limits"]["memory"] == "5Gi"


def test_the_administrators_image_with_spark_is_the_one_that_runs() -> None:
    images = {"jupyter": "a/plain:1", "jupyter-spark": "a/spark:2"}
    found = values({"spark": True}, Options(images=images))
    assert found["spark"]["image"] == {"repository": "a/spark", "tag": "2", "digest": ""}


def test_an_installation_without_that_image_still_has_jupyter_without_spark() -> None:
    assert jupyter({"spark": True}, NO_SPARK) is None
    assert jupyter({}, NO_SPARK) is not None
    assert jupyter({"spark": True}, Options(images={"jupyter": "none"})) is not None


def test_what_is_missing_is_named() -> None:
    of = lab({"jupyter": {"spark": True}})
    said = plan(of, all_ready(of), NO_SPARK).unavailable["jupyter"]
    assert "no image jupyter-spark" in said.message


def test_kubectl_has_the_account_that_the_lab_names_and_the_way_to_the_api_server() -> None:
    options = Options(api_server=("10.96.0.1/32",))
    found = values({"serviceAccountName": "student"}, options)
    assert found["serviceAccountName"] == "student"
    assert found["networkPolicy"]["apiServerCIDRs"] == ["10.96.0.1/32"]


def test_without_an_account_there_is_no_way_to_kubernetes() -> None:
    found = values({}, Options(api_server=("10.96.0.1/32",)))
    assert "serviceAccountName" not in found
    assert "apiServerCIDRs" not in found["networkPolicy"]


@given(st.from_regex(units.SPARK_MEMORY, fullmatch=True))
def test_every_memory_that_is_admitted_gives_spark_enough(memory: str) -> None:
    assert units.fits(units.MEMORY, memory)
    size = WITH_SPARK.sizes["nano"]
    assert int(heap(size, memory)[:-1]) > SPARKS_OWN
    assert mebibytes(memory) >= 1536


@given(st.from_regex(units.MEMORY, fullmatch=True))
def test_a_memory_is_refused_exactly_when_it_is_below_the_least(memory: str) -> None:
    assert units.fits(units.SPARK_MEMORY, memory) is (mebibytes(memory) >= 1536)


def test_the_usual_size_is_one_that_the_rule_admits() -> None:
    assert JupyterSpec().spark is False
    assert "1536Mi" in RULES[0].message
    assert all(units.fits(units.SPARK_MEMORY, s.memory) for s in WITH_SPARK.sizes.values())
