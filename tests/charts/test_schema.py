"""values.schema.json refuses what cannot work, naming the key, before anything is made."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.charts.support import CHARTS, NAMESPACE, OURS, TILE, WITH_PODS, run_helm

SHARED = ("image", "imagePullSecrets", "commonLabels", "managedBy", "podAnnotations",
          "resources", "runAsUser", "global", "common")  # fmt: skip

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("kafka", {"replicas": 2}, "replicas"),
    ("kafka", {"replicas": 0}, "replicas"),
    ("kafka", {"replicas": 1, "controllers": 3}, "controllers"),
    ("kafka", {"clusterId": "too-short"}, "clusterId"),
    ("kafka", {"config": {"node.id": "7"}}, "/config/node.id"),
    ("kafka", {"config": {"listeners": "PLAINTEXT://:1"}}, "/config/listeners"),
    ("kafka", {"config": {"log.retention.hours": "1\nnode.id=7"}}, "config"),
    ("kafka", {"config": {"log.retention.hours": 24}}, "config"),
    ("kafka", {"storage": {"size": "1 GB"}}, "storage/size"),
    ("kafka", {"jvm": {"heap": "lots"}}, "jvm/heap"),
    ("kafka", {"runAsUser": 0}, "runAsUser"),
    ("kafka", {"image": {"digest": "latest"}}, "image/digest"),
    (
        "kafka",
        {"commonLabels": {"app.kubernetes.io/instance": "x"}},
        "/commonLabels/app.kubernetes.io~1instance",
    ),
    ("influxdb", {"config": {"bolt-path": "/tmp/x"}}, "/config/bolt-path"),
    ("influxdb", {"storage": {"size": ""}}, "storage/size"),
    ("telegraf", {"topic": "no spaces"}, "topic"),
    ("telegraf", {"listener": {"port": 0}}, "listener/port"),
    ("telegraf", {"kafka": {"bootstrapServers": 'a:1"\n[x]'}}, "bootstrapServers"),
    ("telegraf", {"measurement": ""}, "measurement"),
    ("lab-job", {"kind": "CronJob"}, "kind"),
    ("lab-job", {"component": "other"}, "component"),
    ("lab-job", {"secret": {"keys": ["../x"]}}, "secret/keys"),
    ("lab-job", {"backoffLimit": -1}, "backoffLimit"),
    ("kafka", {"external": {"localhost": {"port": 9092}}}, "external/localhost/port"),
    ("kafka", {"external": {"nodePort": {"ports": [80]}}}, "external/nodePort/ports"),
    ("kafka", {"external": {"nodePort": {"host": "a|b"}}}, "external/nodePort/host"),
    ("kafka", {"external": {"loadBalancer": {"hosts": ["a b"]}}}, "external/loadBalancer/hosts"),
    ("kafka", {"external": {"existingSecret": {"passwordKey": "../x"}}}, "passwordKey"),
    ("access", {"ingress": {"rules": [{"host": "*.a.org", "service": "s", "port": 1}]}}, "host"),
    (
        "access",
        {"ingress": {"rules": [{"host": f"{'a' * 64}.org", "service": "s", "port": 1}]}},
        "host",
    ),
    ("access", {"ingress": {"rules": [{"host": "a.org", "port": 1}]}}, "service"),
    ("access", {"gateway": {"parentRefs": [{"namespace": "x"}]}}, "parentRefs"),
    ("streaminglab-operator", {"logLevel": "loud"}, "logLevel"),
    ("streaminglab-operator", {"images": {"nonsense": "x"}}, "images"),
    ("streaminglab-operator", {"watchNamespaces": ["Not A Name"]}, "watchNamespaces"),
    ("postgresql", {"username": "postgres"}, "username"),
    ("postgresql", {"database": 'x"; DROP'}, "database"),
    ("postgresql", {"config": {"data_directory": "/tmp"}}, "/config/data_directory"),
    ("postgresql", {"initSQL": {"inline": {"a.sh": "x"}}}, "initSQL/inline"),
    ("mongodb", {"database": "admin"}, "database"),
    ("sftp", {"username": "Foo"}, "username"),
    ("sftp", {"authorizedKeys": ["no key"]}, "authorizedKeys"),
    ("toolbox", {"env": {"A-B": "x"}}, "/env"),
    ("toolbox", {"secretEnv": [{"name": "A", "secret": "s"}]}, "secretEnv"),
    ("dbt", {"topics": {"commands": "no spaces"}}, "topics/commands"),
    ("dbt", {"postgresql": {"port": 0}}, "postgresql/port"),
    ("dbt", {"project": {"inline": {"../x": "y"}}}, "project/inline"),
    *(
        (chart, {"resources": {"limits": {"memory": "much"}}}, "resources/limits/memory")
        for chart in WITH_PODS
    ),
]


def schema_of(chart: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((CHARTS / chart / "values.schema.json").read_text())
    return schema


def objects_in(schema: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of every object level with keys of ours; array items are written as "[]"."""
    if "properties" in schema:
        yield path
        for name, part in schema["properties"].items():
            yield from objects_in(part, (*path, name))
    if "items" in schema:
        yield from objects_in(schema["items"], (*path, "[]"))


def with_unknown_key(path: tuple[str, ...]) -> Any:
    if not path:
        return {"unknownKey": 1}
    inner = with_unknown_key(path[1:])
    return [inner] if path[0] == "[]" else {path[0]: inner}


LEVELS = [(chart, path) for chart in OURS for path in objects_in(schema_of(chart))]


@pytest.mark.parametrize(
    ("chart", "path"), LEVELS, ids=lambda x: ".".join(x) if isinstance(x, tuple) else x
)
def test_an_unknown_key_is_refused_at_every_level(chart: str, path: tuple[str, ...]) -> None:
    done = run_helm("template", "r", str(CHARTS / chart), values=with_unknown_key(path))
    assert done.returncode != 0
    assert "additional properties 'unknownKey' not allowed" in done.stderr


@pytest.mark.parametrize(("chart", "values", "key"), REFUSED, ids=str)
def test_a_wrong_value_is_refused_and_named(chart: str, values: dict[str, Any], key: str) -> None:
    done = run_helm("template", "r", str(CHARTS / chart), "-n", NAMESPACE, values=values)
    assert done.returncode != 0
    assert key in done.stderr
    assert "don't meet the specifications of the schema" in done.stderr


@pytest.mark.parametrize("chart", OURS)
def test_the_schema_describes_every_value_and_no_other(chart: str) -> None:
    import yaml

    defaults = yaml.safe_load((CHARTS / chart / "values.yaml").read_text())
    described = set(schema_of(chart)["properties"]) - {"global", "common"}
    assert set(defaults) == described


@pytest.mark.parametrize("chart", [chart for chart in WITH_PODS if chart != TILE])
def test_the_shared_values_are_described_the_same_everywhere(chart: str) -> None:
    mine, theirs = schema_of(chart)["properties"], schema_of("kafka")["properties"]
    for key in SHARED:
        assert mine[key] == theirs[key], key
