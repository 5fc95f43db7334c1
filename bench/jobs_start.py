"""What influxdb-client costs a job: CPU until its first request, memory, lines written a second.

``python -m bench.jobs_start`` measures both ways in turn, in one run, so that a busy machine slows
both alike. The old way is kept here alone, as what the library is held against.
"""

import resource
import statistics
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ROUNDS = 9
BATCHES, BATCH = 200, 500
LINE = "weather,station=s%d temperature=1.5,humidity=2.5,pressure=3.5,wind=4.5 %d"
TARGET = "/api/v2/write?org=o&bucket=b&precision=ns"


class Handler(BaseHTTPRequestHandler):
    """Takes every write."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


def by_http(url: str, batches: list[bytes]) -> None:
    """The old way: http.client of the standard library."""
    from streaminglab_jobs.influx import query  # noqa: F401, PLC0415 - a job reads as well

    connection = HTTPConnection(url.removeprefix("http://"))
    for body in batches:
        connection.request("POST", TARGET, body, {"Authorization": "Token t"})
        connection.getresponse().read()
    connection.close()


def by_client(url: str, batches: list[bytes]) -> None:
    """The way of the jobs: influxdb-client."""
    from streaminglab_jobs.config import Influx  # noqa: PLC0415
    from streaminglab_jobs.influx.write import LineWriter  # noqa: PLC0415

    write = LineWriter(Influx(url=url, org="o", bucket="b"), "t")
    for body in batches:
        write(body)


WAYS = {"http.client": by_http, "influxdb-client": by_client}


def child(way: str, url: str) -> None:
    """One process: print CPU s to the first answer, lines/s after it, peak memory in KiB."""
    batches = ["\n".join(LINE % (i, i) for i in range(BATCH)).encode()] * BATCHES
    # Both ways read the configuration with pydantic, as each job does.
    from streaminglab_jobs import config  # noqa: F401, PLC0415

    before = time.process_time()
    WAYS[way](url, batches[:1])
    start = time.process_time() - before
    began, cpu = time.perf_counter(), time.process_time()
    WAYS[way](url, batches)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(start, BATCHES * BATCH / seconds, cpu / BATCHES * 1000, memory)


def main() -> None:
    """Measure both ways in turn; print the median of each figure."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    found: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way, figures in found.items():
            words = subprocess.run(
                [sys.executable, "-m", "bench.jobs_start", way, url],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.split()
            figures.append([float(word) for word in words])
    server.shutdown()
    for way, figures in found.items():
        start, lines, cpu, memory = (statistics.median(f) for f in zip(*figures, strict=True))
        print(
            f"{way}: first write {start:.3f} CPU s, {lines:,.0f} lines/s, "
            f"{cpu:.2f} CPU ms a batch of {BATCH}, {memory / 1024:.0f} MiB"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(sys.argv[1], sys.argv[2])
    else:
        main()
