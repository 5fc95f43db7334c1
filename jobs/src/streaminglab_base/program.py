"""How a program of ours ends: two tails for ``main``, so that each failure is told the same way."""

import logging
import sys
from collections.abc import Callable

from streaminglab_base import logs, outcome
from streaminglab_base.errors import JobError, Stopped
from streaminglab_base.stopping import EXIT_STOPPED, Stopping

FAILED = 1
log = logging.getLogger(__name__)


def serve(
    name: str,
    work: Callable[[Stopping], int],
    *,
    stopped: int = EXIT_STOPPED,
    refused: int = FAILED,
) -> int:
    """Run ``work`` in a pod, with a JSON log; return its exit code.

    ``stopped`` is the code after SIGTERM (0 for a server, whose work has no end), ``refused`` the
    one after a JobError. What failed is also the pod's termination message.
    """
    logs.setup(name)
    stopping = Stopping()
    stopping.listen()
    try:
        return work(stopping)
    except Stopped:
        return stopped
    except JobError as error:
        log.error(str(error))
        outcome.write({"message": str(error)})
        return refused
    except Exception as error:
        log.exception("a bug in this program")
        outcome.write({"message": f"{name} ended by a bug: {type(error).__name__}: {error}"})
        return FAILED


def command(work: Callable[[], int]) -> int:
    """Run ``work`` for somebody at a terminal; a JobError is one plain line on stderr."""
    try:
        return work()
    except JobError as error:
        print(error, file=sys.stderr)
        return FAILED
