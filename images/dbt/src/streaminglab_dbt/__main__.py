"""`python3 -m streaminglab_dbt`: carry out commands until SIGTERM."""

from __future__ import annotations

import logging
import sys

from streaminglab_dbt import run, settings, topics
from streaminglab_dbt.broker import Broker
from streaminglab_dbt.service import Service
from streaminglab_jobs import logs
from streaminglab_jobs.errors import ConfigError, Stopped
from streaminglab_jobs.retry import Patience
from streaminglab_jobs.stopping import Stopping

log = logging.getLogger("streaminglab_dbt")


def serve(chosen: settings.Settings, stopping: Stopping) -> None:
    """Serve until asked to stop."""
    Patience(stopping).insist("Kafka", lambda: topics.ensure(chosen))
    broker = Broker(chosen)
    service = Service(broker, lambda select: run.run(select, chosen, stopping), stopping)
    log.info("waiting for commands on topic %s", chosen.commands)
    try:
        service.serve()
    finally:
        broker.close()
        log.info("stopped; %d commands were carried out", service.done)


def main() -> int:
    """0 when it was asked to stop, 1 when its settings cannot work."""
    logs.setup("dbt")
    stopping = Stopping()
    stopping.listen()
    try:
        serve(settings.read(), stopping)
    except Stopped:
        return 0
    except ConfigError as error:
        log.error(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
