"""ksqlDB: settings by variables, a read-only root, the lab's own Connect, its licence named."""

import json
from typing import Any

import pytest
import yaml

from streaminglab_jobs.plugins.declaration import PluginsConfig
from tests.authorities import SCHOOL
from tests.charts.support import CHARTS, Manifest, environment, only, render, run_helm

# What the image writes at its start and while it runs (confluentinc/ksql-images, 8.3.x).
WRITTEN = ("/etc/ksqldb-server", "/usr/logs", "/var/lib/kafka-streams", "/tmp")


def pod(values: dict[str, Any] | None = None) -> Manifest:
    found: Manifest = only(render("ksqldb", values), "Deployment")["spec"]["template"]["spec"]
    return found


def variables(values: dict[str, Any] | None = None) -> dict[str, str]:
    return environment(pod(values)["containers"][0])


def test_everything_that_the_image_writes_is_a_scratch_volume() -> None:
    spec = pod()
    scratch = {volume["name"] for volume in spec["volumes"] if "emptyDir" in volume}
    mounts = {m["mountPath"]: m["name"] for m in spec["containers"][0]["volumeMounts"]}
    assert set(mounts) == set(WRITTEN)
    assert set(mounts.values()) == scratch


def test_state_goes_where_there_is_room_for_it() -> None:
    assert variables()["KSQL_KSQL_STREAMS_STATE_DIR"] in WRITTEN


def test_connect_is_never_embedded() -> None:
    """KSQL_CONNECT_GROUP_ID would start a worker inside ksqlDB."""
    names = variables({"connect": {"url": "http://kafka-connect:8083"}})
    assert not any(name.startswith("KSQL_CONNECT_") for name in names)
    assert names["KSQL_KSQL_CONNECT_URL"] == "http://kafka-connect:8083"


def test_what_the_lab_does_not_have_is_not_named() -> None:
    assert not {"KSQL_KSQL_CONNECT_URL", "KSQL_KSQL_SCHEMA_REGISTRY_URL"} & set(variables())


def test_every_internal_topic_gets_the_copies_that_were_asked_for() -> None:
    names = variables({"internalReplicationFactor": 3})
    copies = {n: v for n, v in names.items() if n.endswith(("_REPLICAS", "_REPLICATION_FACTOR"))}
    assert len(copies) == 3
    assert set(copies.values()) == {"3"}


def test_nothing_is_reported() -> None:
    assert variables()["KSQL_CONFLUENT_SUPPORT_METRICS_ENABLE"] == "false"


def test_the_licence_is_named_wherever_somebody_switches_it_on() -> None:
    licence = "Confluent Community License"
    for name in ("values.yaml", "README.md", "Chart.yaml", "templates/NOTES.txt"):
        assert licence in (CHARTS / "ksqldb" / name).read_text(), name


def test_the_images_licence_is_in_the_metadata() -> None:
    annotations = yaml.safe_load((CHARTS / "ksqldb" / "Chart.yaml").read_text())["annotations"]
    licence = annotations["streaminglab.dev/image-licence"]
    assert licence.startswith("Confluent Community License 1.0")


JAR = {"name": "igrafx", "url": "https://files.example.org/udf.jar", "sha512": "0" * 128}
OWN = {"name": "own", "configMap": "my-functions"}
CENTRAL = {"name": "scalar", "maven": "org.example:udf:1.0"}
REPOSITORY = "https://maven.example.org"
FUNCTIONS = {"functions": [JAR, OWN, CENTRAL], "mavenRepository": REPOSITORY}


def fetcher(values: dict[str, Any]) -> Manifest:
    """The init container that brings the functions."""
    (found,) = pod(values)["initContainers"]
    return dict(found)


def mounts(container: Manifest) -> dict[str, str]:
    return {m["mountPath"]: m["name"] for m in container["volumeMounts"]}


def told(values: dict[str, Any]) -> dict[str, Any]:
    """What the fetcher reads."""
    found = only(render("ksqldb", values), "ConfigMap", "meteo")["data"]["config.json"]
    read: dict[str, Any] = json.loads(found)
    return read


