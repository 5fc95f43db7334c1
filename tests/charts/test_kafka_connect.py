"""Kafka Connect's worker: its settings, its secrets, and where its plugins come from."""

import json
from typing import Any

import pytest
import yaml

from streaminglab_jobs.plugins.declaration import PluginsConfig, source_of
from tests.charts.support import CHARTS, NAMESPACE, Manifest, only, render, run_helm

CHART = "kafka-connect"
EVERY_OPTION = yaml.safe_load((CHARTS / CHART / "ci" / "every-option-values.yaml").read_text())
SECRETS = "/etc/streaminglab/secrets"


def data(values: dict[str, Any] | None = None) -> dict[str, str]:
    found: dict[str, str] = only(render(CHART, values), "ConfigMap", "meteo")["data"]
    return found


def worker(values: dict[str, Any] | None = None) -> dict[str, str]:
    """The worker's settings; of one that is there twice the last counts, as in Java."""
    lines = data(values)["worker.properties"].splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def pod(values: dict[str, Any] | None = None) -> Manifest:
    spec: Manifest = only(render(CHART, values), "StatefulSet")["spec"]["template"]["spec"]
    return spec


def mounts(container: Manifest) -> dict[str, Manifest]:
    return {mount["mountPath"]: mount for mount in container["volumeMounts"]}


def test_the_group_keeps_its_memory_in_three_topics_named_after_it() -> None:
    found = worker({"internalReplicationFactor": 3})
    topics = {found[f"{kind}.storage.topic"] for kind in ("config", "offset", "status")}
    assert topics == {"meteo-configs", "meteo-offsets", "meteo-status"}
    assert found["group.id"] == "meteo"
    factors = {
        found[f"{kind}.storage.replication.factor"] for kind in ("config", "offset", "status")
    }
    assert factors == {"3"}


def test_two_labs_never_share_a_group() -> None:
    other = only(render(CHART, release="other"), "ConfigMap")["data"]["worker.properties"]
    assert "group.id=other\n" in other


def test_a_connector_cannot_change_its_kafka_login_nor_read_other_files() -> None:
    found = worker()
    assert found["connector.client.config.override.policy"] == "None"
    assert found["config.providers"] == "secret"
    assert found["config.providers.secret.param.allowed.paths"] == SECRETS


@pytest.mark.parametrize("policy", ["None", "Principal", "All"])
def test_who_installs_it_decides_what_connectors_may_override(policy: str) -> None:
    found = worker({"overridePolicy": policy})
    assert found["connector.client.config.override.policy"] == policy


def test_only_the_rest_interface_listens() -> None:
    found = worker()
    assert found["listeners"] == "http://:8083"
    assert found["admin.listeners"] == ""


@pytest.mark.parametrize(("replicas", "delay"), [(1, "0"), (2, "20000")])
def test_one_worker_gets_its_tasks_back_at_once(replicas: int, delay: str) -> None:
    assert worker({"replicas": replicas})["scheduled.rebalance.max.delay.ms"] == delay


@pytest.mark.parametrize(("enabled", "written"), [(False, "false"), (True, "true")])
def test_json_carries_its_schema_when_asked_to(enabled: bool, written: str) -> None:
    found = worker({"converters": {"schemasEnable": enabled}})
    assert found["value.converter.schemas.enable"] == written
    assert found["key.converter.schemas.enable"] == written


def test_a_schema_registry_is_known_to_both_converters_or_to_none() -> None:
    assert not [key for key in worker() if "registry" in key]
    found = worker({"schemaRegistry": {"url": "http://registry:8081"}})
    assert (
        found["key.converter.schema.registry.url"] == found["value.converter.schema.registry.url"]
    )


def test_a_login_to_kafka_counts_for_the_worker_and_for_every_client_of_its_connectors() -> None:
    found = worker({"kafka": {"security": {"security.protocol": "SASL_PLAINTEXT"}}})
    prefixes = ("", "producer.", "consumer.", "admin.")
    assert {found[f"{prefix}security.protocol"] for prefix in prefixes} == {"SASL_PLAINTEXT"}


