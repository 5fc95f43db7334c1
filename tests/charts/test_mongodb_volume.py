"""What runs before mongod, for real: whose volume it is."""

import subprocess
from pathlib import Path

import pytest

from tests.charts.support import CHARTS

SCRIPT = CHARTS / "mongodb" / "files" / "volume.sh"


def _run(
    root: Path, user: str = "root", database: str = "mydb"
) -> subprocess.CompletedProcess[str]:
    for name in ("data", "run"):
        (root / name).mkdir(exist_ok=True)
    (root / "key").write_text("abcdef")
    env = {
        "PATH": "/usr/bin:/bin",
        "LAB_USER": user,
        "LAB_DATABASE": database,
        "CLAIM": "data-meteo-mongodb-0",
        "DATA_DIR": str(root / "data"),
        "KEYFILE": str(root / "key"),
        "RUN_DIR": str(root / "run"),
    }
    return subprocess.run(
        ["/bin/sh", str(SCRIPT)], env=env, capture_output=True, text=True, check=False
    )


def test_mongod_gets_a_key_file_that_it_alone_may_read(tmp_path: Path) -> None:
    for _ in range(2):
        assert _run(tmp_path).returncode == 0
        key = tmp_path / "run/keyfile"
        assert (key.read_text(), key.stat().st_mode & 0o777) == ("abcdef", 0o400)


@pytest.mark.parametrize("other", [{"user": "alice"}, {"database": "shop"}], ids=str)
def test_a_kept_volume_of_another_is_told_before_mongod_starts_on_it(
    tmp_path: Path, other: dict[str, str]
) -> None:
    _run(tmp_path)
    (tmp_path / "run/keyfile").unlink()
    done = _run(tmp_path, **other)
    assert done.returncode == 1
    assert "kept from another lab (user root, database mydb)" in done.stdout
    assert "PersistentVolumeClaim data-meteo-mongodb-0" in done.stdout
    assert not (tmp_path / "run/keyfile").exists()
    assert _run(tmp_path).returncode == 0
