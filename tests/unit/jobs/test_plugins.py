"""The whole of `plugins`, with a repository on loopback and a volume in a temporary folder."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streaminglab_base import insist
from streaminglab_base.archive.tree import Limits
from streaminglab_base.clock import Clock
from streaminglab_base.stopping import EXIT_STOPPED, Stopping
from streaminglab_jobs import cli
from streaminglab_jobs.plugins import archive, install
from streaminglab_jobs.plugins.store import MARK
from tests.unit.jobs import plugin_archives as made
from tests.unit.jobs.plugin_server import Answer, Repository, nobody, serving

JAR = made.jar()
MONGO = {"name": "mongodb", "maven": "org.mongodb.kafka:mongo:2.0.1:jar:all"}
MONGO_PATH = "/repo/org/mongodb/kafka/mongo/2.0.1/mongo-2.0.1-all.jar"


def sha512(content: bytes) -> str:
    return hashlib.sha512(content).hexdigest()


class Volume:
    """One pod's volume: runs `plugins` on it again and again."""

    def __init__(self, root: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
        self.repository = repository
        self.plugins = root / "plugins"
        self._config, self._last_words = root / "config.json", root / "termination-log"
        monkeypatch.setenv("STREAMINGLAB_CONFIG", str(self._config))
        monkeypatch.setenv("STREAMINGLAB_TERMINATION_LOG", str(self._last_words))
        self.waited: list[float] = []
        monkeypatch.setattr(Clock, "wait", lambda _, event, seconds: self.waited.append(seconds))
        monkeypatch.setattr(Stopping, "listen", lambda _: None)

    def run(self, *declared: dict[str, Any], repository: bool = True) -> tuple[int, str]:
        """Exit code and last words."""
        settings: dict[str, Any] = {"directory": str(self.plugins), "plugins": declared}
        if repository:
            settings["mavenRepository"] = f"{self.repository.url}/repo/"
        self._config.write_text(json.dumps(settings))
        self._last_words.unlink(missing_ok=True)
        code = cli.main(["plugins"])
        return code, json.loads(self._last_words.read_text())["message"]

    def files(self) -> set[str]:
        """All files but the marks."""
        found = (p for p in self.plugins.rglob("*") if p.is_file() and p.name != MARK)
        return {str(p.relative_to(self.plugins)) for p in found}


@pytest.fixture
def volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Volume]:
    with serving() as repository:
        repository.put(MONGO_PATH, JAR)
        repository.put(f"{MONGO_PATH}.sha512", sha512(JAR).encode())
        yield Volume(tmp_path, repository, monkeypatch)


def by_url(volume: Volume, content: bytes, path: str = "/x.zip") -> dict[str, Any]:
    return {"name": "x", "url": volume.repository.put(path, content), "sha512": sha512(content)}


def test_plugins_are_fetched_once_and_a_restart_asks_nobody(volume: Volume) -> None:
    other = by_url(volume, made.zipped({"lib/a.jar": b"a"}))
    assert volume.run(MONGO, other) == (
        0,
        "2 plugin(s) ready: 2 fetched, 0 there already; 0 removed",
    )
    assert volume.files() == {"mongodb/mongo-2.0.1-all.jar", "x/lib/a.jar"}
    asked = len(volume.repository.seen)
    before = (volume.plugins / "x" / "lib" / "a.jar").stat().st_mtime_ns
    assert volume.run(MONGO, other) == (
        0,
        "2 plugin(s) ready: 0 fetched, 2 there already; 0 removed",
    )
    assert len(volume.repository.seen) == asked
    assert (volume.plugins / "x" / "lib" / "a.jar").stat().st_mtime_ns == before


def test_a_plugin_that_is_declared_no_more_is_removed(volume: Volume) -> None:
    volume.run(MONGO, by_url(volume, made.zipped({"a.jar": b"a"})))
    assert volume.run(MONGO)[1].endswith("1 removed")
    assert volume.files() == {"mongodb/mongo-2.0.1-all.jar"}


def test_a_folder_that_somebody_else_made_is_left_alone(volume: Volume) -> None:
    (volume.plugins / "mine").mkdir(parents=True)
    (volume.plugins / "mine" / "a.jar").write_bytes(b"a")
    volume.run()
    assert volume.files() == {"mine/a.jar"}


