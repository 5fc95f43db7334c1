"""Archives of a lab's own files: checked, bounded, unpacked into the home, and fetched once."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from streaminglab_base import insist, program
from streaminglab_base.archive.tree import Limits
from streaminglab_base.clock import Clock
from streaminglab_base.stopping import Stopping
from streaminglab_jupyter import archives, notebooks
from tests.unit.jobs import plugin_archives as made
from tests.unit.jobs.plugin_server import Answer, Repository, nobody, serving


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Home:
    """One student's home: runs the program on it again and again."""

    def __init__(self, root: Path, server: Repository, patch: pytest.MonkeyPatch) -> None:
        self.root, self.server, self._patch = root / "home", server, patch
        self.root.mkdir()
        self._last_words = root / "termination-log"
        patch.setenv("HOME", str(self.root))
        patch.setenv("STREAMINGLAB_TERMINATION_LOG", str(self._last_words))
        patch.setattr(Clock, "wait", lambda _, event, seconds: None)
        patch.setattr(Stopping, "listen", lambda _: None)

    def given(self, content: bytes, path: str = "/v1.tar.gz", name: str = "tp1") -> dict[str, str]:
        """An archive that the server has."""
        return {"name": name, "url": self.server.put(path, content), "sha256": sha256(content)}

    def run(self, *declared: dict[str, str]) -> str:
        """What it says at its end; nothing when all went well."""
        self._patch.setenv("JUPYTER_ARCHIVES", json.dumps(declared))
        self._last_words.unlink(missing_ok=True)
        if program.serve("archives", archives.run) == 0:
            return ""
        return str(json.loads(self._last_words.read_text())["message"])

    def files(self) -> set[str]:
        """What a student sees."""
        found = (p.relative_to(self.root) for p in self.root.rglob("*") if not p.is_dir())
        return {str(path) for path in found if path.parts[0] != ".streaminglab"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with serving() as server:
        yield Home(tmp_path, server, monkeypatch)


def tarred(*entries: tuple[str, bytes | None, str]) -> bytes:
    """A tar.gz of files, and of symbolic links to somewhere."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content, link in entries:
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type, entry.linkname = tarfile.SYMTYPE, link
            entry.size = len(content or b"")
            archive.addfile(entry, io.BytesIO(content or b""))
    return target.getvalue()


COURSE = tarred(("course-1a2b3c/tp.ipynb", b"{}", ""), ("course-1a2b3c/data/a.csv", b"a;b", ""))


@pytest.mark.parametrize("content", [COURSE, made.zipped({"tp.ipynb": b"{}", "data/a.csv": b"1"})])
def test_an_archive_of_a_repository_lies_in_its_folder(home: Home, content: bytes) -> None:
    assert home.run(home.given(content)) == ""
    assert home.files() == {"tp1/tp.ipynb", "tp1/data/a.csv"}


def test_it_is_fetched_once_and_a_student_keeps_what_he_did(home: Home) -> None:
    one = home.given(COURSE)
    assert home.run(one) == ""
    asked = len(home.server.seen)
    (home.root / "tp1" / "tp.ipynb").write_text("the student's")
    (home.root / "tp1" / "data" / "a.csv").unlink()
    assert home.run(one) == ""
    assert len(home.server.seen) == asked
    newer = tarred(("c/tp.ipynb", b"newer", ""), ("c/data/a.csv", b"x", ""), ("c/b.py", b"", ""))
    assert home.run(home.given(newer, "/v2.tar.gz")) == ""
    assert home.files() == {"tp1/tp.ipynb", "tp1/b.py"}
    assert (home.root / "tp1" / "tp.ipynb").read_text() == "the student's"


def test_nothing_of_a_file_with_another_checksum_is_unpacked(home: Home) -> None:
    one = {**home.given(COURSE), "sha256": "0" * 64}
    said = home.run(one)
    assert said.startswith("spec.jupyter.files: tp1: wrong checksum: the spec says sha256 000")
    assert sha256(COURSE) in said
    assert home.files() == set()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (tarred(("../../evil", b"x", "")), "would leave its folder: refused"),
        (tarred(("a/../../../evil", b"x", "")), "would leave its folder: refused"),
        (tarred(("/etc/evil", b"x", "")), "is an absolute path: refused"),
        (tarred(("out", None, "/etc/passwd")), "is a link that leads out of its folder"),
        (tarred(("a/out", None, "../../../x")), "is a link that leads out of its folder"),
        (made.zipped({"../evil": b"x"}), "would leave its folder: refused"),
        (b"<!DOCTYPE html><title>404</title>", "the address answers with a web page"),
        (made.zipped({"a/": b""}), "holds no file"),
    ],
    # By the words alone: an archive holds its time, and two processes name the tests.
    ids=lambda given: given if isinstance(given, str) else "content",
)
def test_what_reaches_out_or_is_no_archive_is_refused_whole(
    home: Home, content: bytes, said: str
) -> None:
    found = home.run(home.given(content))
    assert found.startswith("spec.jupyter.files: tp1: ")
    assert said in found
    assert home.files() == set()
    assert not (home.root.parent / "evil").exists()
    assert not (home.root / archives.STAGING).exists()


def test_a_link_inside_becomes_a_file(home: Home) -> None:
    content = tarred(("c/a.py", b"a", ""), ("c/b.py", None, "a.py"))
    assert home.run(home.given(content)) == ""
    assert (home.root / "tp1" / "b.py").read_text() == "a"
    assert not (home.root / "tp1" / "b.py").is_symlink()


def test_its_size_is_bounded_as_it_comes_and_as_it_is_unpacked(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Limits(download=1 << 20, unpacked=1 << 20, entries=3)
    monkeypatch.setattr(archives, "LIMITS", small)
    bomb = home.given(made.zipped({"a": bytes(5 << 20)}))
    assert "unpacks to more than 1 MiB: refused" in home.run(bomb)
    large = home.given(bytes(2 << 20), "/large")
    assert "is larger than 1 MiB: refused" in home.run(large)
    many = home.given(tarred(*((f"{n}", b"", "") for n in range(4))), "/many")
    assert "has more than 3 entries: refused" in home.run(many)
    assert home.files() == set()


def test_an_address_that_does_not_answer_is_named_with_what_to_do(home: Home) -> None:
    said = home.run({"name": "tp1", "url": f"{nobody()}/v1.zip", "sha256": "0" * 64})
    assert "may this pod reach it (externalEgress)?" in said
    assert f"({len(insist.PAUSES) + 1} tries)" in said


def test_a_server_that_stumbles_is_asked_again(home: Home) -> None:
    one = home.given(COURSE)
    home.server.put("/v1.tar.gz", Answer(b"", 503), COURSE)
    assert home.run(one) == ""
    assert home.files() == {"tp1/tp.ipynb", "tp1/data/a.csv"}


def test_one_that_is_declared_no_more_is_forgotten_and_its_files_stay(home: Home) -> None:
    one = home.given(COURSE)
    home.run(one)
    assert home.run() == ""
    assert home.files() == {"tp1/tp.ipynb", "tp1/data/a.csv"}
    asked = len(home.server.seen)
    assert home.run(one) == ""
    assert len(home.server.seen) == asked + 1


def test_a_home_that_is_full_is_told_with_the_field(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> list[str]:
        raise OSError(28, "No space left on device", "/home/jovyan/tp1/a")

    monkeypatch.setattr(notebooks, "copy", full)
    said = home.run(home.given(COURSE))
    assert said.endswith(
        "cannot write /home/jovyan/tp1/a: No space left on device; see jupyter.storage"
    )
