"""Jars of functions for ksqlDB: fetched as plugins are, and all in one folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streaminglab_base.clock import Clock
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import cli
from streaminglab_jobs.plugins import install
from tests.unit.jobs import plugin_archives as made
from tests.unit.jobs.plugin_server import Repository, serving

JAR = made.jar()


class Pod:
    """A pod's volume and its ConfigMaps: runs `plugins` as the ksqldb chart does."""

    def __init__(self, root: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.repository = root, repository
        self.jars = root / "jars"
        self._config, self._last_words = root / "config.json", root / "termination-log"
        monkeypatch.setenv("STREAMINGLAB_CONFIG", str(self._config))
        monkeypatch.setenv("STREAMINGLAB_TERMINATION_LOG", str(self._last_words))
        monkeypatch.setattr(Clock, "wait", lambda *_: None)
        monkeypatch.setattr(Stopping, "listen", lambda _: None)

    def run(self, *declared: dict[str, Any]) -> tuple[int, str]:
        """Exit code and last words."""
        settings = {
            "directory": str(self.root / "fetched"),
            "jarsIn": str(self.jars),
            "plugins": declared,
        }
        self._config.write_text(json.dumps(settings))
        code = cli.main(["plugins"])
        return code, json.loads(self._last_words.read_text())["message"]

    def by_url(self, name: str, content: bytes, path: str) -> dict[str, Any]:
        """Functions that are fetched."""
        sha512 = hashlib.sha512(content).hexdigest()
        return {"name": name, "url": self.repository.put(path, content), "sha512": sha512}

    def config_map(self, name: str, **files: bytes) -> dict[str, Any]:
        """Functions of a ConfigMap, mounted as the kubelet does it: by links."""
        folder = self.root / "maps" / name
        (folder / "..data").mkdir(parents=True)
        for file, content in files.items():
            (folder / "..data" / file.replace("_", ".")).write_bytes(content)
            (folder / file.replace("_", ".")).symlink_to(f"..data/{file.replace('_', '.')}")
        return {"name": name, "folder": str(folder)}

    def there(self) -> set[str]:
        """What ksqlDB looks at: the jars of the one folder."""
        return {path.name for path in self.jars.iterdir() if path.name.endswith(".jar")}


@pytest.fixture
def pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pod]:
    with serving() as repository:
        yield Pod(tmp_path, repository, monkeypatch)


def test_all_jars_lie_in_one_folder_as_plain_files(pod: Pod) -> None:
    declared = (
        pod.by_url("igrafx", JAR, "/udf.jar"),
        pod.by_url("many", made.zipped({"lib/a.jar": JAR, "read.me": b"x"}), "/many.zip"),
        pod.config_map("own", tax_jar=JAR, notes_txt=b"x"),
    )
    told = "3 functions ready: 3 fetched, 0 there already; 0 removed; 3 jar(s)"
    assert pod.run(*declared) == (0, told)
    assert pod.there() == {"igrafx-udf.jar", "many-lib-a.jar", "own-tax.jar"}
    assert {path.name for path in pod.jars.iterdir()} == pod.there(), "and nothing else"
    assert all(path.read_bytes() == JAR and not path.is_symlink() for path in pod.jars.iterdir())


def test_a_jar_that_is_declared_no_more_is_gone_from_the_folder(pod: Pod) -> None:
    first, second = pod.by_url("a", JAR, "/a.jar"), pod.by_url("b", JAR, "/b.jar")
    pod.run(first, second)
    assert pod.run(second)[0] == 0
    assert pod.there() == {"b-b.jar"}
    assert pod.run()[0] == 0
    assert pod.there() == set()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"notes_txt": b"x"}, "functions own: holds no file whose name ends with .jar"),
        ({"tax_jar": b"<html>"}, "functions own: tax.jar is no jar file: "),
        ({"tax_jar": b""}, "functions own: tax.jar is no jar file: it is empty"),
    ],
)
def test_a_config_map_without_a_jar_is_told_of(
    pod: Pod, files: dict[str, bytes], said: str
) -> None:
    code, message = pod.run(pod.config_map("own", **files))
    assert code == 1
    assert message.startswith(said)
    assert not pod.jars.exists() or not pod.there()


def test_an_archive_without_a_jar_and_a_wrong_checksum_are_told_of_together(pod: Pod) -> None:
    empty = pod.by_url("empty", made.zipped({"a.class": b"x"}), "/empty.zip")
    wrong = {**pod.by_url("wrong", JAR, "/wrong.jar"), "sha512": "0" * 128}
    code, message = pod.run(empty, wrong)
    assert code == 1
    assert "functions empty: holds no file whose name ends with .jar; functions wrong: " in message
    assert "checksum" in message


def test_functions_have_narrower_bounds_than_plugins() -> None:
    assert install.LIMITS_OF_FUNCTIONS.download < install.LIMITS.download
    assert install.LIMITS_OF_FUNCTIONS.unpacked < install.LIMITS.unpacked


def test_a_bomb_of_functions_is_refused_by_those_bounds(pod: Pod) -> None:
    bomb = made.zipped({"a.jar": bytes(install.LIMITS_OF_FUNCTIONS.unpacked + 1)})
    code, message = pod.run(pod.by_url("bomb", bomb, "/bomb.zip"))
    assert code == 1
    assert message == "functions bomb: the archive unpacks to more than 256 MiB: refused"
