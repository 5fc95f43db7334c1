"""Become JupyterLab: `python3 -m streaminglab_jupyter`.

JUPYTER_PASSWORD_FILE   file with the password (required)
JUPYTER_BASE_URL        path below which it answers (/)
JUPYTER_NOTEBOOKS       folder whose notebooks are copied into HOME once; empty: none
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
    source = os.environ.get("JUPYTER_NOTEBOOKS", "")
    if source and Path(source).is_dir():
        for name in notebooks.copy(Path(source), home):
            print(f"copied {name} into {home}", flush=True)
    os.chdir(home)
    os.execv(  # noqa: S606 - no shell
        sys.executable, [sys.executable, "-m", "jupyterlab", f"--config={CONFIG}"]
    )


if __name__ == "__main__":
    sys.exit(program.command(main))
