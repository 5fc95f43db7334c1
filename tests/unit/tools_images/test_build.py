"""An image is built once per key, kept as an archive, and loaded when the engine lost it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools.artifacts import store
from tools.images.base import LOCAL, Base
from tools.images.builder import ARCHIVE, KEPT, Builder
from tools.images.catalog import Image
from tools.images.context import Contexts
from tools.shell.errors import ToolError


class Engine:
    """Stands for docker: remembers what it holds, and what it was asked to do."""

    def __init__(self, digest: str = "") -> None:
        self.images: set[str] = set()
        self.done: list[str] = []
        self.pulls: list[str] = []
        self.digest = digest
        """What a registry calls every image; empty: no registry answers."""

    def image_id(self, reference: str) -> str:
        return "sha256:1" if reference in self.images else ""

    def repository_digest(self, reference: str) -> str:
        return self.digest

    def pull(self, reference: str, seconds: float) -> bool:
        self.pulls.append(reference)
        return bool(self.digest)

    def import_tar(self, tar: Path, reference: str, changes: tuple[str, ...] = ()) -> None:
        self.images.add(reference)

    def build(self, context: Path, reference: str, base: str, log: Path, *flags: str) -> None:
        assert (context / "Containerfile").is_file()
        self.done.append("build")
        self.images.add(reference)

    def save(self, archive: Path, *references: str) -> None:
        archive.write_text(*references)

    def load(self, archive: Path) -> None:
        self.done.append("load")
        self.images.add(archive.read_text())

    def remove(self, *references: str) -> None:
        self.images.difference_update(references)


APP = Image(name="app", about="", version="1.0", sources=("src",))


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one image that holds one source file, on a base that needs no making."""
    root = tmp_path / "checkout"
    (root / "images" / "app").mkdir(parents=True)
    (root / "images" / "app" / "Containerfile").write_text("ARG BASE=x\nFROM ${BASE}\n")
    (root / "src").mkdir()
    (root / "src" / "main.py").write_text("1")
    monkeypatch.setenv("STREAMINGLAB_BASE", "base:1")
    return root


@pytest.fixture
def docker() -> Engine:
    """An engine without docker."""
    return Engine()


@pytest.fixture
def builder(checkout: Path, docker: Engine) -> Builder:
    """Builds the checkout's image."""
    return Builder(lambda: docker, lambda: {"app": APP}, Contexts(checkout))


def test_unchanged_inputs_build_once(checkout: Path, builder: Builder, docker: Engine) -> None:
    first = builder.ensure("app")
    assert first.startswith("streaminglab/app:1.0-")
    assert builder.ensure("app") == first
    assert docker.done == ["build"]


def test_a_changed_source_gives_another_reference(
    checkout: Path, builder: Builder, docker: Engine
) -> None:
    first = builder.ensure("app")
    (checkout / "src" / "main.py").write_text("2")
    assert builder.ensure("app") != first
    assert docker.done == ["build", "build"]


def test_another_base_gives_another_reference(
    checkout: Path, builder: Builder, docker: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = builder.ensure("app")
    monkeypatch.setenv("STREAMINGLAB_BASE", "base:2")
    assert builder.ensure("app") != first


def test_an_engine_that_lost_the_image_gets_it_from_the_archive(
    checkout: Path, builder: Builder, docker: Engine
) -> None:
    reference = builder.ensure("app")
    docker.images.clear()
    assert builder.ensure("app") == reference
    assert docker.done == ["build", "load"]


def test_only_a_few_images_of_earlier_inputs_are_kept(
    checkout: Path, builder: Builder, docker: Engine
) -> None:
    references = []
    for edit in range(5):
        (checkout / "src" / "main.py").write_text(f"edit {edit}")
        references.append(builder.ensure("app"))
    assert docker.images == set(references[-1 - KEPT :])
    assert len(store.stale([builder.of("app")])) == KEPT


def test_a_lost_archive_is_made_again(checkout: Path, builder: Builder, docker: Engine) -> None:
    builder.ensure("app")
    shutil.rmtree(store.path_of(builder.of("app")))
    builder.ensure("app")
    assert (store.path_of(builder.of("app")) / ARCHIVE).is_file()


def test_a_file_that_changes_while_the_context_is_gathered_stops_the_build(
    checkout: Path, docker: Engine
) -> None:
    class Edited(Contexts):
        """A source is edited while the others are gathered."""

        def assemble(self, image: Image, context: Path) -> None:
            super().assemble(image, context)
            (checkout / "src" / "main.py").write_text("edited meanwhile")

    builder = Builder(lambda: docker, lambda: {"app": APP}, Edited(checkout))
    with pytest.raises(ToolError, match="changed while they were gathered"):
        builder.ensure("app")
    assert docker.done == []


def test_tests_and_caches_of_the_checkout_are_no_inputs(
    checkout: Path, builder: Builder, docker: Engine
) -> None:
    before = builder.of("app").key()
    for name in ("tests", "__pycache__", "app.egg-info"):
        (checkout / "src" / name).mkdir()
        (checkout / "src" / name / "file").write_text("")
    assert builder.of("app").key() == before


def test_symbolic_links_go_into_the_context_as_links(
    checkout: Path, builder: Builder, docker: Engine, tmp_path: Path
) -> None:
    (checkout / "src" / "common").symlink_to("../../common")
    (tmp_path / "context").mkdir()
    contexts = builder.contexts
    contexts.assemble(APP, tmp_path / "context")
    assert (tmp_path / "context" / "src" / "src" / "common").readlink() == Path("../../common")
    assert contexts.source_inputs(("src",))["src/src/common"] == "-> ../../common"


def test_a_base_that_cannot_be_pulled_is_made_here_and_remembered(
    docker: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STREAMINGLAB_BASE", raising=False)
    base = Base(lambda: docker)
    assert [base.choice(), base.choice()] == [LOCAL, LOCAL]
    assert len(docker.pulls) == 1


def test_a_pulled_base_is_known_by_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STREAMINGLAB_BASE", raising=False)
    engine = Engine(digest="debian@sha256:12")
    assert Base(lambda: engine).identity() == "debian@sha256:12"


def test_a_forced_base_is_not_questioned(docker: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMINGLAB_BASE", "mirror.example/debian:trixie")
    assert Base(lambda: docker).reference() == "mirror.example/debian:trixie"
    assert docker.pulls == []