def test_another_version_takes_the_place_of_the_old_one(volume: Volume) -> None:
    volume.run(MONGO)
    newer = MONGO_PATH.replace("2.0.1", "2.1.0")
    volume.repository.put(newer, made.zipped({"b": b""}) + b"")
    volume.repository.put(newer, JAR)
    volume.repository.put(f"{newer}.sha1", hashlib.sha1(JAR).hexdigest().encode())  # noqa: S324
    assert volume.run({**MONGO, "maven": "org.mongodb.kafka:mongo:2.1.0:jar:all"})[0] == 0
    assert volume.files() == {"mongodb/mongo-2.1.0-all.jar"}


def test_one_that_fails_does_not_lose_the_others_and_is_tried_again_alone(volume: Volume) -> None:
    bad = {"name": "bad", "maven": "a:gone:1"}
    other = by_url(volume, made.zipped({"a.jar": b"a"}))
    code, message = volume.run(bad, MONGO, other)
    assert code == 1
    gone = f"{volume.repository.url}/repo/a/gone/1/gone-1.jar"
    assert message == f"plugin bad: not found (404): {gone}"
    assert volume.files() == {"mongodb/mongo-2.0.1-all.jar", "x/a.jar"}
    volume.repository.seen.clear()
    assert volume.run(bad, MONGO, other)[0] == 1
    assert volume.repository.seen == ["/repo/a/gone/1/gone-1.jar"]


def test_every_failure_is_in_the_last_words(volume: Volume) -> None:
    _, message = volume.run({"name": "a", "maven": "a:b"}, {"name": "b", "maven": "a:b:1:pom"})
    assert message.startswith("plugin a: Maven coordinates are")
    assert "; plugin b: packaging 'pom'" in message


def test_a_wrong_checksum_shows_both_values(volume: Volume) -> None:
    url = volume.repository.put("/x.zip", made.zipped({"a.jar": b"a"}))
    code, message = volume.run({"name": "x", "url": url, "sha512": "0" * 128})
    actual = sha512(made.zipped({"a.jar": b"a"}))
    assert code == 1
    assert message == (
        f"plugin x: wrong checksum: the declaration says sha512 {'0' * 128}, "
        f"but the file at {url} has {actual}"
    )
    assert volume.files() == set()


def test_a_declared_checksum_wins_over_the_repositorys(volume: Volume) -> None:
    assert volume.run({**MONGO, "sha512": "1" * 128})[0] == 1
    assert volume.run({**MONGO, "sha512": sha512(JAR).upper()})[0] == 0


@pytest.mark.parametrize("algorithm", ["sha512", "sha256", "sha1"])
def test_the_repositorys_own_checksum_is_used(volume: Volume, algorithm: str) -> None:
    del volume.repository.answers[f"{MONGO_PATH}.sha512"]
    address = volume.repository.put(f"{MONGO_PATH}.{algorithm}", b"0" * 128)
    digits = len(hashlib.new(algorithm, JAR).hexdigest())
    volume.repository.put(f"{MONGO_PATH}.{algorithm}", b"0" * digits)
    code, message = volume.run(MONGO)
    assert (code, f"{address} says {algorithm} {'0' * digits}" in message) == (1, True)
    volume.repository.put(
        f"{MONGO_PATH}.{algorithm}", hashlib.new(algorithm, JAR).hexdigest().encode()
    )
    assert volume.run(MONGO)[0] == 0


def test_a_file_without_any_checksum_is_not_taken(volume: Volume) -> None:
    del volume.repository.answers[f"{MONGO_PATH}.sha512"]
    code, message = volume.run(MONGO)
    assert (code, "declare its sha512" in message) == (1, True)
    assert volume.files() == set()


def test_without_a_repository_the_student_learns_what_to_set(volume: Volume) -> None:
    code, message = volume.run(MONGO, repository=False)
    assert code == 1
    assert message.startswith("plugin mongodb: there is no repository")
    assert message.endswith("set mavenRepository")


def test_an_archive_that_reaches_out_is_refused_by_the_entrys_name(volume: Volume) -> None:
    code, message = volume.run(by_url(volume, made.zipped({"../../evil.jar": b"x"})))
    assert code == 1
    assert message == (
        "plugin x: the archive's entry '../../evil.jar' would leave its folder: refused"
    )
    assert list(volume.plugins.rglob("*")) == []


