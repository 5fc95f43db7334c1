"""ksqlDB: settings by variables, a read-only root, the lab's own Connect, its licence named."""

from typing import Any

import yaml

from tests.charts.support import CHARTS, Manifest, environment, only, render

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