def test_more_properties_win_over_the_charts_own() -> None:
    assert worker({"config": {"offset.flush.interval.ms": "1"}})["offset.flush.interval.ms"] == "1"


@pytest.mark.parametrize(
    ("values", "key"),
    [
        *(
            ({"config": {name: "x"}}, "/config/")
            for name in (
                "group.id", "bootstrap.servers", "listeners", "plugin.path", "admin.listeners",
                "rest.extension.classes", "connector.client.config.override.policy",
                "config.providers", "config.providers.env.class", "offset.storage.topic",
            )
        ),
        ({"config": {"a": "b\nlisteners=x"}}, "/config/a"),
        ({"overridePolicy": "all"}, "/overridePolicy"),
        ({"kafka": {"security": {"bootstrap.servers": "x"}}}, "kafka/security"),
        ({"kafka": {"bootstrapServers": "a:1\nx=y"}}, "bootstrapServers"),
        ({"converters": {"key": "a b"}}, "converters/key"),
        ({"groupId": "a b"}, "groupId"),
        ({"plugins": [{"name": "../x", "maven": "a:b:1"}]}, "plugins/0/name"),
        ({"plugins": [{"name": "x", "url": "ftp://x/y", "sha512": "0" * 128}]}, "plugins/0/url"),
        ({"plugins": [{"name": "x", "url": "http://x/y.jar"}]}, "plugins/0"),
        ({"plugins": [{"name": "x", "maven": "a:b:1", "image": "x"}]}, "plugins/0"),
        ({"plugins": [{"name": "x", "image": "x", "path": "/a/../b"}]}, "plugins/0/path"),
        ({"plugins": [{"name": "x", "image": "x", "path": "-rf"}]}, "plugins/0/path"),
        ({"secrets": ["../x"]}, "secrets/0"),
        ({"bundledPlugins": ["../x"]}, "bundledPlugins/0"),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_value_is_refused_and_named(values: dict[str, Any], key: str) -> None:
    done = run_helm("template", "r", str(CHARTS / CHART), "-n", NAMESPACE, values=values)
    assert done.returncode != 0
    assert key in done.stderr.replace("~1", "/")


def test_the_fetcher_reads_exactly_what_is_to_be_fetched() -> None:
    settings = PluginsConfig.model_validate_json(data(EVERY_OPTION)["config.json"])
    assert [plugin.name for plugin in settings.plugins] == ["mongodb", "debezium", "spooldir"]
    for plugin in settings.plugins:
        assert source_of(plugin, settings.maven_repository).url.startswith("https://")
    fetcher = next(c for c in pod(EVERY_OPTION)["initContainers"] if c["name"] == "fetch-plugins")
    assert fetcher["args"] == ["plugins"]
    assert mounts(fetcher)["/etc/streaminglab/config.json"]["subPath"] == "config.json"
    assert mounts(fetcher)[settings.directory]["name"] == "plugins"


def test_with_nothing_declared_the_fetcher_still_deletes_what_was_there() -> None:
    assert json.loads(data()["config.json"]) == {"directory": "/opt/plugins", "plugins": []}
    assert [c["name"] for c in pod()["initContainers"]] == ["fetch-plugins"]


def test_where_all_plugins_are_copied_nothing_is_fetched_and_nothing_fetched_is_found() -> None:
    """What was fetched once, and is declared no more, stays on the volume, and is not looked at."""
    copied = {"bundled": {"image": {"repository": "streaminglab/connect-plugins"}}}
    assert [c["name"] for c in pod(copied)["initContainers"]] == ["copy-bundled"]
    assert worker(copied)["plugin.path"] == "/opt/image-plugins"
    fetched = {**copied, "plugins": [{"name": "x", "maven": "a:b:1"}]}
    assert [c["name"] for c in pod(fetched)["initContainers"]] == ["copy-bundled", "fetch-plugins"]
    assert worker(fetched)["plugin.path"] == "/opt/plugins,/opt/image-plugins"


@pytest.mark.parametrize(("values", "folders"), [({}, 1), (EVERY_OPTION, 2)], ids=["none", "all"])
def test_every_folder_of_plugins_is_mounted_read_only(values: dict[str, Any], folders: int) -> None:
    found = mounts(pod(values)["containers"][0])
    path = worker(values)["plugin.path"].split(",")
    assert len(path) == folders
    assert all(found[folder]["readOnly"] is True for folder in path)


def test_a_changed_list_of_plugins_restarts_the_workers() -> None:
    def checksum(plugins: list[dict[str, str]]) -> str:
        template = only(render(CHART, {"plugins": plugins}), "StatefulSet")["spec"]["template"]
        return str(template["metadata"]["annotations"]["checksum/config"])

    assert checksum([]) != checksum([{"name": "x", "maven": "a:b:1"}])


def test_no_two_init_containers_have_the_same_name() -> None:
    long = "x" * 60
    plugins = [{"name": long + end, "image": "example/x"} for end in ("aaa", "bbb")]
    names = [c["name"] for c in pod({"plugins": plugins})["initContainers"]]
    assert len(set(names)) == len(names) == 2
    assert max(map(len, names)) <= 63


def test_only_the_named_keys_of_the_labs_secret_can_be_read_and_without_any_none() -> None:
    spec = pod({"labSecret": {"name": "meteo-credentials", "keys": ["postgresql-password"]}})
    volume = next(v["secret"] for v in spec["volumes"] if v["name"] == "lab-secret")
    assert [item["key"] for item in volume["items"]] == ["postgresql-password"]
    assert f"{SECRETS}/lab" in mounts(spec["containers"][0])
    without = pod({"labSecret": {"name": "meteo-credentials"}})
    assert not any("secret" in volume for volume in without["volumes"])


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"secrets": ["db"]},
        {"labSecret": {"name": "meteo-credentials"}},
        {"labSecret": {"name": "meteo-credentials", "keys": ["a"]}},
    ],
)
def test_the_folder_that_secrets_are_read_from_is_there_without_any(values: dict[str, Any]) -> None:
    (container,) = pod(values)["containers"]
    folders = [path for path in mounts(container) if path.startswith(SECRETS)]
    assert len(folders) == 1