def test_a_bomb_is_refused_in_plain_words(volume: Volume, monkeypatch: pytest.MonkeyPatch) -> None:
    real = archive.unpack
    small = replace(install.LIMITS, unpacked=1 << 20)
    monkeypatch.setattr(archive, "unpack", lambda f, n, r, _: real(f, n, r, small))
    _, message = volume.run(by_url(volume, made.zipped({"a": bytes(5 << 20)})))
    assert message == "plugin x: the archive unpacks to more than 1 MiB: refused"


def test_a_server_that_stumbles_is_asked_again_with_growing_pauses(volume: Volume) -> None:
    volume.repository.put(MONGO_PATH, Answer(b"", 503), Answer(JAR, announced=len(JAR) + 1), JAR)
    assert volume.run(MONGO)[0] == 0
    assert volume.waited == [0.5, 1.0]


def test_a_server_that_stays_away_is_given_up_and_the_student_learns_why(volume: Volume) -> None:
    url = f"{nobody()}/x.jar"
    code, message = volume.run({"name": "x", "url": url, "sha512": "0" * 128})
    assert code == 1
    assert volume.waited == list(insist.PAUSES)
    assert message.startswith(f"plugin x: no answer from {url}: Connection refused (6 tries)")
    assert "externalEgress" in message


def test_what_a_killed_run_left_behind_is_swept_away(volume: Volume) -> None:
    for name in (".staging-mongodb", ".old-mongodb"):
        (volume.plugins / name / "content").mkdir(parents=True)
    assert volume.run(MONGO)[0] == 0
    assert sorted(p.name for p in volume.plugins.iterdir()) == ["mongodb"]


@pytest.mark.parametrize("mark", ["", "[]", "{}", "no json"])
def test_a_plugin_with_a_broken_mark_is_fetched_anew(volume: Volume, mark: str) -> None:
    volume.run(MONGO)
    (volume.plugins / "mongodb" / MARK).write_text(mark)
    assert "1 fetched" in volume.run(MONGO)[1]


def test_a_full_volume_is_told_as_such(volume: Volume, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> int:
        raise OSError(28, "No space left on device", "/opt/plugins/x")

    monkeypatch.setattr(archive, "unpack", full)
    assert volume.run(MONGO)[1].startswith("plugin mongodb: the plugin volume is full")
    assert list(volume.plugins.iterdir()) == []


def test_a_volume_that_cannot_be_used_is_named(volume: Volume) -> None:
    volume.plugins.write_text("a file")
    code, message = volume.run(MONGO)
    assert code == 1
    assert message.startswith(f"cannot use the plugin volume {volume.plugins}")


def test_a_bug_in_one_does_not_stop_the_others(
    volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = archive.unpack

    def broken(file: Path, name: str, root: Path, limits: Limits) -> int:
        if name == "x.zip":
            raise RuntimeError("oops")
        return real(file, name, root, limits)

    monkeypatch.setattr(archive, "unpack", broken)
    code, message = volume.run(by_url(volume, JAR), MONGO)
    assert code == 1
    assert message.endswith("RuntimeError: oops")
    assert volume.files() == {"mongodb/mongo-2.0.1-all.jar"}


def test_a_stop_ends_at_once_and_leaves_nothing_half_done(
    volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stopping, "asked", property(lambda _: True))
    monkeypatch.setattr(Stopping, "listen", Stopping.stop)
    volume_config = {"directory": str(volume.plugins), "plugins": [MONGO]}
    (volume.plugins.parent / "config.json").write_text(
        json.dumps({**volume_config, "mavenRepository": volume.repository.url})
    )
    assert cli.main(["plugins"]) == EXIT_STOPPED
    assert list(volume.plugins.iterdir()) == []


def test_progress_is_told_while_a_large_file_arrives(
    volume: Volume, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "SECONDS_BETWEEN_LINES", 0.0)
    volume.run(by_url(volume, made.zipped({"a.jar": bytes(range(256)) * 2000})))
    lines = [json.loads(line)["message"] for line in capsys.readouterr().out.splitlines()]
    assert any(line.endswith("MiB so far") for line in lines)
    assert any(line.startswith("plugin x: ready, 1 file(s)") for line in lines)
