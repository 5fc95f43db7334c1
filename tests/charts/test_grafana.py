"""What Grafana is provided with: one data source, one dashboard, no secret in a ConfigMap."""

import json
import re
from typing import Any

import pytest
import yaml

from tests.charts.support import CHARTS, Manifest, environment, only, render
from tests.dashboards import MACROS, Query, dashboards, macros, queries

MEASURED = {"influxdb": {"metricsBucket": "figures"}}

FIELDS = {"temperature", "humidity", "pressure", "wind"}
# docs/sources/administration/provisioning/index.md and datasources/influxdb/configure of Grafana.
SOURCE_KEYS = {"name", "uid", "type", "access", "orgId", "url", "isDefault", "editable", "version",
               "jsonData", "secureJsonData"}  # fmt: skip
FLUX_KEYS = {"version", "organization", "defaultBucket", "timeInterval", "maxSeries"}
PROVIDER_KEYS = {"name", "orgId", "folder", "folderUid", "type", "disableDeletion", "options",
                 "updateIntervalSeconds", "allowUiUpdates"}  # fmt: skip


def files(values: dict[str, Any] | None = None) -> dict[str, str]:
    data: dict[str, str] = only(render("grafana", values), "ConfigMap")["data"]
    return data


def source(values: dict[str, Any] | None = None) -> dict[str, Any]:
    found: list[dict[str, Any]] = yaml.safe_load(files(values)["datasource.yaml"])["datasources"]
    assert len(found) == 1
    return found[0]


def pod(values: dict[str, Any] | None = None) -> Manifest:
    found: Manifest = only(render("grafana", values), "Deployment")["spec"]["template"]["spec"]
    return found


def mounted(spec: Manifest) -> dict[str, Manifest]:
    """Mount path -> volume."""
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    return {m["mountPath"]: volumes[m["name"]] for m in spec["containers"][0]["volumeMounts"]}


def test_the_data_source_has_only_documented_keys() -> None:
    found = source()
    assert set(found) <= SOURCE_KEYS
    assert set(found["jsonData"]) <= FLUX_KEYS
    assert set(found["secureJsonData"]) == {"token"}


def test_the_data_source_is_the_labs_influxdb_by_flux() -> None:
    values = {"influxdb": {"url": "http://meteo-influxdb:8086", "org": "a b", "bucket": "climate"}}
    found = source(values)
    assert (found["type"], found["access"], found["isDefault"]) == ("influxdb", "proxy", True)
    assert found["url"] == "http://meteo-influxdb:8086"
    assert found["jsonData"]["version"] == "Flux"
    assert found["jsonData"]["organization"] == "a b"
    assert found["jsonData"]["defaultBucket"] == "climate"


def test_token_and_password_are_files_of_secrets() -> None:
    values = {
        "existingSecret": {"name": "a", "key": "grafana-password"},
        "influxdb": {"existingSecret": {"name": "b", "key": "influxdb-grafana-token"}},
    }
    spec = pod(values)
    directory = "/etc/streaminglab/secrets"
    sources = [s["secret"] for s in mounted(spec)[directory]["projected"]["sources"]]
    assert [(s["name"], s["items"][0]["key"]) for s in sources] == [
        ("a", "grafana-password"),
        ("b", "influxdb-grafana-token"),
    ]
    names = [f"{directory}/{s['items'][0]['path']}" for s in sources]
    variables = environment(spec["containers"][0])
    assert variables["GF_SECURITY_ADMIN_PASSWORD__FILE"] == names[0]
    assert source(values)["secureJsonData"]["token"] == f"$__file{{{names[1]}}}"
    assert "GF_SECURITY_ADMIN_PASSWORD" not in variables


