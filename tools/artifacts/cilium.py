"""Cilium, which on a kernel without loadable modules needs one constant changed."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts.golang import ENV, GoRecipe, copy_writable, module_directory
from tools.shell.errors import ToolError
from tools.shell.run import logged

PROC_MODULES = Path("/proc/modules")
PATCHED_DIRECTORY = "pkg/datapath/linux/modules"


@dataclass(frozen=True, kw_only=True)
class CiliumRecipe(GoRecipe):
    """Cilium's agent, operator, CNI plugin and command, with its BPF sources and chart.

    The agent stops at start where /proc/modules is missing (a kernel that cannot load
    modules): it reads that path from a constant in pkg/datapath/linux/modules. For such
    kernels alone, a copy of the checked module is built with that constant at /dev/null,
    which reads as "no module is loaded".
    """

    modules_file: Path = PROC_MODULES
    """The kernel's list of modules, of which only the presence counts."""

    def inputs(self) -> dict[str, str | bytes]:
        return {**super().inputs(), "patched": str(not self.modules_file.exists())}

    def compile(self, target: Path, log: Path, *extra: str) -> None:
        if self.modules_file.exists():
            super().compile(target, log, *extra)
            return
        source = module_directory(self.module, self.directory, log)
        with tempfile.TemporaryDirectory(prefix="cilium-", dir=target.parent) as scratch:
            copy = Path(scratch) / "cilium"
            copy_writable(source, copy)
            patch(copy / PATCHED_DIRECTORY)
            modfile = Path(scratch) / "go.mod"
            shutil.copyfile(self.directory / "go.mod", modfile)
            shutil.copyfile(self.directory / "go.sum", modfile.with_suffix(".sum"))
            replace = f"-replace={self.module}={copy}"
            logged(["go", "mod", "edit", replace, modfile], log, env=ENV)
            super().compile(target, log, f"-modfile={modfile}", *extra)


def patch(directory: Path) -> None:
    """Point the constant of /proc/modules at /dev/null.

    Raises ToolError when no file names it, because then this version needs a look.
    """
    old, new = f'"{PROC_MODULES}"', '"/dev/null"'
    changed = 0
    for path in sorted(directory.glob("*.go")):
        text = path.read_text()
        if old in text and not path.name.endswith("_test.go"):
            path.write_text(text.replace(old, new))
            changed += 1
    if changed != 1:
        raise ToolError(
            f"{changed} files in Cilium's {PATCHED_DIRECTORY} name {PROC_MODULES}, not one",
            "this version of Cilium reads the kernel's modules elsewhere: look at that package",
        )
