"""values.schema.json refuses what cannot work, naming the key, before anything is made."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.charts.support import CHARTS, NAMESPACE, OURS, TILE, WITH_PODS, run_helm, template
from tests.services import collected

SHARED = ("image", "imagePullSecrets", "commonLabels", "managedBy", "podAnnotations",
          "resources", "runAsUser", "global", "common")  # fmt: skip

SAME_DEFAULT = {"imagePullSecrets": [], "commonLabels": {}, "managedBy": "", "podAnnotations": {}}

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
    # One chart stands for all: the block of `resources` is the same in each (below).
    ("kafka", {"resources": {"limits": {"memory": "much"}}}, "resources/limits/memory"),
    *collected("REFUSED"),
]


def schema_of(chart: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((CHARTS / chart / "values.schema.json").read_text())
    return schema


def levels_in(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object level with keys of ours, wherever it stands, with its dotted path.

    A condition (`if`, `then`) only looks at values: what it does not name is none of its business.
    """
    if isinstance(node, list):
        for child in node:
            yield from levels_in(child, path)
    elif isinstance(node, dict):
        if "properties" in node:
            yield path or ".", node
            for name, child in node["properties"].items():
                yield from levels_in(child, f"{path}.{name}")
        for word in ("items", "additionalProperties", "allOf"):
            yield from levels_in(node.get(word), f"{path}[]" if word == "items" else path)


def test_every_level_of_every_schema_is_closed() -> None:
    levels = [(f"{c}{path}", node) for c in OURS for path, node in levels_in(schema_of(c))]
    assert len(levels) > 250
    # Helm's own key: a catalog, or a chart around ours, puts in what it likes.
    levels = [(path, node) for path, node in levels if not path.endswith(".global")]
    assert [path for path, node in levels if node.get("additionalProperties") is not False] == []


@pytest.mark.parametrize("chart", OURS)
def test_no_schema_says_of_keys_what_helm_tells_of_another_field(chart: str) -> None:
    """`schema/forms.py` of the operator says why."""
    assert '"propertyNames"' not in (CHARTS / chart / "values.schema.json").read_text()


@pytest.mark.parametrize(
    ("chart", "values"),
    [
        ("kafka", {"unknownKey": 1}),
        ("mongodb", {"resources": {"limits": {"memory": "1Gi", "unknownKey": 1}}}),
        ("access", {"gateway": {"parentRefs": [{"name": "x", "unknownKey": 1}]}}),
        ("streaminglab", {"lab": {"kafka": {"unknownKey": 1}}}),
    ],
    ids=["top", "nested", "in a list", "of the tile"],
)
def test_helm_refuses_an_unknown_key_where_a_level_is_closed(
    chart: str, values: dict[str, Any]
) -> None:
    done = run_helm("template", "r", str(CHARTS / chart), values=values)
    assert done.returncode != 0
    assert "additional properties 'unknownKey' not allowed" in done.stderr


@pytest.mark.parametrize(("chart", "values", "key"), REFUSED, ids=str)
def test_a_wrong_value_is_refused_and_named(chart: str, values: dict[str, Any], key: str) -> None:
    done = run_helm("template", "r", str(CHARTS / chart), "-n", NAMESPACE, values=values)
    assert done.returncode != 0
    assert key in done.stderr
    assert "don't meet the specifications of the schema" in done.stderr


def test_the_schemas_describe_every_value_and_no_other() -> None:
    for chart in OURS:
        defaults = yaml.safe_load((CHARTS / chart / "values.yaml").read_text())
        described = set(schema_of(chart)["properties"])
        assert set(defaults) | {"global", "common"} == described | {"common"}, chart


def test_the_shared_values_are_described_the_same_everywhere() -> None:
    theirs = schema_of("kafka")["properties"]
    for chart in (chart for chart in WITH_PODS if chart != TILE):
        mine = schema_of(chart)["properties"]
        for key in SHARED:
            assert mine[key] == theirs[key], (chart, key)


def test_the_shared_values_have_the_same_defaults_everywhere() -> None:
    """Each chart writes them down, for its reader; a library chart's values do not reach it."""
    for chart in (chart for chart in WITH_PODS if chart != TILE):
        defaults = yaml.safe_load((CHARTS / chart / "values.yaml").read_text())
        image = defaults["image"]
        assert (image["digest"], image["pullPolicy"]) == ("", "IfNotPresent"), chart
        for key, value in SAME_DEFAULT.items():
            assert defaults[key] == value, (chart, key)


REFERENCES = {
    "": True,
    "none": True,
    "kafka": True,
    "apache/kafka:4.4.0": True,
    "registry.example.org:5000/a/b-c__d:1.2_x": True,
    "[fd00::1]:5000/kafka:1": True,
    f"streaminglab/kafka@sha256:{'a' * 64}": True,
    "https://registry.example.org/kafka:1": False,
    "registry.example.org/Kafka:1": False,
    "registry.example.org/kafka:": False,
    "registry.example.org/kafka:1 ": False,
    "registry.example.org/kafka@sha256:abc": False,
    "registry.example.org/": False,
}


@pytest.mark.parametrize("reference", REFERENCES)
def test_an_image_that_no_node_could_pull_is_refused(reference: str) -> None:
    """A lab would wait for it, with the kubelet's InvalidImageName."""
    values = {"images": {"kafka": reference}}
    done = run_helm("template", "x", str(CHARTS / "streaminglab-operator"), values=values)
    assert (done.returncode == 0) is REFERENCES[reference]
    assert REFERENCES[reference] or "/images/kafka" in done.stderr


LARGE = 10_000_000


def whole_numbers(node: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Places of whole numbers that may be as large."""
    for name, child in node.get("properties", {}).items():
        if "properties" in child:
            yield from whole_numbers(child, (*path, name))
        elif child.get("type") == "integer" and child.get("maximum", LARGE) >= LARGE:
            yield (*path, name)


UNBOUNDED = [
    (chart, path)
    for chart in OURS
    for path in whole_numbers(json.loads((CHARTS / chart / "values.schema.json").read_text()))
]


@pytest.mark.parametrize(("chart", "path"), UNBOUNDED, ids=str)
def test_a_large_whole_number_is_written_as_one(chart: str, path: tuple[str, ...]) -> None:
    """Helm reads numbers as floats and prints them as 1e+07, which a program may not read."""
    values: Any = LARGE
    for name in reversed(path):
        values = {name: values}
    text = template(chart, values)
    assert "e+0" not in text
    assert str(LARGE) in text


def test_whole_numbers_without_a_bound_are_found() -> None:
    assert ("streaminglab-operator", ("maxLabsPerNamespace",)) in UNBOUNDED
    assert len(UNBOUNDED) > len(WITH_PODS)
