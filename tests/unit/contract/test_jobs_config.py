"""The fence between operator and jobs: what the operator writes into config.json, the jobs read.

Both sides are the real ones: the plan of any admitted spec, and the models of the programs.
"""

import copy
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError

from streaminglab_jobs import config
from streaminglab_operator.plan import Options
from tests.labs import config_of, every_release, lab
from tests.strategies import Raw, specs

Json = dict[str, Any]
MODELS: dict[str, type[config.Model]] = {
    "init": config.InitConfig,
    "inject": config.InjectConfig,
    "producer": config.ProducerConfig,
    "verify": config.VerifyConfig,
    "partitions": config.PartitionsConfig,
}
# Keys of these are the user's own words.
FREE = {"topics.config"}
EVERYTHING: Raw = {
    "kafka": {"brokers": 3, "topics": [{"name": "own", "config": {"retention.ms": "1"}}]},
    "influxdb": {"alerts": [{"name": "heat", "field": "temperature", "above": 30}]},
    "access": {"kafka": {"localhost": {}}},
}


def _programs(raw: Raw) -> dict[str, Json]:
    """By program, the values of its chart: `config` is its config.json."""
    # A lab at rest runs no program.
    releases = every_release(lab({**raw, "suspend": False}), Options())
    jobs = (release for release in releases if release.chart == "lab-job")
    return {job.component: {**job.values, "config": config_of(job)} for job in jobs}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs())
def test_the_config_of_any_admitted_lab_is_read_by_the_programs(raw: Raw) -> None:
    programs = _programs(raw)
    assert "init" in programs
    assert programs.keys() <= MODELS.keys()
    for name, values in programs.items():
        read = MODELS[name].model_validate(values["config"])
        # Nothing is lost on the way: what was said is what is read.
        assert read.model_dump(by_alias=True, exclude_unset=True).keys() == values["config"].keys()


def test_a_lab_with_everything_has_all_programs() -> None:
    assert _programs(EVERYTHING).keys() == MODELS.keys()


def _keys(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            if ".".join(str(p) for p in (*path, key) if isinstance(p, str)) not in FREE:
                yield from _keys(value, (*path, key))
    if isinstance(node, list):
        for index, value in enumerate(node):
            yield from _keys(value, (*path, index))


@pytest.mark.parametrize("name", MODELS)
def test_a_key_that_only_one_side_renames_is_refused(name: str) -> None:
    written = _programs(EVERYTHING)[name]["config"]
    paths = list(_keys(written))
    assert len(paths) > 4
    for path in paths:
        renamed = copy.deepcopy(written)
        node: Any = renamed
        for key in path[:-1]:
            node = node[key]
        node[f"{path[-1]}Renamed"] = node.pop(path[-1])
        with pytest.raises(ValidationError):
            MODELS[name].model_validate(renamed)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs())
def test_each_program_is_given_the_secrets_that_it_asks_for_by_name(raw: Raw) -> None:
    known = set(get_args(config.TokenName))
    for name, values in _programs(raw).items():
        users = values["config"].get("scramUsers", [])
        passwords = {user["passwordFile"] for user in users}
        given_keys = set(values["secret"]["keys"])
        assert given_keys - passwords <= known, name
        assert passwords <= given_keys, name
