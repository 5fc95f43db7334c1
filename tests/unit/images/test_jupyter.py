"""The Jupyter image: its notebooks, the course's file, the password, and what is copied when."""

from __future__ import annotations

import ast
import builtins
import csv
import json
import re
from pathlib import Path
from typing import Any

import argon2
import pytest

from streaminglab_jupyter import __main__ as start
from streaminglab_jupyter import accidents, login, notebooks
from tools.images.catalog import DIRECTORY
from tools.shell.paths import ROOT

BOOKS = sorted((DIRECTORY / "jupyter" / "notebooks").glob("*.ipynb"))
WITH_SPARK = sorted((DIRECTORY / "jupyter-spark" / "notebooks").glob("*.ipynb"))
SOLVED = ROOT / "docs" / "courses" / "answers" / "002-kafka.ipynb"
"""For teachers: in no image."""
EVERY = [*BOOKS, *WITH_SPARK, SOLVED]
GIVEN = {
    "KAFKA_BOOTSTRAP_SERVERS", "INFLUXDB_URL", "INFLUXDB_ORG", "INFLUXDB_BUCKET", "INFLUXDB_TOKEN",
    "MONGODB_URI", "MONGODB_DATABASE", "CONNECT_URL",
}  # fmt: skip
COURSE_COLUMNS = (
    "Num_Acc;id_usager;id_vehicule;num_veh;place;catu;grav;sexe;an_nais;trajet;secu1;secu2;secu3;"
    "locp;actp;etatp"
)


def cells(book: Path, kind: str) -> list[dict[str, Any]]:
    """The cells of one kind."""
    return [cell for cell in json.loads(book.read_text())["cells"] if cell["cell_type"] == kind]


def code(book: Path) -> list[str]:
    """The text of each code cell."""
    return ["".join(cell["source"]) for cell in cells(book, "code")]


def test_there_is_a_notebook_for_each_course_that_has_one() -> None:
    assert [book.name[:3] for book in BOOKS] == ["000", "002"]


def test_the_image_with_spark_adds_a_notebook_and_replaces_none() -> None:
    names = [book.name for book in WITH_SPARK]
    assert names == ["002-spark.ipynb"]
    assert not {*names} & {book.name for book in BOOKS}
    text = "\n".join(code(WITH_SPARK[0]))
    for line in ('.option("kafka.bootstrap.servers", KAFKA)', 'spark.read.format("kafka")',
                 'spark.readStream.format("kafka")', "trigger(availableNow=True)"):  # fmt: skip
        assert line in text


@pytest.mark.parametrize("book", EVERY, ids=lambda book: f"{book.parent.name}/{book.name}")
def test_every_code_cell_is_python_and_the_notebook_runs_from_top_to_bottom(book: Path) -> None:
    names = set(dir(builtins))
    for text in code(book):
        tree = ast.parse(text)
        loads = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        names |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and is_store(n)}
        names |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        names |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names |= {(n.asname or n.name).partition(".")[0] for n in node.names}
        assert loads <= names


def is_store(name: ast.Name) -> bool:
    """Whether a name is set here, not read."""
    return isinstance(name.ctx, ast.Store)


@pytest.mark.parametrize("book", EVERY, ids=lambda book: f"{book.parent.name}/{book.name}")
def test_a_notebook_is_committed_clean(book: Path) -> None:
    assert all(not cell["outputs"] for cell in cells(book, "code"))
    assert all(cell["execution_count"] is None for cell in cells(book, "code"))
    assert json.dumps(json.loads(book.read_text()), ensure_ascii=False, indent=1) + "\n" == (
        book.read_text()
    )


@pytest.mark.parametrize("book", EVERY, ids=lambda book: f"{book.parent.name}/{book.name}")
def test_addresses_come_from_variables_that_a_lab_sets(book: Path) -> None:
    text = "\n".join(code(book))
    assert set(re.findall(r"environ(?:\[|\.get\()\"([A-Z_]+)\"", text)) <= GIVEN
    assert not re.search(r"\w+://\w|:\d{4}\b", text)


def test_the_courses_connector_is_asked_for_as_printed() -> None:
    text = "\n".join(code(SOLVED))
    for line in (
        '"connector.class": "com.mongodb.kafka.connect.MongoSourceConnector"',
        '"collection": "test"',
        """"pipeline": '[{"$match": {}}]'""",
        '"output.schema.infer.value": "true"',
        '{"usager": 1, "grav": 2}',
    ):
        assert line in text


def test_the_file_has_the_columns_of_the_real_one(tmp_path: Path) -> None:
    path = accidents.write(tmp_path / "usagers-2022.csv", 500)
    assert ";".join(accidents.COLUMNS) == COURSE_COLUMNS
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == 500
    assert ";".join(rows[0]) == COURSE_COLUMNS
    assert all(all(row.values()) for row in rows)
    assert {row["grav"] for row in rows} == {"1", "2", "3", "4"}
    assert {row["catu"] for row in rows} == {"1", "2", "3"}
    assert len({row["id_usager"] for row in rows}) == 500
    numbers = [row["Num_Acc"] for row in rows]
    assert numbers == sorted(numbers)
    assert 1 < len(set(numbers)) < 500
    assert all(row["place"] == "10" for row in rows if row["catu"] == "3")
    assert all(1920 <= int(row["an_nais"]) <= 2022 for row in rows)


