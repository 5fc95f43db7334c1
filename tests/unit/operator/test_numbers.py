"""Labs that differ in the numbers of their Jobs alone are of one shape."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.names import LabKey
from streaminglab_operator.placeholders import Identity, of_number
from streaminglab_operator.plan import Options, Release
from streaminglab_operator.plan.numbers import LARGEST, lifted
from streaminglab_operator.render import personalise, template
from tests.labs import config_of, every_release, lab

OPTIONS = Options({"jobs": "jobs:2"})
WHO = Identity("meteo", "ns", "uid", "cluster")


def _told(config: dict[str, Any]) -> dict[str, Any]:
    """What is left of a configuration by way of a release."""
    general, numbers = lifted(config)
    return config_of(Release("inject", "lab-job", {"config": general}, numbers=numbers))


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
configs = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from("abcd"), configs))
def test_with_its_numbers_filled_in_a_configuration_is_what_it_was(config: dict[str, Any]) -> None:
    assert _told(config) == config
    assert all(type(number) is int for number in lifted(config)[1])


@pytest.mark.parametrize("value", [True, False, None, "7", 0.5, LARGEST + 1, -LARGEST - 1, 1e300])
def test_what_helm_could_write_otherwise_stays(value: object) -> None:
    assert lifted({"a": value}) == ({"a": value}, ())


def test_the_order_of_a_configuration_is_no_part_of_its_shape() -> None:
    assert lifted({"a": 1, "b": [2]}) == lifted({"b": [2], "a": 1})


def _shapes(spec: dict[str, Any]) -> dict[str, bytes]:
    found = every_release(lab(spec, LabKey("user-alice", "meteo")), OPTIONS)
    return {release.component: release.shape() for release in found}


@pytest.mark.parametrize(
    "injected", [{"seed": 7}, {"points": 50_000}, {"rate": "10/s"}, {"stations": 60}]
)
def test_labs_with_other_numbers_share_every_shape(injected: dict[str, Any]) -> None:
    assert _shapes({"inject": injected}) == _shapes({})


def test_a_lab_without_end_has_jobs_of_another_shape() -> None:
    one, other = _shapes({"inject": {"points": 0}}), _shapes({})
    assert one["inject"] != other["inject"]


def test_numbers_are_filled_in_as_numbers_wherever_they_stand() -> None:
    many = tuple(range(100, 112))
    config = json.dumps({"n": [of_number(i) for i in range(len(many))]}, indent=4)
    document = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "slab0lab-inject"},
        "data": {"config.json": config},
    }
    (manifest,) = personalise([template(document)], replace(WHO, numbers=many))
    assert json.loads(json.loads(manifest.body)["data"]["config.json"]) == {"n": list(many)}
