"""verify: compare the points of InfluxDB with those of the topics, as sets; the lab's own test."""

import logging
from functools import partial
from typing import Any

from streaminglab_base import outcome
from streaminglab_base.errors import ConfigError
from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import config
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.write import InfluxWriter, LineWriter
from streaminglab_jobs.kafka import clients
from streaminglab_jobs.points import from_producer_json, from_telegraf_json
from streaminglab_jobs.verify.opening import Opening
from streaminglab_jobs.verify.repair import Repair, find_bucket
from streaminglab_jobs.verify.session import Place, Session
from streaminglab_jobs.verify.telegraf import TelegrafBuffer
from streaminglab_jobs.verify.topic import count

log = logging.getLogger(__name__)
EXIT_DIFFERENT = 3


def run(stopping: Stopping) -> int:
    """Run the job; 0 when all places hold the same points, each once."""
    clock = stopping.clock
    settings = config.load(config.VerifyConfig)
    influx = settings.influxdb
    token = config.secret("influxdb-verify-token")
    http = InfluxHttp(influx.url, token)
    query = InfluxQuery(http, influx.bucket)
    writer = InfluxWriter(LineWriter(influx, token), influx, settings.measurement, query)
    health = settings.telegraf_health_url
    buffer = TelegrafBuffer(health) if health else None
    repair = None
    if settings.repair:
        repair = Repair(http, query, writer, settings.measurement, clock=clock, buffer=buffer)
    patience = Patience(stopping, settings.timeout_seconds)
    began = clock.monotonic()
    places = _places(settings)
    bucket = patience.insist("InfluxDB", partial(find_bucket, http, influx.bucket))
    if repair is not None:
        repair.bucket = bucket
    opening = Opening(settings, query, bucket, places, stopping)
    scope = patience.insist("Kafka and InfluxDB", opening.find)
    session = Session(query, settings.measurement, places, scope, stopping=stopping)
    session.run(patience, repair)
    alerts = _alerts(settings)
    report = session.report(alerts, repair.replayed if repair else 0)
    return _tell(report, round(clock.monotonic() - began, 3))


def _places(settings: config.VerifyConfig) -> dict[str, Place]:
    servers, topics = settings.kafka.bootstrap_servers, settings.topics
    another = partial(clients.consumer, servers)
    places = {}
    if topics.producer:
        places["producer"] = Place(topics.producer, another(), from_producer_json, another)
    if topics.telegraf:
        parse = partial(from_telegraf_json, measurement=settings.measurement)
        places["telegraf"] = Place(topics.telegraf, another(), parse, another)
    if not places:
        raise ConfigError("config.json: topics: name at least one of 'producer', 'telegraf'")
    return places


def _alerts(settings: config.VerifyConfig) -> int:
    if settings.topics.alerts is None:
        return 0
    return count(clients.consumer(settings.kafka.bootstrap_servers), settings.topics.alerts)


def _tell(report: dict[str, Any], seconds: float) -> int:
    verified = report.pop("verified")
    log.log(
        logging.INFO if verified else logging.ERROR,
        report["message"],
        extra={**{k: v for k, v in report.items() if k != "message"}, "seconds": seconds},
    )
    outcome.write(report)
    return 0 if verified else EXIT_DIFFERENT