def test_without_functions_the_pod_is_as_it_was() -> None:
    assert "initContainers" not in pod()
    assert "KSQL_KSQL_EXTENSION_DIR" not in variables()
    assert {volume["name"] for volume in pod()["volumes"]} == {"config", "state", "logs", "tmp"}
    egress = {"httpsProxy": "http://proxy.example.org:3128", "caBundle": SCHOOL}
    assert render("ksqldb", {"egress": egress}) == render("ksqldb")


def test_jars_of_functions_lie_where_ksqldb_looks_for_them() -> None:
    """UserFunctionLoader looks for jars in ksql.extension.dir itself, and not below it."""
    config, server = told(FUNCTIONS), pod(FUNCTIONS)["containers"][0]
    assert variables(FUNCTIONS)["KSQL_KSQL_EXTENSION_DIR"] == config["jarsIn"]
    for key in ("jarsIn", "directory"):
        assert config[key].startswith("/opt/functions/")
    assert mounts(server)["/opt/functions"] == mounts(fetcher(FUNCTIONS))["/opt/functions"]
    (mount,) = (m for m in server["volumeMounts"] if m["name"] == "functions")
    assert mount["readOnly"], "functions are code of others: they do not change what is fetched"


def test_functions_are_fetched_by_the_program_that_fetches_plugins() -> None:
    found, config = fetcher(FUNCTIONS), told(FUNCTIONS)
    assert (found["name"], found["args"]) == ("fetch-functions", ["plugins"])
    assert found["image"] == "streaminglab/jobs:0.1.0"
    assert config["mavenRepository"] == REPOSITORY
    assert config["plugins"] == [
        JAR, {"name": "own", "folder": "/etc/streaminglab/functions/own"}, CENTRAL,
    ]  # fmt: skip
    PluginsConfig.model_validate(config)


def test_a_config_map_with_functions_is_mounted_where_the_program_looks() -> None:
    where = mounts(fetcher(FUNCTIONS))["/etc/streaminglab/functions/own"]
    (volume,) = (v for v in pod(FUNCTIONS)["volumes"] if v["name"] == where)
    assert volume["configMap"] == {"name": "my-functions"}, "the pod waits for it"


def test_functions_come_by_the_labs_proxy_and_authorities() -> None:
    proxy = "http://proxy.example.org:3128"
    egress = {"httpsProxy": proxy, "noProxy": [".svc"], "caBundle": SCHOOL}
    values = {**FUNCTIONS, "egress": egress}
    found = fetcher(values)
    assert environment(found)["https_proxy"] == proxy
    assert environment(found)["SSL_CERT_FILE"] == "/etc/streaminglab/authorities/ca.crt"
    assert "/etc/streaminglab/authorities" in mounts(found)
    assert only(render("ksqldb", values), "ConfigMap", "meteo-authorities")
    options = variables(values)["KSQL_JVM_PERFORMANCE_OPTS"].split()
    assert "-Dhttps.proxyHost=proxy.example.org" in options


@pytest.mark.parametrize(
    "changed",
    [
        {"functions": [JAR, OWN]},
        {"functions": [{**JAR, "sha512": "1" * 128}, OWN, CENTRAL]},
        {"mavenRepository": "https://mirror.example.org"},
        {"egress": {"caBundle": SCHOOL}},
    ],
)
def test_a_change_of_the_functions_restarts_ksqldb(changed: dict[str, Any]) -> None:
    def digest(values: dict[str, Any]) -> str:
        template = only(render("ksqldb", values), "Deployment")["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/config"])

    assert digest({**FUNCTIONS, **changed}) != digest(FUNCTIONS)


def test_functions_without_an_image_that_brings_them_are_refused() -> None:
    values = {**FUNCTIONS, "fetcher": {"image": {"repository": ""}}}
    done = run_helm("template", "meteo", str(CHARTS / "ksqldb"), values=values)
    assert "functions igrafx must be fetched: set fetcher.image.repository" in done.stderr


@pytest.mark.parametrize("open_", [True, False])
def test_ksqldb_leaves_the_namespace_where_it_may(open_: bool) -> None:
    (policy,) = (
        o for o in render("ksqldb", {"externalEgress": open_}) if o["kind"] == "NetworkPolicy"
    )
    peers = [to for rule in policy["spec"]["egress"] for to in rule.get("to", ())]
    assert bool([to for to in peers if "ipBlock" in to]) is open_
