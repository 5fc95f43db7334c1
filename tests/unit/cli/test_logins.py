"""`password` and `env`: each key of the Secret belongs to a part; lines that a shell can read."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_cli.logins import lines, logins, variables
from tests.unit.cli.labs import SECRET, lab

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


def test_each_secret_is_its_parts_with_who_logs_in() -> None:
    assert [(one.part, one.user, one.what) for one in logins(lab(), SECRET)] == [
        ("influxdb", "admin", "password"),
        ("influxdb", "admin", "verify-token"),
        ("kafka", "student", "password"),
        ("kafka-ui", "student", "password"),
        ("postgresql", "datamanager", "password"),
    ]


def test_more_users_of_a_part_have_a_line_each_after_the_first() -> None:
    found = lab(components=[{"name": "sftp"}])
    found.raw["spec"]["sftp"] = {"username": "foo"}
    values = {"sftp-users": "foo:p0\nalice:p1\nbob:p2\n", "sftp-password": "p0"}
    assert [(one.user, one.what, one.value) for one in logins(found, values)] == [
        ("foo", "password", "p0"),
        ("alice", "password", "p1"),
        ("bob", "password", "p2"),
    ]


def test_addresses_are_those_inside_unless_asked_otherwise() -> None:
    inside = variables(lab(), SECRET, outside=False)
    assert inside["KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"
    assert inside["POSTGRESQL_ADDRESS"] == "postgresql:5432"
    assert inside["PAGE_URL"] == "http://meteo-page:8080"
    outside = variables(lab(), SECRET, outside=True)
    assert outside["KAFKA_BOOTSTRAP_SERVERS"] == "localhost:19092,localhost:19093"


def test_a_lab_without_a_way_from_outside_gives_the_one_it_has() -> None:
    found = lab(endpoints=[{"name": "kafka", "address": "kafka:9092"}])
    assert variables(found, {}, outside=True)["KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"


def test_influxdbs_clients_find_their_own_names() -> None:
    found = variables(lab(), SECRET, outside=False)
    assert {name: found[name] for name in found if name.startswith("INFLUX_")} == {
        "INFLUX_HOST": "http://influxdb:8086",
        "INFLUX_ORG": "myorg",
        "INFLUX_BUCKET": "weather",
        "INFLUX_TOKEN": "t-verify",
    }
    assert found["KAFKA_UI_PASSWORD"] == "it's"


@pytest.mark.parametrize(
    "key", ["path", "ld-preload", "prompt-command", "bash-env", "kafka-opts", "IFS", "password"]
)
def test_a_key_that_somebody_added_to_the_secret_sets_no_variable(key: str) -> None:
    """A teacher who evaluates the lines would run what a student wrote."""
    found = variables(lab(), {**SECRET, key: "$(date)"}, outside=False)
    assert found == variables(lab(), SECRET, outside=False)


@given(TEXT)
def test_a_shell_reads_any_value_as_it_is(value: str) -> None:
    (line,) = lines({"X": value}, "sh")
    done = subprocess.run(["sh", "-c", f'{line}; printf %s "$X"'], capture_output=True, check=True)
    assert done.stdout.decode() == value


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("fish", r"set -gx X 'it\'s \\ here'"),
        ("powershell", "$Env:X = 'it''s \\ here'"),
        ("sh", "export X='it'\"'\"'s \\ here'"),
    ],
)
def test_quotes_are_each_shells_own(shell: str, line: str) -> None:
    assert lines({"X": "it's \\ here"}, shell) == [line]