def test_the_same_seed_gives_the_same_file_and_another_another() -> None:
    assert list(accidents.people(50, 1)) == list(accidents.people(50, 1))
    assert list(accidents.people(50, 1)) != list(accidents.people(50, 2))
    assert list(accidents.people(50, 1)) == list(accidents.people(100, 1))[:50]


def test_a_notebook_is_copied_once_and_never_over_a_students(tmp_path: Path) -> None:
    source, home = tmp_path / "source", tmp_path / "home"
    for folder in (source, home):
        folder.mkdir()
    for name in ("a.ipynb", "b.ipynb"):
        (source / name).write_text("ours")
    (home / "b.ipynb").write_text("mine")
    assert notebooks.copy(source, home) == ["a.ipynb"]
    assert (home / "b.ipynb").read_text() == "mine"

    (home / "a.ipynb").unlink()
    (source / "c.ipynb").write_text("a later image's")
    assert notebooks.copy(source, home) == ["c.ipynb"]
    assert not (home / "a.ipynb").exists()
    assert notebooks.copy(source, home) == []


def test_a_damaged_memory_harms_no_notebook(tmp_path: Path) -> None:
    source, home = tmp_path / "source", tmp_path / "home"
    (home / ".streaminglab").mkdir(parents=True)
    source.mkdir()
    (source / "a.ipynb").write_text("ours")
    (home / "a.ipynb").write_text("mine")
    for damaged in ("{", "[1, null]", '{"a.ipynb": 1}', "3"):
        (home / ".streaminglab" / "notebooks.json").write_text(damaged)
        assert notebooks.copy(source, home) == []
        assert (home / "a.ipynb").read_text() == "mine"


def test_what_an_earlier_version_copied_stays_away_when_it_was_deleted(tmp_path: Path) -> None:
    source, home = tmp_path / "source", tmp_path / "home"
    (home / ".streaminglab").mkdir(parents=True)
    source.mkdir()
    (source / "a.ipynb").write_text("ours")
    (home / ".streaminglab" / "notebooks.json").write_text('["a.ipynb"]')
    assert notebooks.copy(source, home) == []
    assert not (home / "a.ipynb").exists()


def test_a_folder_is_copied_with_the_folders_below_it(tmp_path: Path) -> None:
    source, home = tmp_path / "source", tmp_path / "home"
    (source / "tp1" / "data").mkdir(parents=True)
    home.mkdir()
    (source / "tp1" / "data" / "a.csv").write_text("a")
    (source / "tp1" / "b.py").write_text("b")
    assert notebooks.copy(source, home, "mine") == ["mine/tp1/b.py", "mine/tp1/data/a.csv"]
    assert (home / "mine" / "tp1" / "data" / "a.csv").read_text() == "a"
    assert notebooks.copy(source, home, "mine") == []


def test_a_config_map_gives_its_keys_and_not_its_book_keeping(tmp_path: Path) -> None:
    """The kubelet's own folders: ``..data`` leads to the newest, each key to a file in it."""
    source, home = tmp_path / "source", tmp_path / "home"
    (source / "..2026_01").mkdir(parents=True)
    home.mkdir()
    (source / "..2026_01" / "a.ipynb").write_text("ours")
    (source / "..data").symlink_to("..2026_01")
    (source / "a.ipynb").symlink_to("..data/a.ipynb")
    assert notebooks.copy(source, home) == ["a.ipynb"]
    assert not (home / "a.ipynb").is_symlink()
    assert sorted(path.name for path in home.iterdir()) == [".streaminglab", "a.ipynb"]


def test_a_teachers_newer_file_replaces_what_the_student_left_as_it_was(tmp_path: Path) -> None:
    source, home = tmp_path / "source", tmp_path / "home"
    for folder in (source, home):
        folder.mkdir()
    for name in ("left.py", "changed.py"):
        (source / name).write_text("first")
    notebooks.copy(source, home)
    (home / "changed.py").write_text("the student's")
    for name in ("left.py", "changed.py"):
        (source / name).write_text("second")
    assert notebooks.copy(source, home) == ["left.py"]
    assert (home / "left.py").read_text() == "second"
    assert (home / "changed.py").read_text() == "the student's"


def test_a_home_in_which_a_folder_is_a_file_keeps_jupyterlab_from_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, home = tmp_path / "source", tmp_path / "home"
    (source / "tp1").mkdir(parents=True)
    (source / "tp1" / "a.py").write_text("ours")
    home.mkdir()
    (home / "tp1").write_text("the student's")
    start.give(str(source), home)
    assert "was not copied whole" in capsys.readouterr().err
    assert (home / "tp1").read_text() == "the student's"


def test_the_password_becomes_a_hash_that_jupyter_can_check(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("déjà vu, deux fois\n")
    algorithm, _, rest = login.hashed(str(tmp_path / "password")).partition(":")
    assert algorithm == "argon2"
    assert argon2.PasswordHasher().verify(rest, "déjà vu, deux fois")
    assert "vu, deux" not in rest


@pytest.mark.parametrize(
    ("content", "said"), [(None, "is not set"), ("", "is empty"), ("\n", "is empty")]
)
def test_without_a_password_it_does_not_start(
    tmp_path: Path, content: str | None, said: str
) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_text(content)
    with pytest.raises(login.LoginError, match=said):
        login.hashed(str(path) if content is not None else "")


def test_a_password_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(login.LoginError, match="password cannot be read"):
        login.hashed(str(tmp_path / "password"))