def test_the_dashboards_are_looked_for_where_they_are_mounted() -> None:
    providers = yaml.safe_load(files()["provider.yaml"])["providers"]
    assert len(providers) == 1
    assert set(providers[0]) <= PROVIDER_KEYS
    volume = mounted(pod())[providers[0]["options"]["path"]]["configMap"]
    assert [item["path"] for item in volume["items"]] == ["weather.json"]
    measured = mounted(pod(MEASURED))[providers[0]["options"]["path"]]["configMap"]
    assert {item["path"] for item in measured["items"]} == set(dashboards())
    assert {item["key"] for item in measured["items"]} <= set(files(MEASURED))
    home = environment(pod()["containers"][0])["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{providers[0]['options']['path']}/weather.json"


def test_without_dashboards_only_the_data_source_is_left() -> None:
    values = {"dashboards": False}
    assert set(files(values)) == {"datasource.yaml"}
    assert not any("dashboards" in path for path in mounted(pod(values)))
    assert "DASHBOARD" not in str(pod(values)["containers"][0]["env"])


def test_it_calls_nobody_outside() -> None:
    variables = environment(pod()["containers"][0])
    for name in ("REPORTING_ENABLED", "CHECK_FOR_UPDATES", "CHECK_FOR_PLUGIN_UPDATES"):
        assert variables[f"GF_ANALYTICS_{name}"] == "false"
    assert variables["GF_PLUGINS_PREINSTALL_DISABLED"] == "true"
    assert variables["GF_SNAPSHOTS_EXTERNAL_ENABLED"] == "false"


def test_every_panel_asks_the_provided_data_source() -> None:
    wanted = {"type": source()["type"], "uid": source()["uid"]}
    for dashboard in dashboards().values():
        for panel in dashboard["panels"]:
            assert panel["datasource"] == wanted
            assert all(target["datasource"] == wanted for target in panel["targets"])


def test_panels_have_their_own_number_and_place() -> None:
    for dashboard in dashboards().values():
        panels = dashboard["panels"]
        assert len({panel["id"] for panel in panels}) == len(panels)
        taken = [
            (x, y)
            for place in (panel["gridPos"] for panel in panels)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ]
        assert len(set(taken)) == len(taken), "two panels overlap"
        assert max(x for x, _ in taken) < 24, "Grafana's grid is 24 wide"


def test_the_dashboard_of_metrics_asks_the_bucket_that_it_is_told() -> None:
    assert "kafka.json" not in files()
    shown = json.loads(files(MEASURED)["kafka.json"])
    asked = [target["query"] for panel in shown["panels"] for target in panel["targets"]]
    assert len(asked) == len(dashboards()["kafka.json"]["panels"])
    assert all(query.startswith('from(bucket: "figures")') for query in asked)


def test_what_the_dashboard_asks_for_is_measured() -> None:
    listed = (CHARTS / "metrics" / "README.md").read_text()
    for query in queries():
        if query.dashboard == "Kafka":
            (measurement,) = re.findall(r'_measurement == "(\w+)"', query.text)
            (row,) = [r for r in listed.splitlines() if r.startswith(f"| `{measurement}`")]
            for field in re.findall(r'_field == "(\w+)"', query.text):
                assert f"`{field}`" in row, f"{query}: {field}"


def test_each_field_of_the_weather_has_a_line_for_every_station() -> None:
    shown = {
        field
        for query in queries()
        for field in FIELDS
        if query.kind == "timeseries" and f'r._field == "{field}"' in query.text
    }
    assert shown == FIELDS


@pytest.mark.parametrize("query", queries(), ids=str)
def test_a_query_uses_only_what_grafana_fills_in(query: Query) -> None:
    assert macros(query.text) <= MACROS
    assert {"timeRangeStart", "timeRangeStop"} <= macros(query.text)
    from_weather = "defaultBucket" in macros(query.text)
    assert from_weather is (query.dashboard == "Weather")
    assert from_weather or query.text.startswith('from(bucket: "kafka_metrics")')
    assert "$" not in query.text, "no template variable is defined"


def test_the_images_licence_is_in_the_metadata() -> None:
    annotations = yaml.safe_load((CHARTS / "grafana" / "Chart.yaml").read_text())["annotations"]
    assert annotations["streaminglab.dev/image-licence"].startswith("AGPL-3.0")
