"""`python3 -m streaminglab_dbt`: carry out commands until SIGTERM."""

from __future__ import annotations

import logging
import sys

from streaminglab_base import program
from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_dbt import run, settings, topics
from streaminglab_dbt.broker import Broker
from streaminglab_dbt.service import Service

log = logging.getLogger("streaminglab_dbt")


def serve(stopping: Stopping) -> int:
    """Serve until asked to stop. Raises ConfigError when the settings cannot work."""
    chosen = settings.read()
    Patience(stopping).insist("Kafka", lambda: topics.ensure(chosen))
    broker = Broker(chosen)
    service = Service(broker, lambda select: run.run(select, chosen, stopping), stopping)
    log.info("waiting for commands on topic %s", chosen.commands)
    try:
        service.serve()
    finally:
        broker.close()
        log.info("stopped; %d commands were carried out", service.done)
    return 0


def main() -> int:
    """0 when it was asked to stop, 1 when its settings cannot work."""
    return program.serve("dbt", serve, stopped=0)


if __name__ == "__main__":
    sys.exit(main())
