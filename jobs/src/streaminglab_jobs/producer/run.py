"""producer: carry points from InfluxDB to a Kafka topic, exactly once, until told to stop."""

import logging
import os
from functools import partial

from streaminglab_base import outcome
from streaminglab_base.errors import Stopped, Unavailable
from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import config
from streaminglab_jobs.influx.follow import Follower
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.influx.query import InfluxQuery, NoBucket
from streaminglab_jobs.kafka import clients
from streaminglab_jobs.kafka.tail import newest_times
from streaminglab_jobs.producer.delivery import Delivery, DeliveryFailed
from streaminglab_jobs.producer.health import PORT, Health

log = logging.getLogger(__name__)
LINE_SECONDS = 10.0
QUIET_SECONDS = 30.0
QUIET_FACTOR = 4


class ProducerJob:
    """The endless loop, and its count."""

    def __init__(
        self,
        settings: config.ProducerConfig,
        query: InfluxQuery,
        health: Health,
        stopping: Stopping,
    ) -> None:
        self._settings = settings
        self._query = query
        self._health = health
        self._stopping = stopping
        self._now = stopping.clock.monotonic
        self._patience = Patience(stopping)
        self._last_line = self._now()
        self._said = 0
        self.arrived = 0

    def run(self) -> None:
        """Carry until stopped. After a failure that the Kafka client cannot mend (a lost producer
        id, for instance) it begins anew from what the topic holds."""
        while True:
            delivery = Delivery(
                clients.producer(self._settings.kafka.bootstrap_servers),
                self._settings.topic,
                self._stopping,
            )
            try:
                self._live(delivery)
            except DeliveryFailed as error:
                log.warning(f"begins anew from what the topic holds: {error}")
                delivery.abandon()
            except Stopped:
                left = delivery.close()
                self.arrived += delivery.arrived
                if left:
                    log.warning(f"{left} points were still on their way; the next start finds out")
                raise
            self.arrived += delivery.arrived

    def _live(self, delivery: Delivery) -> None:
        newest = self._patience.insist("Kafka and InfluxDB", self._read_topic)
        self._health.ready = True
        now = self._stopping.clock.time_ns
        follower = Follower(self._query, self._settings.measurement, newest, delivery.hand_on, now)
        last_point = self._now()
        while True:
            carried = self._patience.insist("InfluxDB", lambda: self._poll(follower, delivery))
            delivery.serve()
            self._say(delivery)
            if carried:
                last_point = self._now()
            else:
                self._stopping.sleep(self._interval(self._now() - last_point))
            self._stopping.check()

    def _interval(self, quiet: float) -> float:
        """Seconds until the next look; a lab where nothing happens is looked at less often."""
        interval = self._settings.poll_interval_seconds
        return interval if quiet < QUIET_SECONDS else interval * QUIET_FACTOR

    def _read_topic(self) -> dict[str, int]:
        stations = self._asked_last_times()
        servers, topic = self._settings.kafka.bootstrap_servers, self._settings.topic
        consumer = clients.consumer(servers)
        retention = partial(clients.topic_retention, servers, topic)
        try:
            newest = newest_times(consumer, topic, stations, self._stopping, retention)
        finally:
            consumer.close()
        log.info(
            f"InfluxDB has {len(stations)} stations; goes on where topic {topic!r} ends",
            extra={"stations": len(stations)},
        )
        return newest

    def _asked_last_times(self) -> dict[str, int]:
        try:
            return self._query.last_times(self._settings.measurement)
        except NoBucket as error:
            raise Unavailable(str(error)) from error

    def _poll(self, follower: Follower, delivery: Delivery) -> int:
        try:
            return follower.poll()
        except NoBucket as error:
            raise Unavailable(str(error)) from error
        finally:
            delivery.serve()

    def _say(self, delivery: Delivery) -> None:
        now = self._now()
        total = self.arrived + delivery.arrived
        if now - self._last_line >= LINE_SECONDS and total != self._said:
            self._last_line, self._said = now, total
            log.info(f"{total} points carried since the start", extra={"carried": total})


def run(stopping: Stopping) -> int:
    """Run the job; it ends by SIGTERM, with 0."""
    settings = config.load(config.ProducerConfig)
    influx = settings.influxdb
    query = InfluxQuery(
        InfluxHttp(influx.url, config.secret("influxdb-producer-token"), timeout=15), influx.bucket
    )
    health = Health(int(os.environ.get("STREAMINGLAB_HEALTH_PORT", PORT)))
    job = ProducerJob(settings, query, health, stopping)
    try:
        job.run()
    except Stopped:
        message = f"done: carried {job.arrived} points to topic {settings.topic!r}"
        log.info(message, extra={"carried": job.arrived})
        outcome.write({"carried": job.arrived, "message": message})
    return 0
