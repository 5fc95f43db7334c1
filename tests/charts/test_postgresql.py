"""PostgreSQL's scripts, run for real with programs that only take notes, and its settings."""

import subprocess
from pathlib import Path
from socket import gethostname
from typing import Any

import pytest

from tests.charts.support import CHARTS, Manifest, only, render

FILES = CHARTS / "postgresql" / "files"


FOUND = ("lab_user", "lab_database")


class Volume:
    """A volume and programs that only take notes, for start.sh and first-start.sh."""

    def __init__(self, root: Path) -> None:
        self.data = root / "volume/pgdata"
        self.mark = root / "volume/pgdata.unfinished"
        self.sql = root / "sql"
        self.bin = root / "bin"
        for folder in (self.data.parent, self.sql, self.bin):
            folder.mkdir()
        self.program("docker-entrypoint.sh", 'echo "entry point $*"')
        self.program("psql", 'echo "psql $*"; case "$*" in *--file*) ;; *) cat ;; esac')

        self.login = root / "login"
        self.login.write_text("it's\\none\n")
        self.holds()

    def holds(self, *found: str) -> None:
        """What the server alone with the volume says when it is asked for user and database:
        names of columns, or a column and its value."""
        pairs = (name.partition("=") for name in found or FOUND)
        said = " ".join(
            f"""'\t 1: {name} = "{value or 1}"\t(typeid = 23)'""" for name, _, value in pairs
        )
        notes = self.data.parent / "alone"
        body = f'echo "$*" >>{notes}; tee -a {notes} >/dev/null; printf "%s\\n" {said}'
        self.program("postgres", body)

    @property
    def alone(self) -> str:
        """What the server was told in single-user mode."""
        notes = self.data.parent / "alone"
        return notes.read_text() if notes.exists() else ""

    def program(self, name: str, body: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def database(self) -> Path:
        """A database as initdb leaves it; returns a file in it."""
        self.data.mkdir(exist_ok=True)
        (self.data / "PG_VERSION").write_text("17\n")
        return self.data / "PG_VERSION"

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        text = (FILES / script).read_text().replace("/etc/streaminglab/sql", str(self.sql))
        env = {
            "PATH": f"{self.bin}:/usr/bin:/bin", "PGDATA": str(self.data), "LAB_USER": "student",
            "POSTGRES_DB": "transform", "LAB_SECRET_FILE": str(self.login),
        }  # fmt: skip
        return subprocess.run(
            ["/bin/sh", "-c", text, "script", *arguments],
            env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return Volume(tmp_path)


def test_an_empty_volume_is_marked_until_the_first_start_is_through(volume: Volume) -> None:
    done = volume.run("start.sh", "-c", "wal_level=logical")
    assert done.stdout == "entry point postgres -c wal_level=logical\n"
    assert volume.mark.exists()
    assert volume.run("first-start.sh").returncode == 0
    assert not volume.mark.exists()


def test_a_whole_database_is_kept(volume: Volume) -> None:
    inside = volume.database()
    assert volume.run("start.sh").returncode == 0
    assert inside.exists()
    assert not volume.mark.exists()


def test_a_user_gets_the_password_that_the_secret_holds_now(volume: Volume) -> None:
    volume.database()
    done = volume.run("start.sh", "-c", "wal_level=logical")
    assert done.stdout == "entry point postgres -c wal_level=logical\n"
    first, second = volume.alone.split(f"--single -D {volume.data} ")[1:]
    for settings in (first, second):
        # Without it a database with a slot of a connector is refused.
        assert settings.startswith("-c wal_level=logical ")
        assert "-c log_min_error_statement=panic" in settings
    assert "rolname = 'student'" in first
    assert "datname = 'transform'" in first
    assert second.endswith("""\nALTER ROLE "student" PASSWORD 'it''s\\none';\n""")


@pytest.mark.parametrize(
    ("holds", "lacks"), [("lab_database", "user student"), ("lab_user", "database transform")]
)
def test_a_kept_volume_of_another_is_told_before_the_server_starts_on_it(
    volume: Volume, holds: str, lacks: str
) -> None:
    inside = volume.database()
    volume.holds(holds, "user_there=marie", "user_there=luc", "database_there=shop")
    done = volume.run("start.sh")
    assert done.returncode == 1
    assert f"its database has no {lacks}" in done.stdout
    assert "but the users: marie, luc, and the databases: shop." in done.stdout
    assert "This lab wants the user student and the database transform." in done.stdout
    assert f"delete the PersistentVolumeClaim data-{gethostname()} to begin" in done.stdout
    assert "entry point" not in done.stdout
    assert "ALTER" not in volume.alone
    assert inside.exists()


def test_a_server_that_cannot_read_the_database_is_not_started_on_it(volume: Volume) -> None:
    volume.database()
    volume.program("postgres", "echo incompatible >&2; exit 1")
    done = volume.run("start.sh")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "incompatible\n")


def test_half_a_database_is_made_again(volume: Volume) -> None:
    inside = volume.database()
    volume.mark.touch()
    assert "making the database anew" in volume.run("start.sh").stdout
    assert not inside.exists()
    assert volume.mark.exists()


def test_a_mistake_in_the_sql_leaves_the_mark(volume: Volume) -> None:
    volume.run("start.sh")
    (volume.sql / "10-a.sql").write_text("SELEC")
    volume.program("psql", 'case "$*" in *--file*) echo "syntax error" >&2; exit 3 ;; esac')
    done = volume.run("first-start.sh")
    assert done.returncode == 3
    assert done.stdout.endswith("running 10-a.sql\n")
    assert volume.mark.exists()


def test_the_labs_sql_runs_as_the_labs_user_in_the_order_of_names(volume: Volume) -> None:
    for name in ("20-b.sql", "10-a.sql", "notes.txt"):
        (volume.sql / name).touch()
    lines = volume.run("first-start.sh").stdout.splitlines()
    runs = [line for line in lines if "--file" in line]
    assert [run.rsplit("/", 1)[1] for run in runs] == ["10-a.sql", "20-b.sql"]
    assert all("--username student" in run for run in runs)


def test_the_user_may_replicate_and_is_no_superuser(volume: Volume) -> None:
    reported = volume.run("first-start.sh").stdout
    assert "LOGIN REPLICATION" in reported
    assert "SUPERUSER" not in reported
    assert 'ALTER DATABASE :"db" OWNER TO :"owner"' in reported
    assert "ALTER ROLE postgres PASSWORD NULL" in reported


def pod(values: dict[str, Any] | None = None) -> Manifest:
    found: Manifest = only(render("postgresql", values), "StatefulSet")["spec"]["template"]["spec"]
    return found


def settings(values: dict[str, Any] | None = None) -> dict[str, str]:
    pairs = pod(values)["containers"][0]["args"][1::2]
    return dict(pair.split("=", 1) for pair in pairs)


def test_the_log_can_be_followed_and_cannot_fill_the_volume() -> None:
    assert settings()["wal_level"] == "logical"
    kept = sum(int(settings()[name].removesuffix("MB"))
               for name in ("max_wal_size", "max_slot_wal_keep_size"))  # fmt: skip
    assert kept < 1024


def test_settings_are_added_and_replace_ours() -> None:
    given = settings({"config": {"work_mem": "8MB", "max_wal_size": "1GB"}})
    assert (given["work_mem"], given["max_wal_size"]) == ("8MB", "1GB")
    assert given["wal_level"] == "logical"


def test_the_probe_does_not_see_the_server_of_the_first_start() -> None:
    """That one listens on its socket alone, and pg_isready would ask there without a host."""
    container = pod()["containers"][0]
    for probe in ("startupProbe", "readinessProbe"):
        assert "--host=127.0.0.1" in container[probe]["exec"]["command"]


def test_both_sources_of_sql_are_one_folder() -> None:
    both = pod({"initSQL": {"configMap": "tables", "inline": {"10-a.sql": "SELECT 1;"}}})
    sources = next(v for v in both["volumes"] if v["name"] == "sql")["projected"]["sources"]
    assert [source["configMap"]["name"] for source in sources] == ["meteo", "tables"]
    assert sources[0]["configMap"]["items"] == [{"key": "10-a.sql", "path": "10-a.sql"}]
    assert not any(volume["name"] == "sql" for volume in pod()["volumes"])
