"""Ways of points from one place to the next, ours and those of the courses, each measured alone.

This file runs twice: on this machine beside doubles of the servers (``bench.pipeline_jobs``), and
in a pod of a lab beside the real ones (``bench.pipeline_probe``); so it knows the jobs and nothing
of this repository besides.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from streaminglab_base.retry import Patience
from streaminglab_base.stopping import Stopping
from streaminglab_jobs.config import Influx, InjectConfig
from streaminglab_jobs.influx.follow import Follower
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.influx.query import InfluxQuery
from streaminglab_jobs.influx.write import InfluxWriter, LineWriter
from streaminglab_jobs.inject.plan import Plan
from streaminglab_jobs.inject.run import Injection
from streaminglab_jobs.kafka import clients
from streaminglab_jobs.points import from_producer_json, from_telegraf_json
from streaminglab_jobs.producer.delivery import Delivery
from streaminglab_jobs.verify.session import Place, Scope, Session
from streaminglab_jobs.verify.tally import Window
from streaminglab_jobs.verify.window import LATEST
from streaminglab_jobs.weather import Run

BATCH = 5000
INJECT, POINT = f"inject, writes of {BATCH}", "influxdb-client's Point"
"""What P7 compares."""
SEED, STATIONS, AT_ONCE = 42, 60, 10_000_000.0
MEASUREMENT = "weather"
WAIT_SECONDS = 300.0


class Where(NamedTuple):
    """The servers, and how many points: the same for every way."""

    influx: Influx
    token: str
    bootstrap: str
    points: int


class Cost(NamedTuple):
    """What a way took: points, seconds by the clock, CPU seconds of this process."""

    points: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        """Points a second by the clock."""
        return self.points / self.seconds if self.seconds else 0.0

    @property
    def per_cpu_second(self) -> float:
        """Points a second of one core."""
        return self.points / self.cpu if self.cpu else 0.0


class Watch:
    """``with Watch() as watch: ...; watch.cost(points)``."""

    def __enter__(self) -> "Watch":
        self._began, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._began
        self.cpu = time.process_time() - self._cpu

    def cost(self, points: int) -> Cost:
        """What was done inside the block."""
        return Cost(points, self.seconds, self.cpu)


def query(where: Where) -> InfluxQuery:
    """To read with."""
    return InfluxQuery(InfluxHttp(where.influx.url, where.token), where.influx.bucket)


def _writer(where: Where, send: Callable[[bytes], None]) -> InfluxWriter:
    return InfluxWriter(send, where.influx, MEASUREMENT, query(where))


def inject(where: Where, largest: int = BATCH) -> Cost:
    """The job: points as lines, written in batches."""
    config = InjectConfig.model_validate(
        {
            "influxdb": where.influx.model_dump(),
            "run": f"bench{time.time_ns()}",
            "stations": STATIONS,
            "rate": AT_ONCE,
            "points": where.points,
            "batchSize": 500,
            "largestBatch": largest,
        }
    )
    send = LineWriter(where.influx, where.token)
    # influxdb-client is loaded with the first line: bench.jobs_start tells what that costs.
    send(f"streaminglab_poke,by=bench count=1i {time.time_ns()}".encode())
    injection = Injection(config, query(where), _writer(where, send), Stopping())
    with Watch() as watch:
        injection.run()
    return watch.cost(injection.written)


def point_path(where: Where) -> Cost:
    """influxdb-client as its pages show it: a Point object each, written in lists."""
    from influxdb_client import InfluxDBClient, Point  # noqa: PLC0415
    from influxdb_client.client.write_api import SYNCHRONOUS  # noqa: PLC0415

    influx = where.influx
    made = _plan(where)
    with InfluxDBClient(url=influx.url, token=where.token, org=influx.org) as client:
        api = client.write_api(write_options=SYNCHRONOUS)
        with Watch() as watch:
            for first in range(0, where.points, BATCH):
                points = []
                for i in range(first, min(first + BATCH, where.points)):
                    p = made.point(i)
                    points.append(
                        Point(MEASUREMENT)
                        .tag("station", p.station)
                        .field("temperature", p.temperature)
                        .field("humidity", p.humidity)
                        .field("pressure", p.pressure)
                        .field("wind", p.wind)
                        .time(p.time)
                    )
                api.write(influx.bucket, influx.org, points)
    return watch.cost(where.points)


def producer(where: Where, topic: str) -> Cost:
    """The job: rows read from InfluxDB, handed to Kafka, until Kafka has them all."""
    stopping = Stopping()
    delivery = Delivery(clients.producer(where.bootstrap), topic, stopping)
    follower = Follower(query(where), MEASUREMENT, {}, delivery.hand_on)
    deadline = time.monotonic() + WAIT_SECONDS
    with Watch() as watch:
        while follower.total < where.points and time.monotonic() < deadline:
            follower.poll()
            delivery.serve()
        delivery.close()
    return watch.cost(delivery.arrived)


def kafka_python(where: Where, topic: str) -> Cost:
    """kafka-python's producer, which the courses use: points made, as JSON, and sent."""
    made = _plan(where)
    sender = import_module("kafka").KafkaProducer(
        bootstrap_servers=where.bootstrap,
        acks="all",
        linger_ms=5,
        key_serializer=str.encode,
        value_serializer=lambda value: json.dumps(value).encode(),
    )
    with Watch() as watch:
        for i in range(where.points):
            p = made.point(i)
            sender.send(topic, key=p.station, value=p._asdict())
        sender.flush()
    sender.close()
    return watch.cost(where.points)


def verify(where: Where, topics: dict[str, str]) -> tuple[Cost, dict[str, Any]]:
    """The job: InfluxDB and the topics (``producer``, ``telegraf``) read and compared."""
    stopping = Stopping()
    another = partial(clients.consumer, where.bootstrap)
    parse = {"telegraf": partial(from_telegraf_json, measurement=MEASUREMENT)}
    places = {
        name: Place(topic, another(), parse.get(name, from_producer_json), another)
        for name, topic in topics.items()
    }
    scope = Scope(Window(0, LATEST), where.points)
    session = Session(query(where), MEASUREMENT, places, scope, stopping=stopping)
    with Watch() as watch:
        session.run(Patience(stopping, WAIT_SECONDS), None)
    return watch.cost(where.points), session.report(0, 0)


def _plan(where: Where) -> Plan:
    return Plan(SEED, Run(time.time_ns(), STATIONS, AT_ONCE, where.points))


@contextmanager
def quietly() -> Iterator[None]:
    """Without the log lines of the jobs: the standard output holds the figures alone."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
