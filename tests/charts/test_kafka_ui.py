"""kafka-ui's configuration: only keys that kafbat documents, and the password nowhere in it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts.support import (
    Case,
    Manifest,
    cases,
    environment,
    manifests,
    only,
    render,
    rendered,
)

DOCUMENTED = yaml.safe_load((Path(__file__).parent / "data" / "kafbat-keys.yaml").read_text())
CASES = [case for case in cases() if case.chart == "kafka-ui"]
WHOLE = next(case for case in CASES if "every-option" in str(case))


BUT_OFFSETS = "(?!__consumer_offsets$).*"
"""Those are read by a serde of their own, which comes after the one of the registry."""


def paths(part: Any, prefix: str = "") -> Iterator[str]:
    """Dotted keys of all leaves; an item of a list is written as []."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from paths(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(part, list):
        for value in part:
            yield from paths(value, f"{prefix}[]")
    else:
        yield prefix


def canonical(key: str) -> str:
    """Spring's own form of a key: camelCase and kebab-case are the same."""
    return key.replace("-", "").lower()


def unknown(configuration: Any) -> set[str]:
    """Keys of a configuration that kafbat does not document."""
    known = {canonical(key) for key in DOCUMENTED["keys"]}
    return {key for key in paths(configuration) if canonical(key) not in known}


def configuration(objects: list[Manifest]) -> Any:
    return yaml.safe_load(only(objects, "ConfigMap")["data"]["config.yml"])


def container(objects: list[Manifest]) -> Manifest:
    pod = only(objects, "Deployment")["spec"]["template"]["spec"]
    found: Manifest = pod["containers"][0]
    return found


@pytest.mark.parametrize("variant", CASES, ids=str)
def test_every_key_is_one_that_kafbat_documents(variant: Case) -> None:
    written = configuration(manifests(rendered(variant)))
    assert unknown(written) == set()
    assert written["auth"]["type"] in DOCUMENTED["values"]["auth.type"]


@pytest.mark.parametrize("variant", CASES, ids=str)
def test_every_variable_is_one_that_kafbat_documents(variant: Case) -> None:
    names = {entry["name"] for entry in container(manifests(rendered(variant)))["env"]}
    assert names <= {*DOCUMENTED["environment"], *DOCUMENTED["system"]}


def test_a_misspelt_key_is_found() -> None:
    """The check above can fail: without this it might look at nothing."""
    wrong = configuration(render("kafka-ui"))
    wrong["kafka"]["clusters"][0]["bootstrapServer"] = "kafka:9092"
    assert unknown(wrong) == {"kafka.clusters[].bootstrapServer"}


def test_camel_case_and_kebab_case_are_the_same_key() -> None:
    assert unknown({"kafka": {"clusters": [{"bootstrap-servers": "kafka:9092"}]}}) == set()


def test_the_configuration_is_found_even_if_a_shell_drops_the_variable() -> None:
    """dash drops variables with a hyphen; without its file kafka-ui would ask for no login."""
    found = container(render("kafka-ui"))
    file = environment(found)["SPRING_CONFIG_ADDITIONAL-LOCATION"]
    options = environment(found)["JAVA_OPTS"].split()
    given = {o.removeprefix("-D").split("=")[0]: o.split("=")[1] for o in options if "=" in o}
    assert [given[name] for name in DOCUMENTED["options"]] == [file]
    mount = next(m for m in found["volumeMounts"] if m["name"] == "config")
    assert file == f"{mount['mountPath']}/config.yml"


def test_all_parts_of_the_lab_are_wired() -> None:
    cluster = configuration(manifests(rendered(WHOLE)))["kafka"]["clusters"][0]
    assert cluster == {
        "name": "The lab of Monday",
        "bootstrapServers": "a:9092,b:9092",
        "readOnly": True,
        "schemaRegistry": "http://schema-registry:8081",
        "serde": [
            {
                "name": "SchemaRegistry",
                "topicKeysPattern": BUT_OFFSETS,
                "topicValuesPattern": BUT_OFFSETS,
            }
        ],
        "ksqldbServer": "http://ksqldb-server:8088",
        "kafkaConnect": [{"name": "connect", "address": "http://kafka-connect:8083"}],
    }


def test_the_serde_of_the_registry_is_for_every_topic_but_one() -> None:
    for topic in ("weather", "orders-avro", "__consumer_offsets_of_mine", "_schemas"):
        assert re.fullmatch(BUT_OFFSETS, topic)
    assert not re.fullmatch(BUT_OFFSETS, "__consumer_offsets")


def test_without_a_registry_there_is_no_serde_of_it() -> None:
    """kafka-ui does not start with a serde that has no address."""
    assert "serde" not in configuration(render("kafka-ui"))["kafka"]["clusters"][0]


def test_who_is_logged_in_cannot_switch_off_the_login_unless_that_is_chosen() -> None:
    """What `PUT /api/config` stores comes before every other source of configuration."""
    assert environment(container(render("kafka-ui")))["DYNAMIC_CONFIG_ENABLED"] == "false"
    chosen = container(render("kafka-ui", {"dynamicConfig": True}))
    assert environment(chosen)["DYNAMIC_CONFIG_ENABLED"] == "true"


def test_the_password_comes_from_a_secret_and_the_name_from_the_file() -> None:
    values = {"login": {"username": "foo", "existingSecret": {"name": "meteo-credentials"}}}
    objects = render("kafka-ui", values)
    assert configuration(objects)["spring"]["security"]["user"] == {"name": "foo"}
    variables = {entry["name"]: entry for entry in container(objects)["env"]}
    assert variables["SPRING_SECURITY_USER_PASSWORD"]["valueFrom"]["secretKeyRef"] == {
        "name": "meteo-credentials",
        "key": "kafka-ui-password",
    }


def test_a_login_is_asked_for_unless_it_is_switched_off_in_so_many_words() -> None:
    assert configuration(render("kafka-ui"))["auth"]["type"] == "LOGIN_FORM"
    objects = render("kafka-ui", {"login": {"enabled": False}})
    assert configuration(objects)["auth"]["type"] == "DISABLED"
    assert "SPRING_SECURITY_USER_PASSWORD" not in str(container(objects))


def test_a_username_that_looks_like_a_number_stays_text() -> None:
    written = configuration(render("kafka-ui", {"login": {"username": "007"}}))
    assert written["spring"]["security"]["user"]["name"] == "007"


@pytest.mark.parametrize("path", ["", "/kafka-ui", "/a/b"])
def test_probes_ask_a_page_that_needs_no_login(path: str) -> None:
    found = container(render("kafka-ui", {"contextPath": path}))
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = found[probe]["httpGet"]["path"]
        assert asked.removeprefix(path) in DOCUMENTED["open"]
        assert asked.startswith(path)


def test_what_kafbat_writes_lies_on_a_scratch_volume() -> None:
    objects = render("kafka-ui")
    mounts = {m["mountPath"]: m for m in container(objects)["volumeMounts"]}
    pod = only(objects, "Deployment")["spec"]["template"]["spec"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    for path in (DOCUMENTED["written"], "/tmp"):
        assert "emptyDir" in volumes[mounts[path]["name"]]
        assert not mounts[path].get("readOnly")


def test_another_configuration_restarts_the_pod() -> None:
    def checksum(values: dict[str, Any]) -> str:
        template = only(render("kafka-ui", values), "Deployment")["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/config"])

    assert checksum({}) != checksum({"readOnly": True})
