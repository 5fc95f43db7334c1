"""Make the Python environment of this repository: in the cache, keyed by what goes into it.

Only the standard library, because this runs before anything is installed:
``python3 -m tools.venv`` makes it if needed, links ``.venv`` to it and prints its path.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tools.shell import debian
from tools.shell.lock import hold
from tools.shell.paths import ROOT, cache_dir

REQUIREMENTS = ROOT / "requirements" / "dev.txt"
OLDEST = (3, 11)


def key() -> str:
    """A digest of the locked requirements and the interpreter."""
    text = REQUIREMENTS.read_bytes() + sys.version.encode() + sys.executable.encode()
    return hashlib.sha256(text).hexdigest()[:12]


def make(target: Path) -> None:
    """Build the environment beside its place and move it there when whole."""
    print("making the Python environment (about a minute) ...", file=sys.stderr, flush=True)
    # Scripts hold absolute paths, so it is built in its place; the stamp says that it is whole.
    shutil.rmtree(target, ignore_errors=True)
    result = subprocess.run(
        [sys.executable, "-m", "venv", str(target)], capture_output=True, text=True, check=False
    )
    if result.returncode:
        _install_venv_module(result.stdout + result.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(target)], check=True)
    pip = [str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    subprocess.run([*pip, "--no-deps", "-r", str(REQUIREMENTS)], check=True)
    (target / "whole").touch()


def _install_venv_module(said: str) -> None:
    if not debian.may_install():
        raise SystemExit(f"Python cannot make a virtual environment here: {said.strip()}")
    print("installing python3-venv from Debian ...", file=sys.stderr, flush=True)
    env = {**os.environ, **debian.QUIETLY}
    debian.install(lambda command: subprocess.run(command, check=True, env=env), "python3-venv")


def ensure(target: Path, build: Callable[[Path], None] = make) -> None:
    """Make it where it is not whole. One caller at a time: two checkouts of the same requirements
    share it."""
    whole = target / "whole"
    if whole.exists():
        return
    with hold(target.with_suffix(".lock"), "makes the Python environment"):
        if not whole.exists():
            build(target)


def main() -> int:
    """Make it, link it, print it."""
    if sys.version_info < OLDEST:
        print(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed", file=sys.stderr)
        return 1
    target = cache_dir() / f"venv-{key()}"
    ensure(target)
    link = ROOT / ".venv"
    if link.is_symlink() or not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
