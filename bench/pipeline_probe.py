"""What measures inside a lab: ``pipeline_probe.py follow|rates|latency`` in a pod of its own.

Its last line of output is JSON. It runs in the jobs' image, with ``pipeline_ways.py`` beside it and
kafka-python as an archive; the environment tells the servers.
"""

import json
import os
import statistics
import sys
import time
from typing import Any

import pipeline_ways as ways  # type: ignore[import-not-found, unused-ignore]
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from streaminglab_base.errors import Unavailable
from streaminglab_jobs.config import Influx
from streaminglab_jobs.influx.http import InfluxHttp
from streaminglab_jobs.kafka import clients
from streaminglab_jobs.kafka.partitions import extents
from streaminglab_jobs.points import from_producer_json, from_telegraf_json

TOPICS = {"producer": "weather", "telegraf": "weather-telegraf"}
SIDE_BUCKET, CARRIED, SENT = "bench", "bench-carried", "bench-sent"
LOOK_SECONDS, PATIENCE_SECONDS, LATENCY_SECONDS = 0.25, 900.0, 30.0


def where() -> ways.Where:
    """The lab's servers."""
    env = os.environ
    influx = Influx(url=env["INFLUXDB_URL"], org=env["INFLUXDB_ORG"], bucket="weather")
    return ways.Where(influx, env["INFLUXDB_TOKEN"], env["KAFKA"], int(env["POINTS"]))


def follow(at: ways.Where) -> dict[str, Any]:
    """When each topic had its first record, half of them, and all: seconds by this clock."""
    consumer = clients.consumer(at.bootstrap)
    seen: dict[str, dict[str, float]] = {topic: {} for topic in TOPICS.values()}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and not all("all" in s for s in seen.values()):
        counts = {topic: _records(consumer, topic) for topic in seen}
        now = time.monotonic()
        for topic, count in counts.items():
            for name, least in (("first", 1), ("half", at.points // 2), ("all", at.points)):
                if count >= least:
                    seen[topic].setdefault(name, now)
        print(json.dumps(counts), flush=True)
        time.sleep(LOOK_SECONDS)
    return {topic: _rate(times, at.points) for topic, times in seen.items()}


def _records(consumer: Consumer, topic: str) -> int:
    try:
        return sum(e.high for e in extents(consumer, topic).values())
    except Unavailable:
        return 0


def _rate(times: dict[str, float], points: int) -> float | None:
    return points / (times["all"] - times["first"]) if {"all", "first"} <= times.keys() else None


def rates(at: ways.Where) -> dict[str, Any]:
    """Each way alone, beside the real servers, while the lab is at rest."""
    _make_topics(at.bootstrap)
    _make_bucket(at)
    aside = at._replace(influx=at.influx.model_copy(update={"bucket": SIDE_BUCKET}))
    found = {
        "inject, writes of 500": ways.inject(aside, 500),
        ways.INJECT: ways.inject(aside),
        ways.POINT: ways.point_path(aside),
        "producer": ways.producer(at, CARRIED),
        "kafka-python": ways.kafka_python(at, SENT),
    }
    found["verify"], report = ways.verify(at, TOPICS)
    costs = {
        name: {"points": c.points, "perSecond": round(c.per_second),
               "perCpuSecond": round(c.per_cpu_second)}
        for name, c in found.items()
    }  # fmt: skip
    return {"ways": costs, "verified": report["verified"], "message": report["message"]}


def _make_topics(bootstrap: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topics = [NewTopic(name, num_partitions=4, replication_factor=1) for name in (CARRIED, SENT)]
    for future in admin.create_topics(topics).values():
        future.result(timeout=30)


def _make_bucket(at: ways.Where) -> None:
    http = InfluxHttp(at.influx.url, at.token)
    (main,) = http.call("GET", "/api/v2/buckets", {"name": at.influx.bucket})["buckets"]
    body = {"orgID": main["orgID"], "name": SIDE_BUCKET, "retentionRules": []}
    http.call("POST", "/api/v2/buckets", body=body)


def latency(at: ways.Where) -> dict[str, Any]:
    """Milliseconds from a point's time to its record in our hands, of an endless injection."""
    return {topic: _latency(at, name, topic) for name, topic in TOPICS.items()}


def _latency(at: ways.Where, name: str, topic: str) -> dict[str, float]:
    consumer = clients.consumer(at.bootstrap)
    ends = {number: e.high for number, e in extents(consumer, topic).items()}
    consumer.assign([TopicPartition(topic, number, end) for number, end in ends.items()])
    late: list[float] = []
    deadline = time.monotonic() + LATENCY_SECONDS
    while time.monotonic() < deadline:
        messages = consumer.consume(1000, timeout=0.02)
        now = time.time_ns()
        for message in messages:
            value = None if message.error() else message.value()
            point = None if value is None else _point(name, value)
            if point is not None:
                late.append((now - point) / 1e6)
    consumer.close()
    cuts = statistics.quantiles(late, n=100)
    return {"records": len(late), "p50": round(cuts[49], 1), "p99": round(cuts[98], 1)}


def _point(name: str, value: bytes) -> int | None:
    if name == "telegraf":
        found = from_telegraf_json(value, ways.MEASUREMENT)
    else:
        found = from_producer_json(value)
    return found.time if found else None


if __name__ == "__main__":
    work = {"follow": follow, "rates": rates, "latency": latency}[sys.argv[1]]
    with ways.quietly():
        print(json.dumps(work(where())), flush=True)
