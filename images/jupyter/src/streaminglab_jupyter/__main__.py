"""Become JupyterLab: `python3 -m streaminglab_jupyter`.

JUPYTER_PASSWORD_FILE   file with the password (required)
JUPYTER_BASE_URL        path below which it answers (/)
JUPYTER_NOTEBOOKS       folder whose files are copied into HOME once; empty: none
JUPYTER_FILES           folder of folders, each copied into HOME under its name; empty: none
HOME                    on a volume; what JupyterLab shows
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from streaminglab_base import program
from streaminglab_base.errors import ConfigError
from streaminglab_jupyter import notebooks

CONFIG = "/opt/jupyter/jupyter_server_config.py"


def main() -> int:
    """Copy the notebooks, then become JupyterLab; the password is read by its configuration.

    Raises ConfigError when HOME cannot be written.
    """
    home = Path.home()
    if not os.access(home, os.W_OK | os.X_OK):
        raise ConfigError(f"HOME: {home} is not a folder that uid {os.getuid()} can write")
    give(os.environ.get("JUPYTER_NOTEBOOKS", ""), home)
    give(os.environ.get("JUPYTER_FILES", ""), home)
    os.chdir(home)
    os.execv(  # noqa: S606 - no shell
        sys.executable, [sys.executable, "-m", "jupyterlab", f"--config={CONFIG}"]
    )


def give(source: str, home: Path) -> None:
    """Copy a folder's files; one that cannot be written keeps JupyterLab from nothing."""
    if not source or not Path(source).is_dir():
        return
    try:
        for name in notebooks.copy(Path(source), home):
            print(f"copied {name} into {home}", flush=True)
    except OSError as error:
        print(f"{source} was not copied whole: {error}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(program.command(main))
