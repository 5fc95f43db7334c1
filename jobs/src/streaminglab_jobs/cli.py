"""``streaminglab-jobs init|inject|producer|verify|plugins``: choose, run, say how it ended."""

import logging
import sys
from collections.abc import Callable
from importlib import import_module

from streaminglab_jobs import logs, outcome
from streaminglab_jobs.errors import JobError, Stopped
from streaminglab_jobs.stopping import EXIT_STOPPED, Stopping

JOBS = ("init", "inject", "producer", "verify", "plugins")
USAGE = f"usage: streaminglab-jobs {'|'.join(JOBS)}"
EXIT_USAGE = 2
log = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Run the job named by the only argument; the exit code is 0 when its work is done."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1 or arguments[0] not in JOBS:
        print(USAGE, file=sys.stderr)
        return EXIT_USAGE
    logs.setup(arguments[0])
    stopping = Stopping()
    stopping.listen()
    return _run(arguments[0], stopping)


def _run(job: str, stopping: Stopping) -> int:
    try:
        # Imported late: each job starts with only the libraries it needs.
        run: Callable[[Stopping], int] = import_module(f"streaminglab_jobs.{job}.run").run
        return run(stopping)
    except Stopped:
        return EXIT_STOPPED
    except JobError as error:
        log.error(str(error))
        outcome.write({"message": str(error)})
    except Exception as error:
        log.exception("a bug in this program")
        outcome.write({"message": f"{job} ended by a bug: {type(error).__name__}: {error}"})
    return 1
