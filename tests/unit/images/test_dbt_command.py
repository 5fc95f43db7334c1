"""What a command message may hold, and where a lab's own project files go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from streaminglab_base.errors import ConfigError
from streaminglab_dbt import project
from streaminglab_dbt import settings as settings_module
from streaminglab_dbt.command import Command, Refused, parse

from .dbt_lab import settings


@pytest.mark.parametrize(
    "select", ["*", "jdbc_cnt_case_lines", "+orders+", "tag:nightly", "path.to.model", "@a", "a-b"]
)
def test_a_selection_is_taken(select: str) -> None:
    assert parse(json.dumps({"select": select, "id": "7"}).encode()) == Command(select, "7")


@pytest.mark.parametrize(
    "select",
    [
        "", "a b", "--help", "-x", "a;rm -rf /", "$(id)", "`id`", "a|b", "a\nb", "é", "a" * 201,
        "a\n", None, 7, ["a"],
    ],
)  # fmt: skip
def test_anything_that_a_shell_or_dbt_could_take_for_more_is_refused(select: object) -> None:
    with pytest.raises(Refused, match="`select` must be"):
        parse(json.dumps({"select": select}).encode())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "JSON object of 1 to"),
        (b"", "JSON object of 1 to"),
        (b"x" * 5000, "JSON object of 1 to"),
        (b"run everything", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "JSON object such as"),
        (b'{"select": "*", "vars": {}}', "no key vars"),
        (b'{"select": "*", "id": 7}', "`id` must be"),
    ],
)
def test_what_is_no_command_is_refused_with_a_reason(value: bytes | None, said: str) -> None:
    with pytest.raises(Refused, match=said):
        parse(value)


def test_a_record_with_connects_schema_is_understood() -> None:
    record = {"schema": {"type": "struct"}, "payload": {"select": "a"}}
    assert parse(json.dumps(record).encode()) == Command("a")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("dbt_project.yml", "dbt_project.yml"),
        ("packages.yml", "packages.yml"),
        ("orders.sql", "models/orders.sql"),
        ("schema.yml", "models/schema.yml"),
        ("countries.csv", "seeds/countries.csv"),
        ("macros__cents.sql", "macros/cents.sql"),
        ("stg_shop__orders.sql", "models/stg_shop__orders.sql"),
        ("seeds__", "models/seeds__"),
    ],
)
def test_a_files_name_says_where_it_goes(name: str, place: str) -> None:
    assert str(project.place(name)) == place


def test_without_files_of_the_lab_the_default_project_runs(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    project.lay_out(chosen.given, chosen.default, tmp_path / "out")
    assert (tmp_path / "out" / "models" / "numbered.sql").exists()


def test_a_labs_files_replace_the_default_models_and_old_ones_go(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    # As Kubernetes mounts a ConfigMap: names are links into a folder that is swapped.
    (chosen.given / "..data").mkdir(parents=True)
    (chosen.given / "..data" / "orders.sql").write_text("SELECT 2")
    (chosen.given / "orders.sql").symlink_to("..data/orders.sql")
    project.lay_out(chosen.given, chosen.default, tmp_path / "out")
    (chosen.given / "macros__x.sql").write_text("")
    project.lay_out(chosen.given, chosen.default, tmp_path / "out")
    found = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")}
    assert found == {"dbt_project.yml", "models/orders.sql", "macros/x.sql"}
    assert not (tmp_path / "out" / "models" / "orders.sql").is_symlink()


GOOD = {"KAFKA_BOOTSTRAP_SERVERS": "k:9092", "POSTGRES_HOST": "h", "POSTGRES_DB": "d"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"POSTGRES_HOST": ""}, "POSTGRES_HOST is not set"),
        ({"POSTGRES_PASSWORD_FILE": "/nowhere"}, "there is no file /nowhere"),
        ({"DBT_TIMEOUT_SECONDS": "0"}, "DBT_TIMEOUT_SECONDS: `0`"),
        ({"DBT_TIMEOUT_SECONDS": "long"}, "DBT_TIMEOUT_SECONDS: `long`"),
    ],
)
def test_a_setting_that_cannot_work_is_named(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    (tmp_path / "password").touch()
    good = {**GOOD, "POSTGRES_USER": "u", "POSTGRES_PASSWORD_FILE": str(tmp_path / "password")}
    assert settings_module.read(good).commands == "dbt-run"
    with pytest.raises(ConfigError, match=said):
        settings_module.read({**good, **changes})
