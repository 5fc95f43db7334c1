"""An image is built once per key, kept as an archive, and loaded when the engine lost it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools.artifacts import store
from tools.artifacts.errors import ArtifactError
from tools.images import base, catalog, context, engine, recipe


class Engine:
    """Stands for docker: remembers what it holds, and what it was asked to do."""

    def __init__(self) -> None:
        self.images: set[str] = set()
        self.done: list[str] = []

    def image_id(self, reference: str) -> str:
        return "sha256:1" if reference in self.images else ""

    def build(self, context: Path, reference: str, ground: str, log: Path) -> None:
        assert (context / "Containerfile").is_file()
        self.done.append("build")
        self.images.add(reference)

    def save(self, reference: str, archive: Path, log: Path) -> None:
        archive.write_text(reference)

    def load(self, archive: Path, log: Path) -> None:
        self.done.append("load")
        self.images.add(archive.read_text())

    def remove(self, reference: str) -> None:
        self.images.discard(reference)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one image that holds one source file."""
    root = tmp_path / "checkout"
    (root / "images" / "app").mkdir(parents=True)
    (root / "images" / "app" / "Containerfile").write_text("ARG BASE=x\nFROM ${BASE}\n")
    (root / "src").mkdir()
    (root / "src" / "main.py").write_text("1")
    app = catalog.Image(name="app", about="", version="1.0", sources=("src",))
    monkeypatch.setattr(context, "ROOT", root)
    monkeypatch.setattr(context, "DIRECTORY", root / "images")
    monkeypatch.setattr(recipe, "image", lambda _: app)
    monkeypatch.setattr(base, "identity", lambda: "base-1")
    monkeypatch.setattr(base, "ensure", lambda: "base:1")
    return root


@pytest.fixture
def docker(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine without docker."""
    fake = Engine()
    for name in ("image_id", "build", "save", "load", "remove"):
        monkeypatch.setattr(engine, name, getattr(fake, name))
    return fake


def test_unchanged_inputs_build_once(checkout: Path, docker: Engine) -> None:
    first = recipe.ensure("app")
    assert first.startswith("streaminglab/app:1.0-")
    assert recipe.ensure("app") == first
    assert docker.done == ["build"]


def test_a_changed_source_gives_another_reference(checkout: Path, docker: Engine) -> None:
    first = recipe.ensure("app")
    (checkout / "src" / "main.py").write_text("2")
    assert recipe.ensure("app") != first
    assert docker.done == ["build", "build"]


def test_another_base_gives_another_reference(
    checkout: Path, docker: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = recipe.ensure("app")
    monkeypatch.setattr(base, "identity", lambda: "base-2")
    assert recipe.ensure("app") != first


def test_an_engine_that_lost_the_image_gets_it_from_the_archive(
    checkout: Path, docker: Engine
) -> None:
    reference = recipe.ensure("app")
    docker.images.clear()
    assert recipe.ensure("app") == reference
    assert docker.done == ["build", "load"]


def test_only_a_few_images_of_earlier_inputs_are_kept(checkout: Path, docker: Engine) -> None:
    references = []
    for edit in range(5):
        (checkout / "src" / "main.py").write_text(f"edit {edit}")
        references.append(recipe.ensure("app"))
    assert docker.images == set(references[-1 - recipe.KEPT :])
    assert len(store.stale([recipe.of("app")])) == recipe.KEPT


def test_a_lost_archive_is_made_again(checkout: Path, docker: Engine) -> None:
    recipe.ensure("app")
    shutil.rmtree(store.path_of(recipe.of("app")))
    recipe.ensure("app")
    assert (store.path_of(recipe.of("app")) / recipe.ARCHIVE).is_file()


def test_a_file_that_changes_while_the_context_is_gathered_stops_the_build(
    checkout: Path, docker: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather = context.assemble

    def gather_and_edit(image: catalog.Image, target: Path) -> None:
        gather(image, target)
        (checkout / "src" / "main.py").write_text("edited meanwhile")

    monkeypatch.setattr(context, "assemble", gather_and_edit)
    with pytest.raises(ArtifactError, match="changed while they were gathered"):
        recipe.ensure("app")
    assert docker.done == []


def test_tests_and_caches_of_the_checkout_are_no_inputs(checkout: Path, docker: Engine) -> None:
    before = recipe.of("app").key()
    for name in ("tests", "__pycache__", "app.egg-info"):
        (checkout / "src" / name).mkdir()
        (checkout / "src" / name / "file").write_text("")
    assert recipe.of("app").key() == before


def test_symbolic_links_go_into_the_context_as_links(
    checkout: Path, docker: Engine, tmp_path: Path
) -> None:
    (checkout / "src" / "common").symlink_to("../../common")
    (tmp_path / "context").mkdir()
    context.assemble(recipe.of("app").image, tmp_path / "context")
    assert (tmp_path / "context" / "src" / "src" / "common").readlink() == Path("../../common")
    assert context.source_inputs(("src",))["src/src/common"] == "-> ../../common"


def test_a_base_that_cannot_be_pulled_is_made_here_and_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pulls: list[str] = []

    def refuse(reference: str, log: Path, seconds: int) -> bool:
        pulls.append(reference)
        return False

    monkeypatch.delenv("STREAMINGLAB_BASE", raising=False)
    monkeypatch.setattr(engine, "pull", refuse)
    assert [base.choice(), base.choice()] == [base.LOCAL, base.LOCAL]
    assert len(pulls) == 1


def test_a_pulled_base_is_known_by_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STREAMINGLAB_BASE", raising=False)
    monkeypatch.setattr(engine, "pull", lambda *_: True)
    monkeypatch.setattr(engine, "repository_digest", lambda _: "debian@sha256:12")
    assert base.identity() == "debian@sha256:12"


def test_a_forced_base_is_not_questioned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMINGLAB_BASE", "mirror.example/debian:trixie")
    assert base.reference() == "mirror.example/debian:trixie"
