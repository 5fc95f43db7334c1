"""What a point costs each job in CPU, and the libraries of the courses, without a cluster.

``python -m bench jobs``. Each way runs in a process of its own, beside doubles of InfluxDB and
Kafka in another one, so its CPU seconds are those of our code and of the libraries that it uses.
How many points InfluxDB and Kafka take is for ``bench p7`` to say.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench import pipeline_ways as ways
from bench.errors import BenchError
from bench.goals import GOALS
from bench.report import Report, say
from streaminglab_jobs.config import Influx

POINTS = 90_000
"""The mock cluster keeps at most 100,000 records and 5 MiB of each partition."""
WAYS = ("inject", "points", "producer", "kafka-python", "verify")
SECONDS = 300.0
ROUNDS = 3


def run_way(way: str, where: ways.Where) -> ways.Cost:
    """One way, beside servers that are there."""
    if way == "inject":
        return ways.inject(where)
    if way == "points":
        return ways.point_path(where)
    if way == "producer":
        return ways.producer(where, "carried")
    if way == "kafka-python":
        return ways.kafka_python(where, "sent")
    return ways.verify(where, {"producer": "carried"})[0]


@contextmanager
def doubles(points: int) -> Iterator[dict[str, str]]:
    """InfluxDB, as if so many points had been written, and Kafka."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.pipeline_double", str(points)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield json.loads(child.stdout.readline() if child.stdout else "{}")
    finally:
        child.kill()
        child.wait()


def measure(points: int = POINTS) -> dict[str, ways.Cost]:
    """All ways in turn, several times, so that a busy machine slows all alike; of each way the run
    whose CPU is in the middle."""
    found: dict[str, list[ways.Cost]] = {way: [] for way in WAYS}
    for number in range(ROUNDS):
        say(f"jobs: round {number + 1} of {ROUNDS}")
        with doubles(points) as address:
            for way, costs in found.items():
                costs.append(_in_a_process(way, address, points))
    return {way: sorted(costs, key=lambda c: c.cpu)[ROUNDS // 2] for way, costs in found.items()}


def _in_a_process(way: str, address: dict[str, str], points: int) -> ways.Cost:
    command = [sys.executable, "-m", "bench.pipeline_jobs", way, json.dumps(address), str(points)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.CalledProcessError as error:
        raise BenchError(f"{way} ended with {error.returncode}: {error.stderr[-2000:]}") from error
    return ways.Cost(*json.loads(done.stdout.splitlines()[-1]))


def report(found: dict[str, ways.Cost], points: int = POINTS) -> Report:
    """The figure is inject's, as CPU seconds for a million points."""
    return Report(
        name="jobs",
        what="CPU of inject for a million points, beside doubles of the servers; "
        "floor: the same points by influxdb-client's Point objects",
        figure=1e6 / found["inject"].per_cpu_second,
        unit="CPU s",
        floor=1e6 / found["points"].per_cpu_second,
        goal=GOALS["jobs"].most,
        counts={
            "points": points,
            "pointsPerCpuSecond": {way: round(c.per_cpu_second) for way, c in found.items()},
        },
        void_if={f"{way} lost points": c.points != points for way, c in found.items()},
    )


def main() -> None:
    """One way in this process: print what it cost."""
    way, address, points = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
    influx = Influx(url=address["url"], org="o", bucket="b")
    with ways.quietly():
        cost = run_way(way, ways.Where(influx, "t", address["bootstrap"], points))
    print(json.dumps(cost))


if __name__ == "__main__":
    main()
