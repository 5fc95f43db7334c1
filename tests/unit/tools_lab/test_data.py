"""``make lab``, ``make records`` and ``make influx`` use the plugin's verbs, with this checkout's
own kubectl."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tools.cluster import kubectl
from tools.lab import data

CONFIG = Path("/somewhere/kubeconfig")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Mapping[str, str]]]:
    found: list[tuple[list[str], Mapping[str, str]]] = []

    def attached(words: Sequence[str], *, env: Mapping[str, str]) -> int:
        found.append((list(words), env))
        return 0

    monkeypatch.setattr(data, "attached", attached)
    monkeypatch.setattr(kubectl, "program", lambda: "/ours/bin/kubectl")
    return found


def test_records_are_the_five_newest_of_the_labs_topic(
    calls: list[tuple[list[str], Mapping[str, str]]],
) -> None:
    assert data.records(CONFIG, "student", "meteo", "weather") == 0
    ((words, environment),) = calls
    assert words == [
        sys.executable, "-m", "streaminglab_cli", "records", "weather", "--count=5",
        "--namespace=student", "--lab=meteo",
    ]  # fmt: skip
    assert environment["KUBECONFIG"] == str(CONFIG)
    assert environment["PATH"].startswith("/ours/bin:")


def test_a_lab_is_shown_until_it_is_ready(
    calls: list[tuple[list[str], Mapping[str, str]]],
) -> None:
    assert data.until_ready(CONFIG, "student", "meteo", 600.0) == 0
    ((words, _),) = calls
    assert words[3:] == [
        "status", "--watch", "--until-ready", "--timeout=600", "--namespace=student", "--lab=meteo",
    ]  # fmt: skip


def test_influxdb_is_on_its_own_port_and_the_token_is_told(
    calls: list[tuple[list[str], Mapping[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert data.influx(CONFIG, "student", "meteo") == 0
    ((words, _),) = calls
    assert words[3:7] == ["open", "influxdb", "--no-browser", "--port=8086"]
    assert "get secret meteo-credentials -n student" in capsys.readouterr().out


def test_ctrl_c_is_the_usual_end(
    calls: list[tuple[list[str], Mapping[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    del calls

    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(data, "attached", interrupted)
    assert data.influx(CONFIG, "student", "meteo") == 0