def test_a_secret_that_does_not_exist_does_not_stop_the_workers() -> None:
    spec = pod({"secrets": ["mongo"]})
    volume = next(v["secret"] for v in spec["volumes"] if v["name"] == "secret-0")
    assert volume["secretName"] == "mongo"
    assert volume["optional"] is True
    assert f"{SECRETS}/mongo" in mounts(spec["containers"][0])


def test_only_the_worker_sees_secrets() -> None:
    for container in pod(EVERY_OPTION)["initContainers"]:
        assert not any(SECRETS in path for path in mounts(container))


def test_liveness_does_not_fail_while_kafka_is_away() -> None:
    container = pod()["containers"][0]
    assert container["livenessProbe"]["httpGet"]["path"] == "/"
    assert container["readinessProbe"]["httpGet"]["path"] == "/health"


def test_no_client_starts_over_and_over_while_kafka_is_away() -> None:
    """An admin client of 4.3.1 with the default wrote 33,000 lines in its first 33 seconds."""
    found = worker()
    for prefix in ("", "producer.", "consumer.", "admin."):
        assert found[f"{prefix}metadata.recovery.strategy"] == "none"
    assert int(found["default.api.timeout.ms"]) >= 300_000


def test_the_heap_leaves_room_for_the_rest_of_the_process() -> None:
    values = yaml.safe_load((CHARTS / CHART / "values.yaml").read_text())
    heap = int(values["heap"].removesuffix("m"))
    assert values["resources"]["limits"]["memory"] == "1Gi"
    assert 1024 - heap >= 512
