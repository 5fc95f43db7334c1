"""An InfluxDB and a Kafka of loopback: ``python -m bench.pipeline_double``.

Its own process, so that its CPU is nobody's else. Prints its addresses as one line of JSON and
serves until it is ended. InfluxDB takes every write, and answers a query with as many points as
it was told at its start, in chunks as the real one. Kafka is librdkafka's mock cluster.
"""

import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from confluent_kafka import Producer

from streaminglab_jobs import weather
from streaminglab_jobs.influx.query import ROWS_PER_CHUNK

START, STATIONS, RATE = 1_760_000_000_000_000_000, 60, 10_000_000.0
TOPICS = ("carried", "sent")
SELECT_ALL = 'SELECT "temperature"'


class Double(BaseHTTPRequestHandler):
    """Both of InfluxDB's addresses."""

    protocol_version = "HTTP/1.1"
    points = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        url = urlsplit(self.path)
        if url.path == "/query":
            self._chunks(parse_qs(url.query)["q"][0])
            return
        self.send_response(204)
        self.end_headers()

    def _chunks(self, statement: str) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in answers(statement, Double.points):
            line = json.dumps({"results": [chunk]}).encode() + b"\n"
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *args: Any) -> None:
        pass


def answers(statement: str, points: int) -> Iterator[dict[str, Any]]:
    """The results of a statement, of so many points: all of them, or the newest of each station."""
    made = weather.make(42, STATIONS, START, RATE)
    newest = statement.startswith("SELECT last(") and "streaminglab_run" not in statement
    if not newest and not statement.startswith(SELECT_ALL):
        yield {}
        return
    for station in range(min(STATIONS, points)):
        numbers = range(station, points, STATIONS)
        for at in range(0, len(numbers), ROWS_PER_CHUNK):
            part = numbers[-1:] if newest else numbers[at : at + ROWS_PER_CHUNK]
            rows = [[p.time, *p[2:]] for p in map(made, part)]
            yield {"series": [{"tags": {"station": made(station).station}, "values": rows}]}
            if newest:
                break


def main() -> None:
    """Serve until ended. ``sys.argv[1]``: as if so many points had been written already."""
    Double.points = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Double)
    kafka = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1})
    for topic in TOPICS:
        kafka.list_topics(topic, timeout=10)
    brokers = kafka.list_topics(timeout=10).brokers.values()
    servers = ",".join(f"{b.host}:{b.port}" for b in brokers)
    address = {"url": f"http://127.0.0.1:{server.server_port}", "bootstrap": servers}
    print(json.dumps(address), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
