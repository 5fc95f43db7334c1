"""``streaminglab-jobs init|inject|...``: choose, run, say how it ended."""

import sys
from collections.abc import Callable
from importlib import import_module

from streaminglab_base import program
from streaminglab_base.stopping import Stopping

JOBS = ("init", "inject", "producer", "verify", "partitions", "plugins")
USAGE = f"usage: streaminglab-jobs {'|'.join(JOBS)}"
EXIT_USAGE = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the job named by the only argument; the exit code is 0 when its work is done."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1 or arguments[0] not in JOBS:
        print(USAGE, file=sys.stderr)
        return EXIT_USAGE
    job = arguments[0]

    def work(stopping: Stopping) -> int:
        # Imported late: each job starts with only the libraries it needs.
        run: Callable[[Stopping], int] = import_module(f"streaminglab_jobs.{job}.run").run
        return run(stopping)

    return program.serve(job, work)
