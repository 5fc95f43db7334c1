"""What is kept of pyspark's source archive, and where it lies."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from tools.artifacts.pyspark import goal_of, unpack

KEPT = {
    "pyspark-1/pyspark/sql/session.py": "pyspark/sql/session.py",
    "pyspark-1/deps/jars/spark-sql_2.13-1.jar": "pyspark/jars/spark-sql_2.13-1.jar",
    "pyspark-1/deps/jars/spark-sql-api_2.13-1.jar": "pyspark/jars/spark-sql-api_2.13-1.jar",
    "pyspark-1/deps/jars/hadoop-client-api-3.jar": "pyspark/jars/hadoop-client-api-3.jar",
    "pyspark-1/deps/jars/spark-repl_2.13-1.jar": "pyspark/jars/spark-repl_2.13-1.jar",
    "pyspark-1/deps/jars/hive-storage-api-2.jar": "pyspark/jars/hive-storage-api-2.jar",
    "pyspark-1/deps/bin/spark-submit": "pyspark/bin/spark-submit",
    "pyspark-1/deps/licenses/LICENSE-re2j.txt": "pyspark/licenses/LICENSE-re2j.txt",
}
LEFT = (
    "pyspark-1",
    "pyspark-1/setup.py",
    "pyspark-1/pyspark/sql/tests/test_sql.py",
    "pyspark-1/deps/jars/spark-hive_2.13-1.jar",
    "pyspark-1/deps/jars/hive-exec-2-core.jar",
    "pyspark-1/deps/jars/connect-repl/trees_2.13-4.jar",
    "pyspark-1/deps/jars/spark-kubernetes_2.13-1.jar",
    "pyspark-1/deps/jars/kubernetes-client-6.jar",
    "pyspark-1/deps/sbin/start-all.sh",
    "pyspark-1/deps/examples/pi.py",
    "pyspark-1/pyspark/../../etc/passwd",
)


@pytest.mark.parametrize("name", KEPT)
def test_what_a_session_needs_lies_where_an_installed_package_has_it(name: str) -> None:
    assert str(goal_of(name)) == KEPT[name]


@pytest.mark.parametrize("name", LEFT)
def test_the_rest_is_left_out(name: str) -> None:
    assert goal_of(name) is None


def test_programs_can_be_run_and_nothing_else_is_written(tmp_path: Path) -> None:
    archive, site = tmp_path / "pyspark-1.tar.gz", tmp_path / "site"
    with tarfile.open(archive, "w:gz") as made:
        for name in (*KEPT, *LEFT):
            member = tarfile.TarInfo(name)
            member.size = len(name)
            made.addfile(member, io.BytesIO(name.encode()))
    unpack(archive, site)
    found = {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}
    assert found == set(KEPT.values())
    assert os.access(site / "pyspark/bin/spark-submit", os.X_OK)
    assert (site / "pyspark/sql/session.py").read_text() == "pyspark-1/pyspark/sql/session.py"
