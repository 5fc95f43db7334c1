"""init against Kafka's administration in memory: users of the listeners for clients outside."""

import json
import logging
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError

from streaminglab_base.errors import ConfigError, JobError, Unavailable
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import config
from streaminglab_jobs.config import InitConfig
from streaminglab_jobs.init import run as init
from streaminglab_jobs.init import topics, users
from streaminglab_jobs.init.answers import answer
from streaminglab_jobs.kafka import clients
from tests.fakes.kafka import answered
from tests.unit.jobs.test_config import INIT

STUDENT = {"name": "student", "passwordFile": "kafka-password"}
ALONE: dict[str, Any] = {"kafka": INIT["kafka"], "topics": [], "scramUsers": [STUDENT]}


class FakeAdmin:
    """Users with their passwords; ``fails`` are errors to be told first, one a request."""

    def __init__(self) -> None:
        self.passwords: dict[str, bytes] = {}
        self.iterations: dict[str, int] = {}
        self.fails: list[int] = []

    def describe_user_scram_credentials(self, names: list[str]) -> dict[str, Future[Any]]:
        (name,) = names
        if self.fails:
            return {name: answered(error=self.fails.pop(0))}
        if name not in self.passwords:
            return {name: answered(error=KafkaError.RESOURCE_NOT_FOUND)}
        info = SimpleNamespace(mechanism=users.MECHANISM)
        return {name: answered(SimpleNamespace(scram_credential_infos=[info]))}

    def alter_user_scram_credentials(self, wanted: list[Any]) -> dict[str, Future[Any]]:
        (one,) = wanted
        if self.fails:
            return {one.user: answered(error=self.fails.pop(0))}
        self.passwords[one.user] = one.password
        self.iterations[one.user] = one.scram_credential_info.iterations
        assert one.scram_credential_info.mechanism == users.MECHANISM
        return {one.user: answered()}


@pytest.fixture
def admin() -> FakeAdmin:
    return FakeAdmin()


def ensure(admin: Any, password: str = "s3cret") -> str:  # noqa: S107
    return users.Users(admin).ensure("student", password)


def test_a_user_is_made_with_its_password(admin: FakeAdmin) -> None:
    assert ensure(admin) == "user 'student' made"
    assert admin.passwords == {"student": b"s3cret"}
    assert 4096 <= admin.iterations["student"] <= 16_384, "Kafka refuses others"


def test_the_password_is_set_every_time_because_kafka_never_shows_it(admin: FakeAdmin) -> None:
    ensure(admin, "old")
    assert ensure(admin, "new") == "user 'student' has its password, set anew"
    assert admin.passwords == {"student": b"new"}


def test_what_is_said_never_holds_the_password(
    admin: FakeAdmin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert "s3cret" not in ensure(admin) + ensure(admin) + caplog.text


def test_a_broker_that_is_away_is_waited_for(admin: FakeAdmin) -> None:
    admin.fails = [KafkaError._TRANSPORT]
    with pytest.raises(Unavailable, match="user 'student'"):
        ensure(admin)
    assert ensure(admin) == "user 'student' made"


@pytest.mark.parametrize(
    "error", [KafkaError.UNACCEPTABLE_CREDENTIAL, KafkaError.UNSUPPORTED_SASL_MECHANISM]
)
def test_what_kafka_refuses_is_said_at_once(admin: FakeAdmin, error: int) -> None:
    ensure(admin)
    admin.fails = [error]
    with pytest.raises(JobError, match="Kafka refuses asking for user 'student'"):
        ensure(admin)


def test_an_answer_that_never_comes_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaminglab_jobs.init.answers.TIMEOUT_SECONDS", 0.01)
    with pytest.raises(Unavailable, match="no answer in time"):
        answer(lambda: {"x": Future()}, "asking")


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({**STUDENT, "name": "a,b"}, r"scramUsers\[0\].name"),
        ({**STUDENT, "name": ""}, r"scramUsers\[0\].name"),
        ({**STUDENT, "passwordFile": "../token"}, r"scramUsers\[0\].passwordFile"),
        ({**STUDENT, "password": "s3cret"}, r"scramUsers\[0\].password: Extra inputs"),
    ],
)
def test_a_user_that_cannot_work_is_refused(files: Path, user: dict[str, str], said: str) -> None:
    (files / "config.json").write_text(json.dumps({**ALONE, "scramUsers": [user]}))
    with pytest.raises(ConfigError, match=said) as error:
        config.load(InitConfig)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("more", [{"replication": INIT["replication"]}, {"alerts": INIT["alerts"]}])
def test_what_is_made_in_influxdb_needs_one(files: Path, more: dict[str, Any]) -> None:
    (files / "config.json").write_text(json.dumps(ALONE | more))
    with pytest.raises(ConfigError, match="need 'influxdb'"):
        config.load(InitConfig)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The job's files: a configuration without InfluxDB, and one password."""
    monkeypatch.setenv("STREAMINGLAB_CONFIG", str(tmp_path / "config.json"))
    monkeypatch.setenv("STREAMINGLAB_SECRETS", str(tmp_path))
    monkeypatch.setenv("STREAMINGLAB_TERMINATION_LOG", str(tmp_path / "termination-log"))
    (tmp_path / "config.json").write_text(json.dumps(ALONE))
    (tmp_path / "kafka-password").write_text("s3cret\n")
    return tmp_path


def test_a_lab_without_influxdb_gets_its_topics_and_users(
    files: Path, admin: FakeAdmin, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    topic = {"name": "incidents", "partitions": 2, "replicationFactor": 1}
    (files / "config.json").write_text(json.dumps({**ALONE, "topics": [topic]}))
    monkeypatch.setattr(clients, "admin", lambda servers: admin)
    monkeypatch.setattr(topics.Topics, "ensure", lambda self, wanted: made.append(wanted.name))
    assert init.run(Stopping()) == 0
    assert made == ["incidents"]
    assert admin.passwords == {"student": b"s3cret"}
    outcome = json.loads((files / "termination-log").read_text())
    assert outcome["topics"] == 1
    assert "user 'student' made" in outcome["message"]
    assert "s3cret" not in outcome["message"]


def test_a_missing_password_is_said_before_anything_is_made(files: Path) -> None:
    (files / "kafka-password").unlink()
    with pytest.raises(ConfigError, match="kafka-password"):
        init.run(Stopping())
