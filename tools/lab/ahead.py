"""Build what images are made of while the cluster comes up.

Much of a build keeps one core busy or waits for a package registry: one thing after the other, an
empty machine of two cores needed 39 minutes for 55 CPU minutes of `make lab`. Whoever needs an
artefact that is being built here waits for it (:mod:`tools.artifacts.store`), and is told what is
wrong with one that could not be.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from tools import images
from tools.shell.paths import ROOT

BUILD = (sys.executable, "-m", "tools.artifacts", "get")


@contextmanager
def built_ahead(names: Iterable[str]) -> Iterator[None]:
    """Build the artefacts of these images as long as the ``with`` lasts, in a process of its own
    that ends with it, its children too."""
    wanted = list(dict.fromkeys(a for name in names for a in images.artifacts(name)))
    if not wanted:
        yield
        return
    command = [*BUILD, *wanted]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        child.wait()
