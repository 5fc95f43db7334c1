"""The connector for CSV and JSON files: its own tests (JUnit, in Java), and the jar of it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.remembered import about
from tools.artifacts import get
from tools.artifacts.catalog import recipe
from tools.artifacts.jar import JarRecipe, compile_java
from tools.shell.paths import ROOT
from tools.shell.run import output

SERVICE = "META-INF/services/org.apache.kafka.connect.source.SourceConnector"
CONNECTOR = "dev.streaminglab.connect.CsvDirectorySourceConnector"
SOURCE = ROOT / "connectors" / "csv-source"
BUILDER = ROOT / "tools" / "artifacts" / "jar.py"
FEWEST_TESTS = 240
JAVA_17_CLASS_FILE = 61


@pytest.fixture(scope="module")
def jar() -> Path:
    return get("csv-source") / "csv-source.jar"


def test_the_connectors_own_tests_pass(jar: Path, tmp_path: Path) -> None:
    """They are run for each state of the connector, of Kafka's and JUnit's jars, and of Java."""
    version = output(["java", "--version"])
    jars = (get("connect-jars").name, get("junit").name, jar.parent.name)
    asked = about("csv-source", version, *jars, SOURCE, BUILDER, Path(__file__))
    said = asked.to("tests", lambda: ran(jar, tmp_path))
    count = re.search(r"(\d+) tests successful", said)
    assert count, said
    assert int(count[1]) >= FEWEST_TESTS, "not all tests were found"


def ran(jar: Path, folder: Path) -> str:
    """What JUnit says when all tests have passed."""
    kafka, junit = get("connect-jars") / "jars", get("junit") / "jars"
    jars, classes = folder / "jars", folder / "classes"
    jars.mkdir()
    for found in [*kafka.glob("*.jar"), *junit.glob("*.jar"), jar]:
        (jars / found.name).symlink_to(found)
    classes.mkdir()
    compile_java(SOURCE / "test", jars, classes, folder / "log")
    (runner,) = junit.glob("junit-platform-console-standalone-*.jar")
    path = ":".join(str(entry) for entry in [classes, jar, *sorted(kafka.glob("*.jar"))])
    done = subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", f"-Dcsv.readme={SOURCE / 'README.md'}",
         "-jar", runner, "execute", "--class-path", path,
         f"--scan-classpath={classes}", "--fail-if-no-tests", "--disable-banner",
         "--disable-ansi-colors", "--details=summary"],
        capture_output=True, text=True, check=False, cwd=folder, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_connect_finds_the_connector_by_its_service_file(jar: Path) -> None:
    with zipfile.ZipFile(jar) as archive:
        assert archive.read(SERVICE).decode().split() == [CONNECTOR]
        assert f"{CONNECTOR.replace('.', '/')}.class" in archive.namelist()
        manifest = archive.read("META-INF/MANIFEST.MF").decode()
    made = recipe("csv-source")
    assert isinstance(made, JarRecipe)
    assert f"Implementation-Version: {made.version}\r\n" in manifest


def test_the_jar_runs_on_the_oldest_java_of_kafka_and_holds_no_other_jars_classes(
    jar: Path,
) -> None:
    with zipfile.ZipFile(jar) as archive:
        classes = [name for name in archive.namelist() if name.endswith(".class")]
        versions = {archive.read(name)[7] for name in classes}
    assert versions == {JAVA_17_CLASS_FILE}
    assert {name.rpartition("/")[0] for name in classes} == {"dev/streaminglab/connect"}


def test_the_jar_is_the_same_bytes_every_time(jar: Path, tmp_path: Path) -> None:
    recipe("csv-source").build(tmp_path, tmp_path / "log")
    again = (tmp_path / "csv-source.jar").read_bytes()
    assert again == jar.read_bytes()
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
