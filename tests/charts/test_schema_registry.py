"""The schema registry: schemas in a topic of its own, and a health port that is not its API's."""

from typing import Any

import pytest

from tests.charts.support import Manifest, environment, only, render


def container(values: dict[str, Any] | None = None, release: str = "meteo") -> Manifest:
    pod = only(render("schema-registry", values, release), "Deployment")["spec"]["template"]["spec"]
    found: Manifest = pod["containers"][0]
    return found


def test_schemas_outlive_the_pod_by_default() -> None:
    assert environment(container())["APICURIO_STORAGE_KIND"] == "kafkasql"


def test_two_registries_of_one_cluster_share_no_topic() -> None:
    def topics(release: str) -> set[str]:
        variables = environment(container(release=release))
        return {value for name, value in variables.items() if name.endswith("TOPIC")}

    assert len(topics("a")) == 3
    assert not topics("a") & topics("b")


def test_its_topics_look_internal() -> None:
    variables = environment(container())
    for name, value in variables.items():
        if name.endswith("TOPIC"):
            assert value.startswith("_meteo-"), name


def test_memory_storage_needs_no_kafka() -> None:
    variables = environment(container({"storage": "memory"}))
    assert not any(name.startswith("APICURIO_") and "KAFKA" in name for name in variables)


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_health_is_asked_on_the_management_port(probe: str) -> None:
    """The API's port answers 404 to /health/ready."""
    found = container()
    ports = {port["name"]: port["containerPort"] for port in found["ports"]}
    assert ports[found[probe]["httpGet"]["port"]] == 9000


def test_clients_reach_the_api_and_not_the_health_port() -> None:
    objects = render("schema-registry", {"aliasService": "schema-registry"})
    for name in ("meteo", "schema-registry"):
        service = only(objects, "Service", name)["spec"]
        assert [(p["port"], p["targetPort"]) for p in service["ports"]] == [(8081, "http")]
    rule = only(objects, "NetworkPolicy")["spec"]["ingress"][0]
    assert [port["port"] for port in rule["ports"]] == [8081]


def test_the_heap_leaves_room_below_the_memory_limit() -> None:
    found = container({"heap": "200m"})
    assert "-Xmx200m" in found["args"]
    assert found["resources"]["limits"]["memory"] == "512Mi"


def test_java_is_given_one_collector_and_no_entry_point_that_names_another() -> None:
    found = container()
    assert found["command"] == ["java"]
    assert len([option for option in found["args"] if option.endswith("GC")]) == 1


def test_confluents_port_has_the_api_without_a_path_and_apicurio_is_behind_it() -> None:
    found = container()
    variables = environment(found)
    assert (variables["QUARKUS_HTTP_HOST"], variables["QUARKUS_HTTP_PORT"]) == ("127.0.0.1", "8080")
    assert "-javaagent:/opt/streaminglab/root-path-agent.jar=8081,8080" in found["args"]
    assert found["args"].index("-jar") > 0, "an agent is named before the jar"


def test_the_agent_comes_with_the_release() -> None:
    config = only(render("schema-registry"), "ConfigMap")
    assert set(config["binaryData"]) == {"root-path-agent.jar"}
