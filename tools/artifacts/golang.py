"""Programs built from Go modules: `tools/artifacts/go/<name>/` with go.mod and go.sum.

go.sum is the committed checksum of every download. A module directory either names
programs by `tool` directives, or holds a main.go of its own (package ".").
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.artifacts.recipe import Recipe, files_of
from tools.shell.errors import ToolError
from tools.shell.run import logged, output

GO_DIRECTORY = Path(__file__).parent / "go"

ENV = {
    "CGO_ENABLED": "0",
    # Our own flags instead of the user's: the result must not depend on a shell's settings.
    "GOFLAGS": "-buildvcs=false -mod=readonly",
    "GOWORK": "off",
}


NOTHING_FOR_DEBUGGERS = "-gcflags=all=-dwarf=false"
"""The linker drops the tables for debuggers (-s -w). Not to make them is a tenth of the compiler's
time: 112 s of CPU instead of 124 for etcd with an empty cache. Stack traces do not need them."""


def module_directory(module: str, cwd: Path, log: Path) -> Path:
    """Where the (checked) files of a required module lie in Go's module cache."""
    logged(["go", "mod", "download", module], log, cwd=cwd, env=ENV)
    return Path(output(["go", "list", "-m", "-f", "{{.Dir}}", module], cwd=cwd, env=ENV))


def copy_writable(source: Path, target: Path) -> None:
    """Copy a tree out of the module cache, whose files are read-only."""
    shutil.copytree(source, target)
    for path in [target, *target.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)


@dataclass(frozen=True)
class Mend:
    """One file of a module with other lines in one place; the reason belongs into the catalogue."""

    file: str
    lines: str
    instead: str

    def of(self, text: str) -> str:
        """The mended file. Raises ToolError if the lines are not there exactly once: then the
        module has changed, and somebody has to look whether the fault is still there."""
        if text.count(self.lines) != 1:
            raise ToolError(
                f"{self.file} has not, or not once, the lines that are to be replaced",
                "compare tools/artifacts/catalog.py with the module's new version",
            )
        return text.replace(self.lines, self.instead)


@dataclass(frozen=True, kw_only=True)
class GoRecipe(Recipe):
    """One Go module's programs in `bin/`, and wanted directories of the module itself."""

    version: str
    module: str = ""
    """The module that `keep` copies from."""
    package: str = "tool"
    tags: str = ""
    link: tuple[str, ...] = ()
    """`-X` settings of the linker: "path.name=value"."""
    rename: Mapping[str, str] = field(default_factory=dict)
    """Name that Go gives a program -> name in `bin/`."""
    keep: Mapping[str, str] = field(default_factory=dict)
    """Directory or file in the module -> path in the artefact."""
    mend: tuple[Mend, ...] = ()
    """Faults of the module that no version of it is without."""
    of: str = ""
    """Another recipe whose go.mod is this one's too, of which less is built."""
    modules: Path = GO_DIRECTORY
    """Where the directories with go.mod lie; not an input."""

    @property
    def tools(self) -> tuple[str, ...]:
        return ("go",)

    @property
    def directory(self) -> Path:
        """Where this recipe's go.mod lies."""
        return self.modules / (self.of or self.name)

    def inputs(self) -> dict[str, str | bytes]:
        parameters = (self.version, self.package, self.tags, self.link)
        paths = (sorted(self.rename.items()), sorted(self.keep.items()))
        mended: dict[str, str | bytes] = {"mend": repr(self.mend)} if self.mend else {}
        return {**files_of(self.directory), "parameters": repr((parameters, paths)), **mended}

    def build(self, target: Path, log: Path) -> None:
        self.compile(target, log)
        for built, wanted in self.rename.items():
            (target / "bin" / built).rename(target / "bin" / wanted)
        if self.keep:
            source = module_directory(self.module, self.directory, log)
            self.copy_kept(source, target)

    def compile(self, target: Path, log: Path, *extra: str) -> None:
        """`go build` into `target`/bin; `extra` are further flags."""
        (target / "bin").mkdir()
        with TemporaryDirectory() as mended:
            if self.mend:
                extra = (*extra, "-modfile", str(self._mended(Path(mended), log)))
            self._go_build(target, log, *extra)

    def _go_build(self, target: Path, log: Path, *extra: str) -> None:
        logged(
            ["go", "build", "-trimpath", "-tags", self.tags, "-ldflags", self.ldflags(),
             NOTHING_FOR_DEBUGGERS, *extra, "-o", f"{target}/bin/", self.package],
            log, cwd=self.directory, env=ENV,
        )  # fmt: skip

    def _mended(self, folder: Path, log: Path) -> Path:
        """A go.mod like ours that takes the module from a mended copy. (`-overlay` may not replace
        what lies in Go's module cache.) https://go.dev/ref/mod#go-mod-file-replace"""
        copy = folder / "module"
        copy_writable(module_directory(self.module, self.directory, log), copy)
        for mend in self.mend:
            path = copy / mend.file
            path.write_text(mend.of(path.read_text()))
        text = (self.directory / "go.mod").read_text()
        (folder / "go.mod").write_text(f"{text}\nreplace {self.module} => {copy}\n")
        shutil.copyfile(self.directory / "go.sum", folder / "go.sum")
        return folder / "go.mod"

    def ldflags(self) -> str:
        """Linker flags: no symbol tables, and the settings of `link`."""
        return " ".join(["-s", "-w", *(f"-X {setting}" for setting in self.link)])

    def copy_kept(self, source: Path, target: Path) -> None:
        """Copy the wanted directories and files of the module."""
        for wanted, place in self.keep.items():
            goal = target / place
            goal.parent.mkdir(parents=True, exist_ok=True)
            if (source / wanted).is_dir():
                copy_writable(source / wanted, goal)
            else:
                shutil.copyfile(source / wanted, goal)
                executable = os.access(source / wanted, os.X_OK) or goal.suffix == ".sh"
                goal.chmod(0o755 if executable else 0o644)

    def fetch(self, log: Path) -> None:
        """Download just the modules that the build reads (go.mod's graph names many more)."""
        logged(
            ["go", "list", "-deps", "-tags", self.tags, "-f", "{{.ImportPath}}", self.package],
            log, cwd=self.directory, env=ENV,
        )  # fmt: skip
