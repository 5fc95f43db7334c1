"""config.json: a wrong field is named, a secret is never repeated."""

import json
import logging
import signal
from pathlib import Path
from typing import Any

import pytest

from streaminglab_base.errors import ConfigError
from streaminglab_jobs import cli, config

COMMON: dict[str, Any] = {
    "influxdb": {"url": "http://meteo-influxdb:8086", "org": "myorg", "bucket": "weather"},
    "kafka": {"bootstrapServers": "meteo-kafka:9092"},
}
INIT = {
    **COMMON,
    "topics": [{"name": "weather", "partitions": 4, "replicationFactor": 1, "config": {}}],
    "bucketRetentionSeconds": 604800,
    "measurement": "weather",
    "replication": {"name": "telegraf", "url": "http://meteo-telegraf:8186"},
    "alerts": [{"name": "heat", "field": "temperature", "above": 35, "every": "10s"}],
    "alertEndpoint": {"name": "telegraf", "url": "http://meteo-telegraf:8080/alerts"},
    "timeoutSeconds": 300,
}
INJECT = {
    "influxdb": COMMON["influxdb"],
    "run": "0a1b2c3d",
    "measurement": "weather",
    "stations": 5,
    "rate": 1000.0,
    "points": 3000,
    "seed": 42,
    "batchSize": 500,
}
PRODUCER = {**COMMON, "measurement": "weather", "topic": "weather", "pollIntervalSeconds": 0.25}
VERIFY = {
    **COMMON,
    "measurement": "weather",
    "topics": {"producer": "weather", "telegraf": "weather-telegraf", "alerts": None},
    "expectedPoints": 3000,
    "timeoutSeconds": 120,
    "repair": True,
}
MODELS: list[tuple[type[config.Model], dict[str, Any]]] = [
    (config.InitConfig, INIT),
    (config.InjectConfig, INJECT),
    (config.ProducerConfig, PRODUCER),
    (config.VerifyConfig, VERIFY),
]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.json"
    monkeypatch.setenv("STREAMINGLAB_CONFIG", str(path))
    monkeypatch.setenv("STREAMINGLAB_SECRETS", str(tmp_path))
    monkeypatch.setenv("STREAMINGLAB_TERMINATION_LOG", str(tmp_path / "termination-log"))
    # A job sends the log of its whole process to stdout; here the process goes on after it.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    return path


@pytest.mark.parametrize(("model", "content"), MODELS)
def test_the_whole_contract_is_read(
    file: Path, model: type[config.Model], content: dict[str, Any]
) -> None:
    file.write_text(json.dumps(content))
    assert json.loads(config.load(model).model_dump_json(by_alias=True)).keys() >= content.keys()


@pytest.mark.parametrize(
    ("model", "content", "said"),
    [
        (config.InjectConfig, {**INJECT, "stations": 0}, "stations: Input should be greater"),
        (config.InjectConfig, {**INJECT, "rte": 1}, "rte: Extra inputs"),
        (config.InjectConfig, {**INJECT, "rate": 0}, "rate: "),
        (config.InjectConfig, COMMON, "run: Field required"),
        (config.ProducerConfig, INJECT, "kafka: Field required"),
        (config.ProducerConfig, {**PRODUCER, "topic": "a b"}, "topic: String should match"),
        (
            config.InitConfig,
            {**INIT, "topics": [{"name": "weather", "partitions": 0, "replicationFactor": 1}]},
            "topics[0].partitions: Input should be greater",
        ),
        (
            config.InitConfig,
            {**INIT, "bucketRetentionSeconds": 60},
            "bucketRetentionSeconds: InfluxDB keeps points for ever (0) or at least 3600 s",
        ),
        (
            config.InitConfig,
            {**INIT, "alerts": [{"name": "heat", "field": "temperature"}]},
            "alerts[0]: needs 'above', 'below' or both",
        ),
        (
            config.VerifyConfig,
            {**VERIFY, "influxdb": {**COMMON["influxdb"], "url": "influxdb:8086"}},
            "influxdb.url: String should match",
        ),
    ],
)
def test_a_wrong_field_is_named(
    file: Path, model: type[config.Model], content: dict[str, Any], said: str
) -> None:
    file.write_text(json.dumps(content))
    with pytest.raises(ConfigError) as error:
        config.load(model)
    assert said in str(error.value)


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(ConfigError, match=str(file)):
        config.load(config.VerifyConfig)


def test_a_file_that_is_not_json_is_said(file: Path) -> None:
    file.write_text("{")
    with pytest.raises(ConfigError, match="not JSON"):
        config.load(config.VerifyConfig)


def test_a_secret_loses_the_white_space_around_it(file: Path) -> None:
    (file.parent / "telegraf-token").write_text(" abc\n")
    assert config.secret("telegraf-token") == "abc"


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_missing_or_empty_secret_is_named(file: Path, content: str | None) -> None:
    if content is not None:
        (file.parent / "telegraf-token").write_text(content)
    with pytest.raises(ConfigError, match="telegraf-token"):
        config.secret("telegraf-token")


@pytest.mark.parametrize("job", cli.JOBS)
def test_a_job_with_a_wrong_config_ends_with_the_reason_in_its_termination_message(
    file: Path, job: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('{"influxdb": 1}')
    assert cli.main([job]) == 1
    message = json.loads((file.parent / "termination-log").read_text())["message"]
    assert "influxdb: " in message
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["level"], line["job"], line["message"]) == ("error", job, message)


@pytest.mark.parametrize("arguments", [[], ["dance"], ["init", "now"]])
def test_a_wrong_command_says_how_it_is_used(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    assert "usage" in capsys.readouterr().err
