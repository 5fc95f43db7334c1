"""partitions: wait until every replica that can be in sync is, and tell the layout."""

import logging
from typing import Any

from confluent_kafka import KafkaException

from streaminglab_base import outcome
from streaminglab_base.errors import JobError, Unavailable
from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import config
from streaminglab_jobs.kafka import clients
from streaminglab_jobs.partitions.layout import Layout, layout, shortcomings
from streaminglab_jobs.partitions.report import build

log = logging.getLogger(__name__)
EXIT_NOT_IN_SYNC = 3


class Watch:
    """Looks at the cluster again and again; keeps what it saw last."""

    def __init__(self, admin: Any, settings: config.PartitionsConfig) -> None:
        self._admin = admin
        self._settings = settings
        self.report: dict[str, Any] = {}

    def look(self) -> None:
        """Raise Unavailable, with the first shortcoming, until all is as it can be."""
        seen = self._layout()
        missing = shortcomings(seen, self._settings.brokers, self._settings.stopped)
        self.report = build(seen, self._settings.topics, missing)
        if missing:
            raise Unavailable(self.report["message"])

    def _layout(self) -> Layout:
        try:
            # One request for brokers, leaders and replicas in sync of all topics.
            found = self._admin.list_topics(timeout=clients.ADMIN_SECONDS)
        except KafkaException as error:
            raise clients.sorted_error(error, "asking for its partitions") from error
        return layout(found.brokers, found.topics)


def run(stopping: Stopping) -> int:
    """Run the job; 0 when no running broker lacks anywhere."""
    settings = config.load(config.PartitionsConfig)
    watch = Watch(clients.admin(settings.kafka.bootstrap_servers), settings)
    return tell(watch, Patience(stopping, settings.timeout_seconds))


def tell(watch: Watch, patience: Patience) -> int:
    """Wait, and write what was seen last, also when the wait was in vain."""
    try:
        patience.insist("all replicas to be in sync", watch.look)
    except JobError:
        if not watch.report:
            raise
        log.error(watch.report["message"])
        outcome.write(watch.report)
        return EXIT_NOT_IN_SYNC
    log.info(watch.report["message"])
    outcome.write(watch.report)
    return 0
