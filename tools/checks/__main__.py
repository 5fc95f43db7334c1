"""python -m tools.checks all|lint|e2e"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tools.checks import e2e
from tools.checks.absent import absent, summary
from tools.cluster.choice import choose
from tools.pages import count
from tools.shell import debian
from tools.shell.paths import ROOT, cache_dir
from tools.shell.run import attached, output

PYTHON = sys.executable
JUNIT = ("-q", "--durations=15")


def call(*command: str, env: dict[str, str] | None = None) -> int:
    """Run one command from the root, showing it."""
    print(f"$ {' '.join(command)}", flush=True)
    return attached(command, cwd=ROOT, env=env)


def tool(name: str) -> str:
    """A program of this Python environment."""
    return str(Path(PYTHON).parent / name)


def fetchable_and_lint() -> int:
    """Can every pinned download that this run needs be had? It fails within a minute, naming what
    cannot; it waits for registries, and so linting goes on beside it. What is built already needs
    none."""
    command = [PYTHON, "-m", "tools.artifacts", "fetch-all", "--missing"]
    with subprocess.Popen(command, cwd=ROOT) as fetchable:
        try:
            linted = lint()
        except BaseException:
            fetchable.terminate()
            raise
        return max(fetchable.wait(), linted)


def lint() -> int:
    """Style, types, architecture, shell, generated files."""
    steps: list[Callable[[], int]] = [
        lambda: call(tool("ruff"), "check", "."),
        lambda: call(tool("ruff"), "format", "--check", "."),
        # It compares contents where times differ, as in a new checkout.
        lambda: call(tool("mypy"), "--cache-dir", str(cache_dir() / "mypy")),
        lambda: call(tool("lint-imports")),
        lambda: call(PYTHON, "-m", "tools.generate", "--check"),
        lambda: call(PYTHON, "-m", "tools.charts", "--check"),
        shellcheck,
    ]
    return max(step() for step in steps)


def shellcheck() -> int:
    """All shell of the repository; installs Debian's shellcheck where it is missing."""
    if shutil.which("shellcheck") is None:
        if not debian.may_install():
            print("shellcheck is missing: install it (Debian: apt-get install shellcheck)")
            return 1
        debian.install(lambda command: call(*command, env=debian.QUIETLY), "shellcheck")
    known = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = output(known, cwd=ROOT).split("\n")
    scripts = [name for name in listed if name and is_shell(ROOT / name)]
    return call("shellcheck", *scripts) if scripts else 0


def is_shell(path: Path) -> bool:
    """A shell script by its ending or its first line."""
    if not path.is_file():
        return False
    if path.suffix == ".sh":
        return True
    with path.open("rb") as file:
        first = file.readline(80)
    return first.startswith(b"#!") and (b"/sh" in first or b"bash" in first)


def with_bytecode() -> None:
    """Python's bytecode of ours is kept, with the other caches: without it, each of the thousands
    of programs that tests start compiles what it imports."""
    os.environ["PYTHONPYCACHEPREFIX"] = str(cache_dir() / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def tier(name: str, more: int = 0) -> Callable[[], int]:
    """One tier of tests, as many at a time as there are cores, and ``more``. Those of a module stay
    together as long as there is other work, so that what they share, such as an API server, is
    started once."""
    beside = ("-n", str((os.cpu_count() or 1) + more), "--dist", "worksteal")
    command = (PYTHON, "-m", "pytest", *JUNIT, *beside)
    return lambda: call(*command, *e2e.lower(e2e.level()), f"tests/{name}")


def end_to_end() -> int:
    """The real cluster, images and operator, then the tests on them, then what was left out."""
    level, side_by_side = e2e.settings()
    # What an audit log has from before says nothing about this run.
    os.environ[e2e.STARTED] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    audited = choose(os.environ).name == "kind"
    for verb in ("prepare", "test-images"):
        if code := call(PYTHON, "-m", "tools.lab", verb):
            return code
    codes = [_phase(p) for p in e2e.phases(level, side_by_side, audited=audited)]
    print(f"level {level} of {', '.join(e2e.Level)}", flush=True)
    if markers := e2e.left_out(level):
        print(e2e.counted(level, _collected(markers)), flush=True)
    print(summary(absent()), flush=True)
    print(count.summary(count.count()), flush=True)
    return max(codes)


def _phase(phase: e2e.Phase) -> int:
    """One call of pytest; 0 also where no test of the level fits, for that was asked for."""
    print(f"\n--- {phase.name}", flush=True)
    code = call(PYTHON, "-m", "pytest", *JUNIT, *phase.arguments(), "tests/e2e")
    return 0 if code == e2e.NOTHING_COLLECTED else code


def _collected(markers: str) -> str:
    """How many end-to-end tests of each file fit."""
    words = (PYTHON, "-m", "pytest", "--collect-only", "-qq", "-m", markers, "tests/e2e")
    return output(list(words), cwd=ROOT)


ALL: tuple[tuple[str, Callable[[], int]], ...] = (
    ("fetchable and lint", fetchable_and_lint),
    ("unit tests", tier("unit")),
    ("chart tests", tier("charts")),
    # A third of their time they wait for a browser, a broker or an API server.
    ("component tests", tier("component", more=1)),
    ("end-to-end tests", end_to_end),
)


def everything() -> int:
    """All of it; the first failing part ends the run, because it explains the rest. A run of all
    levels keeps no answer of a program from the run before (tests/remembered.py)."""
    level, _ = e2e.settings()
    if level is e2e.Level.ALL:
        os.environ[e2e.ANEW] = "1"
    for number, (name, check) in enumerate(ALL, 1):
        print(f"\n=== {number}/{len(ALL)} {name}", flush=True)
        start = time.monotonic()
        code = check()
        print(f"=== {name}: {'FAILED' if code else 'ok'} in {time.monotonic() - start:.0f} s")
        if code:
            return code
    return 0


def main() -> int:
    """Run what is named; 2 where it, or a setting, means nothing."""
    with_bytecode()
    named = {"all": everything, "lint": lint, "e2e": end_to_end}
    choice = sys.argv[1] if len(sys.argv) > 1 else "all"
    if choice not in named:
        print(__doc__)
        return 2
    try:
        return named[choice]()
    except e2e.UnknownSettingError as error:
        print(f"error: {error}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
