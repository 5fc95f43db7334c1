"""InfluxDB's chart: data on the volume, no password anywhere, hardening that alerts survive."""

from typing import Any

from tests.charts.support import environment, only, render


def variables(values: dict[str, Any] | None = None) -> dict[str, str]:
    pod = only(render("influxdb", values), "StatefulSet")["spec"]["template"]["spec"]
    return environment(pod["containers"][0])


def test_all_three_databases_lie_on_the_volume() -> None:
    pod = only(render("influxdb"), "StatefulSet")["spec"]["template"]["spec"]
    mount = next(m for m in pod["containers"][0]["volumeMounts"] if m["name"] == "data")
    for name in ("BOLT", "ENGINE", "SQLITE"):
        assert variables()[f"INFLUXD_{name}_PATH"].startswith(mount["mountPath"] + "/")


def test_nothing_is_reported_and_nothing_is_profiled() -> None:
    assert variables()["INFLUXD_REPORTING_DISABLED"] == "true"
    assert variables()["INFLUXD_PPROF_DISABLED"] == "true"
    assert variables()["INFLUXD_TEMPLATE_FILE_URLS_DISABLED"] == "true"


def test_the_hardening_that_would_silence_alerts_is_off() -> None:
    assert "INFLUXD_HARDENING_ENABLED" not in variables()


def test_options_become_variables_and_replace_ours() -> None:
    given = variables({"config": {"log-level": "warn", "reporting-disabled": "false"}})
    assert given["INFLUXD_LOG_LEVEL"] == "warn"
    assert given["INFLUXD_REPORTING_DISABLED"] == "false"


def test_the_images_setup_mode_is_not_used() -> None:
    container = only(render("influxdb"), "StatefulSet")["spec"]["template"]["spec"]["containers"][0]
    assert container["command"] == ["influxd"]
    assert not [name for name in variables() if name.startswith("DOCKER_INFLUXDB")]
